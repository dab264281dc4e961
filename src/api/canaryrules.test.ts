import { expect, test } from "vitest";
import type { Canary, CanarySpec } from "./canary.ts";
import { brokenRules } from "./canaryrules.ts";

const plain: CanarySpec = {
  targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "podinfo" },
  service: { port: 80 },
  analysis: { interval: "1m", threshold: 5, stepWeight: 5 },
};

const knativeTarget = { apiVersion: "serving.knative.dev/v1", kind: "Service", name: "podinfo" } as const;
const coreTarget = { apiVersion: "v1", kind: "Service", name: "podinfo" } as const;
const autoscalerRef = { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", name: "podinfo" } as const;
const withAnalysis = (analysis: CanarySpec["analysis"]): CanarySpec => ({ ...plain, analysis });
const mirroredTo = (backendRef: { name: string; kind?: string; group?: string; port?: number }): CanarySpec => ({
  ...plain,
  service: { port: 80, mirror: [{ backendRef }] },
});
const noMirrorPort = ["spec.service.mirror[0].backendRef.port: is required for a Service"];

const table: readonly (readonly [string, CanarySpec, readonly string[]])[] = [
  ["a plain Canary", plain, []],
  ["an autoscaler", { ...plain, autoscalerRef }, []],
  ["a core Service", { ...plain, targetRef: coreTarget }, []],
  ["a Knative Service", { provider: "knative", targetRef: knativeTarget, analysis: {} }, []],
  [
    "a Knative Service with another provider",
    { ...plain, provider: "istio", targetRef: knativeTarget },
    ["spec.provider: must be knative for a target of kind Service in serving.knative.dev/v1"],
  ],
  [
    "a Knative Service without provider",
    { ...plain, targetRef: knativeTarget },
    ["spec.provider: must be knative for a target of kind Service in serving.knative.dev/v1"],
  ],
  [
    "the provider knative with a Deployment",
    { ...plain, provider: "knative" },
    ["spec.targetRef: must be of kind Service in serving.knative.dev/v1 for the provider knative"],
  ],
  [
    "the provider knative with a core Service",
    { ...plain, provider: "knative", targetRef: coreTarget },
    ["spec.targetRef: must be of kind Service in serving.knative.dev/v1 for the provider knative"],
  ],
  [
    "a Knative Service with an autoscaler",
    { provider: "knative", targetRef: knativeTarget, analysis: {}, autoscalerRef },
    ["spec.autoscalerRef: must be left out for a Knative Service, which scales itself"],
  ],
  [
    "a Deployment without service",
    { targetRef: plain.targetRef, analysis: plain.analysis },
    ["spec.service: is required for a target of kind Deployment"],
  ],
  ["a mirror to a Service with a port", mirroredTo({ name: "shadow", port: 80 }), []],
  ["a mirror to a Service without port", mirroredTo({ name: "shadow" }), noMirrorPort],
  [
    "a mirror to a Service by name without port",
    mirroredTo({ name: "shadow", group: "", kind: "Service" }),
    noMirrorPort,
  ],
  ["a mirror to another kind", mirroredTo({ name: "shadow", group: "example.com", kind: "Backend" }), []],
  ["one cookie", withAnalysis({ sessionAffinity: { cookieName: "a" } }), []],
  ["two cookies", withAnalysis({ sessionAffinity: { cookieName: "a", primaryCookieName: "b" } }), []],
  [
    "the same cookie twice",
    withAnalysis({ sessionAffinity: { cookieName: "a", primaryCookieName: "a" } }),
    ["spec.analysis.sessionAffinity.primaryCookieName: must differ from cookieName"],
  ],
];

test.each(table)("%s", (_, spec, expected) => {
  const canary: Canary = { metadata: { name: "podinfo", namespace: "test" }, spec };
  expect(brokenRules(canary, { noCrossNamespaceRefs: true })).toEqual(expected);
});

/** A Canary whose references all name this namespace. */
function refersTo(namespace: string): Canary {
  return {
    metadata: { name: "podinfo", namespace: "test" },
    spec: {
      ...plain,
      upstreamRef: { apiVersion: "gloo.solo.io/v1", kind: "Upstream", name: "podinfo", namespace },
      analysis: {
        metrics: [{ name: "local" }, { name: "errors", templateRef: { name: "errors", namespace } }],
        alerts: [
          { name: "local", providerRef: { name: "chat" } },
          { name: "on-call", providerRef: { name: "chat", namespace } },
        ],
      },
    },
  };
}

test.each([
  ["its own namespace", "test", true, []],
  ["no namespace", "", true, []],
  ["another namespace where that is allowed", "other", false, []],
  [
    "another namespace where that is switched off",
    "other",
    true,
    ["spec.upstreamRef", "spec.analysis.metrics[1].templateRef", "spec.analysis.alerts[1].providerRef"].map(
      (path) => `${path}.namespace: must be test, references across namespaces are switched off`,
    ),
  ],
])("a Canary that refers to %s", (_, namespace, noCrossNamespaceRefs, expected) => {
  expect(brokenRules(refersTo(namespace), { noCrossNamespaceRefs })).toEqual(expected);
});
