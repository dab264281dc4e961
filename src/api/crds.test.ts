import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { crds, crdsYaml } from "./crds.ts";

test.each(["charts/headgate/crds/crd.yaml", "kustomize/base/crd.yaml"])(
  "%s is up to date (npm run generate)",
  (path) => {
    expect(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")).toBe(crdsYaml());
  },
);

test("the YAML holds the three definitions", () => {
  expect(parseAllDocuments(crdsYaml()).map((document) => document.toJS() as unknown)).toEqual(crds());
});

test("names, scope and columns, which kubectl and Helm see", () => {
  const withoutSchemas = JSON.stringify(crds(), (key, value: unknown) => (key === "schema" ? undefined : value));
  const version = (columns: readonly object[]): readonly object[] => [
    { name: "v1beta1", served: true, storage: true, subresources: { status: {} }, additionalPrinterColumns: columns },
  ];
  const definition = (kind: string, plural: string, columns: readonly object[]): object => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.flagger.app`, annotations: { "helm.sh/resource-policy": "keep" } },
    spec: {
      group: "flagger.app",
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), categories: ["all"] },
      scope: "Namespaced",
      versions: version(columns),
    },
  });
  expect(JSON.parse(withoutSchemas)).toEqual([
    definition("Canary", "canaries", [
      { name: "Status", type: "string", jsonPath: ".status.phase" },
      { name: "Weight", type: "string", jsonPath: ".status.canaryWeight" },
      { name: "Suspended", type: "boolean", jsonPath: ".spec.suspend", priority: 1 },
      { name: "FailedChecks", type: "string", jsonPath: ".status.failedChecks", priority: 1 },
      { name: "Interval", type: "string", jsonPath: ".spec.analysis.interval", priority: 1 },
      { name: "Mirror", type: "boolean", jsonPath: ".spec.analysis.mirror", priority: 1 },
      { name: "StepWeight", type: "string", jsonPath: ".spec.analysis.stepWeight", priority: 1 },
      { name: "StepWeights", type: "string", jsonPath: ".spec.analysis.stepWeights", priority: 1 },
      { name: "MaxWeight", type: "string", jsonPath: ".spec.analysis.maxWeight", priority: 1 },
      { name: "LastTransitionTime", type: "string", jsonPath: ".status.lastTransitionTime" },
    ]),
    definition("MetricTemplate", "metrictemplates", [
      { name: "Provider", type: "string", jsonPath: ".spec.provider.type" },
    ]),
    definition("AlertProvider", "alertproviders", [{ name: "Type", type: "string", jsonPath: ".spec.type" }]),
  ]);
});
