import { alertProviders } from "../api/alertprovider.ts";
import type { Canary } from "../api/canary.ts";
import { given } from "../api/given.ts";
import { metricTemplates } from "../api/metrictemplate.ts";
import { apiVersionOf } from "../kubernetes/resources.ts";
import type { KubeObject } from "../kubernetes/objects.ts";
import { inNamespace } from "./lookup.ts";
import { rule } from "./rule.ts";
import type { Rule, Scene, Slip } from "./rule.ts";

/** An object that a Canary names. */
interface Reference {
  /** As the Canary writes it: versions may differ. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  /** The field that has the name. */
  readonly path: string;
}

function referencesOf({ metadata, spec }: Canary): readonly Reference[] {
  const own = metadata.namespace;
  const { targetRef, autoscalerRef, analysis } = spec;
  return [
    { ...named(targetRef), namespace: own, path: "spec.targetRef.name" },
    ...(autoscalerRef === undefined
      ? []
      : [{ ...named(autoscalerRef), namespace: own, path: "spec.autoscalerRef.name" }]),
    ...(analysis.metrics ?? []).flatMap(({ templateRef }, index) =>
      templateRef === undefined
        ? []
        : [
            {
              apiVersion: apiVersionOf(metricTemplates),
              kind: "MetricTemplate",
              name: templateRef.name,
              namespace: given(templateRef.namespace) ?? own,
              path: `spec.analysis.metrics[${index}].templateRef.name`,
            },
          ],
    ),
    ...(analysis.alerts ?? []).map(({ providerRef }, index) => ({
      apiVersion: apiVersionOf(alertProviders),
      kind: "AlertProvider",
      name: providerRef.name,
      namespace: given(providerRef.namespace) ?? own,
      path: `spec.analysis.alerts[${index}].providerRef.name`,
    })),
  ];
}

function named({ apiVersion, kind, name }: Pick<Reference, "apiVersion" | "kind" | "name">) {
  return { apiVersion, kind, name };
}

/** Only where the files have others of the kind: a folder of Canaries alone says nothing about the rest. */
function missing(canary: Canary, { objects }: Scene): readonly Slip[] {
  return referencesOf(canary).flatMap(({ apiVersion, kind, name, namespace, path }) => {
    const others = objects.filter(
      (object) => object.kind === kind && groupOf(object.apiVersion) === groupOf(apiVersion),
    );
    if (others.length === 0 || has(others, namespace, name)) return [];
    const where = namespace === undefined ? "" : ` in namespace ${namespace}`;
    const problem = `Among the objects of kind ${kind} in the files there is no ${name}${where}.`;
    return [{ path, problem, fix: "Correct the name or the namespace, unless it is in the cluster already." }];
  });
}

function groupOf(apiVersion = ""): string {
  return apiVersion.includes("/") ? apiVersion.replace(/\/.*$/, "") : "";
}

function has(objects: readonly KubeObject[], namespace: string | undefined, name: string): boolean {
  return inNamespace(objects, namespace).some(({ metadata }) => metadata.name === name);
}

/** What the Canary names, and who else names it. */
export const referenceRules: readonly Rule[] = [
  rule(
    {
      id: "not-in-files",
      severity: "note",
      finds: "a reference to an object that is not in the files, where others of its kind are",
    },
    missing,
  ),
  rule(
    {
      id: "rival-canaries",
      severity: "error",
      finds: "two Canaries of one target",
    },
    (canary, { canaries }) => {
      const { kind, name } = canary.spec.targetRef;
      const rival = inNamespace(canaries.slice(0, canaries.indexOf(canary)), canary.metadata.namespace).find(
        ({ metadata, spec }) =>
          metadata.name !== canary.metadata.name && spec.targetRef.kind === kind && spec.targetRef.name === name,
      );
      return rival === undefined
        ? []
        : [
            {
              path: "spec.targetRef",
              problem: `Canary ${rival.metadata.name} releases ${kind} ${name} already: the operator serves the older one of the two.`,
              fix: "Delete one of them.",
            },
          ];
    },
  ),
  rule(
    {
      id: "no-revert",
      severity: "note",
      finds: "a Canary without `revertOnDeletion`",
    },
    ({ spec }) =>
      spec.revertOnDeletion === true
        ? []
        : [
            {
              path: "spec",
              problem:
                "When this Canary is deleted, the primary and its Services go with it, and the target stays at 0 pods.",
              fix: "Set revertOnDeletion: true, which scales the target up first.",
            },
          ],
  ),
];
