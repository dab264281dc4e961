import { expect, test } from "vitest";
import { rollingLimits } from "./rolling-limits.ts";
import { deploymentOf } from "./samples.ts";

test.each([
  [4, {}, { maxSurge: 1, maxUnavailable: 1 }],
  [3, {}, { maxSurge: 1, maxUnavailable: 0 }],
  [10, { maxSurge: "25%", maxUnavailable: "25%" }, { maxSurge: 3, maxUnavailable: 2 }],
  [10, { maxSurge: 2, maxUnavailable: 0 }, { maxSurge: 2, maxUnavailable: 0 }],
  [10, { maxSurge: 0, maxUnavailable: 0 }, { maxSurge: 0, maxUnavailable: 1 }],
  [1, { maxSurge: 0, maxUnavailable: "50%" }, { maxSurge: 0, maxUnavailable: 1 }],
  [2, { maxSurge: 1, maxUnavailable: 5 }, { maxSurge: 1, maxUnavailable: 2 }],
  [0, {}, { maxSurge: 0, maxUnavailable: 0 }],
])("of %d pods with %o", (replicas, rollingUpdate, limits) => {
  expect(rollingLimits(deploymentOf(replicas, { strategy: { type: "RollingUpdate", rollingUpdate } }))).toEqual(limits);
});

test("Recreate has none", () => {
  expect(rollingLimits(deploymentOf(4, { strategy: { type: "Recreate" } }))).toEqual({
    maxSurge: 0,
    maxUnavailable: 0,
  });
});
