import { expect, test } from "vitest";
import { propose } from "./scaling-proposal.ts";
import type { Demand, PodUsage } from "./scaling-proposal.ts";
import { samplePod } from "./samples.ts";

const utilization = (averageUtilization: number) => ({
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization } },
});

/** Pods that each request 0.1 cores, and what they use; `undefined` for what is not known. */
function demandOf(usages: readonly (number | undefined)[], unready = 0): Demand {
  const pods = [
    ...usages.map((_, index) => samplePod(`p${index}`)),
    ...Array.from({ length: unready }, (_, index) => samplePod(`u${index}`, { ready: false, created: 3_590_000 })),
  ];
  const usageOf = (index: number): PodUsage | undefined => {
    const cpu = index < usages.length ? usages[index] : 0.2;
    return cpu === undefined ? undefined : { cpu, memory: 100 * 2 ** 20 };
  };
  return {
    current: pods.length,
    pods,
    usageOf: (pod) => usageOf(pods.indexOf(pod)),
    tolerance: { up: 0.1, down: 0.1 },
    now: 3_600_000,
  };
}

const summary = (demand: Demand, percent = 50): string => {
  const proposal = propose(utilization(percent), demand);
  if (proposal.kind === "unknown") return `${proposal.reason}: ${proposal.message}`;
  const { averageUtilization = 0, averageValue = "" } = proposal.status.resource?.current ?? {};
  return `${proposal.replicas} for ${averageUtilization}% ${averageValue}`;
};

test.each([
  ["on target", [0.05, 0.05], 0, "2 for 50% 50m"],
  ["within tolerance", [0.055, 0.055], 0, "2 for 55% 55m"],
  ["above", [0.056, 0.056], 0, "3 for 56% 56m"],
  ["far above", [0.2, 0.2], 0, "8 for 200% 200m"],
  ["below", [0.01, 0.01, 0.01, 0.01], 0, "1 for 10% 10m"],
  ["a pod without a value is idle when the others are busy", [0.2, undefined], 0, "4 for 200% 200m"],
  ["and keeps things as they are when that turns the sign", [0.08, undefined], 0, "2 for 80% 80m"],
  ["a pod without a value is busy when the others are idle", [0.01, 0.01, undefined], 0, "3 for 10% 10m"],
  ["a pod that is not ready yet is idle when the others are busy", [0.1, 0.1], 1, "4 for 100% 100m"],
  ["and counts for nothing when they are not", [0.01, 0.01], 1, "1 for 10% 10m"],
  [
    "nothing is known",
    [undefined],
    0,
    "FailedGetResourceMetric: failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API",
  ],
  [
    "nothing is ready",
    [],
    2,
    "FailedGetResourceMetric: failed to get cpu utilization: did not receive metrics for any ready pods",
  ],
  [
    "there are no pods",
    [],
    0,
    "FailedGetResourceMetric: failed to get cpu utilization: no pods returned by selector while calculating replica count",
  ],
])("%s", (_, usages, unready, expected) => {
  expect(summary(demandOf(usages, unready))).toBe(expected);
});

test("memory by its average value", () => {
  const target = { type: "AverageValue", averageValue: "50Mi" };
  expect(propose({ type: "Resource", resource: { name: "memory", target } }, demandOf([0, 0]))).toEqual({
    kind: "replicas",
    replicas: 4,
    metric: "memory resource",
    status: { type: "Resource", resource: { name: "memory", current: { averageValue: "104857600" } } },
  });
});

test("a container that requests nothing", () => {
  const demand = demandOf([0.1]);
  const [pod = samplePod("p0")] = demand.pods;
  const bare = { ...pod, spec: { containers: [{ name: "main", image: "app:1" }] } };
  expect(summary({ ...demand, pods: [bare], usageOf: () => ({ cpu: 0.1 }) })).toBe(
    "FailedGetResourceMetric: failed to get cpu utilization: missing request for cpu in container main of Pod p0",
  );
});
