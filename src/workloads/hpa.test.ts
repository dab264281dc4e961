import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v2.d.ts";
import { expect, test } from "vitest";
import type { Canary } from "../api/canary.ts";
import type { Stored } from "../kubernetes/resources.ts";
import { mergePatch } from "../simulator/merge/merge-patch.ts";
import { horizontalPodAutoscaler as scaler } from "./hpa.ts";
import { canary, ownerReferences } from "./testdata/podinfo.ts";

type Live = Stored<HorizontalPodAutoscaler>;

const prefixes = ["app.kubernetes.io"];

const metrics = [
  { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 99 } } },
];

const target: Live = {
  metadata: {
    name: "podinfo-hpa",
    namespace: "test",
    labels: { l: "1", "kustomize.toolkit.fluxcd.io/name": "apps" },
    annotations: { other: "o" },
  },
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "podinfo" },
    minReplicas: 2,
    maxReplicas: 4,
    metrics,
  },
};

const primary: Live = {
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "podinfo-hpa-primary", namespace: "test", labels: { l: "1" }, ownerReferences },
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "podinfo-primary" },
    minReplicas: 2,
    maxReplicas: 4,
    metrics,
  },
};

function withSpec(live: Live, spec: Partial<NonNullable<Live["spec"]>>): Live {
  return { ...live, spec: { scaleTargetRef: { kind: "", name: "" }, maxReplicas: 0, ...live.spec, ...spec } };
}

function synced(from: Live, to: Live): unknown {
  return mergePatch(to, scaler.sync(canary, from, to, prefixes)?.body ?? {});
}

test("the primary's scales the primary, within the same limits", () => {
  expect(scaler.primary(canary, target, prefixes)).toEqual(primary);
});

test.each([
  [{ minReplicas: 3 }, { minReplicas: 3, maxReplicas: 4 }],
  [{ maxReplicas: 9 }, { minReplicas: 2, maxReplicas: 9 }],
  [
    { minReplicas: 5, maxReplicas: 9 },
    { minReplicas: 5, maxReplicas: 9 },
  ],
])("the Canary's limits %j go first", (primaryScalerReplicas, limits) => {
  const autoscalerRef = { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", name: "podinfo-hpa" } as const;
  const own: Canary = {
    ...canary,
    spec: { ...canary.spec, autoscalerRef: { ...autoscalerRef, primaryScalerReplicas } },
  };
  expect(scaler.primary(own, target, prefixes).spec).toEqual({ ...primary.spec, ...limits });
});

test("a primary's that is in line is left alone", () => {
  expect(scaler.sync(canary, target, primary, prefixes)).toBeUndefined();
});

test("limits, metrics and behavior follow the target's, also when they go", () => {
  const busy = withSpec(target, { maxReplicas: 9, behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } });
  const follows = withSpec(primary, { maxReplicas: 9, behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } });
  expect(synced(busy, primary)).toEqual(follows);
  expect(synced(target, follows)).toEqual(primary);
});

test("labels and annotations follow the target's, beside those of others", () => {
  const part = "app.kubernetes.io/part-of";
  const relabelled = {
    ...target,
    metadata: { ...target.metadata, labels: { l: "2", [part]: "shop" }, annotations: { other: "o", [part]: "shop" } },
  };
  const stale = {
    ...primary,
    metadata: { ...primary.metadata, labels: { l: "1", theirs: "1", "app.kubernetes.io/old": "x" }, finalizers: ["f"] },
  };
  expect(synced(relabelled, stale)).toEqual({
    ...stale,
    metadata: {
      ...stale.metadata,
      labels: { l: "2", theirs: "1", [part]: "shop" },
      annotations: { [part]: "shop" },
    },
  });
});

test("has a least size and nothing to pause", () => {
  expect(scaler.minReplicas(target)).toBe(2);
  expect(scaler.minReplicas({ metadata: target.metadata })).toBe(1);
  expect(scaler.pause(target)).toBeUndefined();
  expect(scaler.resume(target)).toBeUndefined();
});

test("while users may come back, the primary's keeps its pods, as far as its limits go", () => {
  const held = (live: Live, pods: number): Live => mergePatch(live, scaler.hold(live, pods)?.body ?? {}) as Live;
  expect(held(primary, 3)).toEqual(withSpec(primary, { minReplicas: 3 }));
  expect(held(primary, 9)).toEqual(withSpec(primary, { minReplicas: 4 }));
  expect(scaler.hold(primary, 1)).toBeUndefined();
  const holding = held(primary, 3);
  expect(scaler.sync(canary, target, holding, prefixes)).toBeUndefined();
  expect(mergePatch(holding, scaler.free(canary, target, holding)?.body ?? {})).toEqual(primary);
  expect(scaler.free(canary, target, primary)).toBeUndefined();
});
