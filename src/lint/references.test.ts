import { expect, test } from "vitest";
import type { LintOptions } from "./rule.ts";
import { autoscaler, canary, deployment, linesOf, object } from "./testing.ts";

type Row = readonly [
  what: string,
  objects: Parameters<typeof linesOf>[0],
  options: Partial<LintOptions>,
  found: readonly string[],
];

test.each<Row>([
  [
    "not-in-files: a target",
    [canary(), deployment({}, {}, "backend")],
    {},
    [
      "app.yaml:11 note Canary test/podinfo spec.targetRef.name (not-in-files)",
      "Among the objects of kind Deployment in the files there is no podinfo in namespace test.",
      "Correct the name or the namespace, unless it is in the cluster already.",
    ],
  ],
  [
    "not-in-files: a template in another namespace",
    [
      canary({
        analysis: {
          metrics: [{ name: "errors", templateRef: { name: "errors", namespace: "ops" }, thresholdRange: { max: 1 } }],
        },
      }),
      object("flagger.app/v1beta1", "MetricTemplate", "errors", {
        provider: { type: "prometheus", address: "http://prometheus:9090" },
        query: "errors",
      }),
    ],
    {},
    [
      "app.yaml:25 note Canary test/podinfo spec.analysis.metrics[0].templateRef.name (not-in-files)",
      "Among the objects of kind MetricTemplate in the files there is no errors in namespace ops.",
      "Correct the name or the namespace, unless it is in the cluster already.",
    ],
  ],
  [
    "not-in-files: an alert provider",
    [
      canary({ analysis: { alerts: [{ name: "all", providerRef: { name: "chat" } }] } }),
      object("flagger.app/v1beta1", "AlertProvider", "slack", { type: "slack", secretRef: { name: "slack" } }),
    ],
    {},
    [
      "app.yaml:30 note Canary test/podinfo spec.analysis.alerts[0].providerRef.name (not-in-files)",
      "Among the objects of kind AlertProvider in the files there is no chat in namespace test.",
      "Correct the name or the namespace, unless it is in the cluster already.",
    ],
  ],
  [
    "not-in-files: an autoscaler",
    [
      canary({
        autoscalerRef: { apiVersion: "autoscaling/v2beta2", kind: "HorizontalPodAutoscaler", name: "podinfo" },
      }),
      autoscaler("backend", "backend"),
    ],
    {},
    [
      "app.yaml:30 note Canary test/podinfo spec.autoscalerRef.name (not-in-files)",
      "Among the objects of kind HorizontalPodAutoscaler in the files there is no podinfo in namespace test.",
      "Correct the name or the namespace, unless it is in the cluster already.",
    ],
  ],
  ["nothing: a namespace that is not said", [canary(), { ...deployment(), metadata: { name: "podinfo" } }], {}, []],
  [
    "rival-canaries",
    [canary(), canary({}, { name: "other" })],
    {},
    [
      "app.yaml:35 error Canary test/other spec.targetRef (rival-canaries)",
      "Canary podinfo releases Deployment podinfo already: the operator serves the older one of the two.",
      "Delete one of them.",
    ],
  ],
  ["nothing: the same one twice, as in overlays", [canary(), canary()], {}, []],
  ["nothing: one in each namespace", [canary(), canary({}, { name: "other", namespace: "other" })], {}, []],
  [
    "no-revert",
    [canary({ revertOnDeletion: undefined })],
    {},
    [
      "app.yaml:6 note Canary test/podinfo spec (no-revert)",
      "When this Canary is deleted, the primary and its Services go with it, and the target stays at 0 pods.",
      "Set revertOnDeletion: true, which scales the target up first.",
    ],
  ],
])("%s", (_, objects, options, found) => {
  expect(linesOf(objects, options)).toEqual(found);
});
