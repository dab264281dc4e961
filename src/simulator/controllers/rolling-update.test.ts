import { expect, test } from "vitest";
import type { ReplicaSetObject } from "./kinds.ts";
import { newReplicas, shrinkOld } from "./rolling-update.ts";
import { deploymentOf, setOf } from "./samples.ts";

const rolling = (maxSurge: number, maxUnavailable: number) => ({
  strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } },
});

test.each([
  ["begins with the surge", 4, 1, [setOf("old", 4, 4)], undefined, 1],
  ["grows as old pods go", 4, 1, [setOf("old", 3, 3)], setOf("new", 1, 0), 2],
  ["waits for room", 4, 1, [setOf("old", 4, 4)], setOf("new", 1, 1), 1],
  ["has no more than is wanted", 4, 3, [], setOf("new", 2, 2), 4],
  ["shrinks at once", 4, 1, [], setOf("new", 6, 6), 4],
] as const)("the new set %s", (_, wanted, surge, old, current, replicas) => {
  expect(newReplicas(deploymentOf(wanted, rolling(surge, 1)), old, current)).toBe(replicas);
});

test("with Recreate the new set has all pods", () => {
  const deployment = deploymentOf(4, { strategy: { type: "Recreate" } });
  expect(newReplicas(deployment, [setOf("old", 4, 4)], undefined)).toBe(4);
});

const left = (scalings: ReturnType<typeof shrinkOld>): Record<string, number> =>
  Object.fromEntries(scalings.map(({ set, replicas }) => [set.metadata.name, replicas]));

test.each<[string, number, number, ReplicaSetObject[], ReplicaSetObject, Record<string, number>]>([
  ["give what may be missing", 4, 1, [setOf("a", 4, 4)], setOf("new", 1, 0), { a: 3 }],
  ["wait for new pods", 4, 1, [setOf("a", 3, 3)], setOf("new", 2, 0), {}],
  ["go as new pods come", 4, 1, [setOf("a", 3, 3)], setOf("new", 2, 2), { a: 1 }],
  ["that are not available go first", 4, 0, [setOf("a", 2, 2), setOf("b", 2, 0)], setOf("new", 1, 1), { b: 1 }],
  ["go oldest first", 4, 0, [setOf("a", 1, 1), setOf("b", 2, 2)], setOf("new", 3, 3), { a: 0, b: 1 }],
  ["are left alone when nothing may be missing", 4, 0, [setOf("a", 4, 4)], setOf("new", 1, 0), {}],
  ["that are all broken go together", 2, 1, [setOf("a", 2, 0)], setOf("new", 1, 0), { a: 1 }],
])("old pods %s", (_, wanted, missing, old, current, replicas) => {
  expect(left(shrinkOld(deploymentOf(wanted, rolling(1, missing)), old, current))).toEqual(replicas);
});
