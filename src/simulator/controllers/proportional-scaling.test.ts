import { expect, test } from "vitest";
import type { ReplicaSetObject } from "./kinds.ts";
import { isScaled, scaleSets } from "./proportional-scaling.ts";
import { deploymentOf, setOf } from "./samples.ts";

const rolling = { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } };

/** A set that was last scaled when the Deployment wanted so many. */
function since(set: ReplicaSetObject, wanted: number): ReplicaSetObject {
  const annotations = {
    ...set.metadata.annotations,
    "deployment.kubernetes.io/desired-replicas": String(wanted),
    "deployment.kubernetes.io/max-replicas": String(wanted + 3),
  };
  return { ...set, metadata: { ...set.metadata, annotations } };
}

const replicas = (scalings: ReturnType<typeof scaleSets>): Record<string, number> =>
  Object.fromEntries(scalings.map(({ set, replicas: number }) => [set.metadata.name, number]));

test.each([
  ["one set gets all", 5, [], since(setOf("new", 3, 3, 2), 3), { new: 5 }],
  ["a set of the past alone gets all", 5, [since(setOf("old", 3, 3, 1), 3)], setOf("new", 0, 0, 2), { old: 5 }],
  [
    "what is added is shared out",
    20,
    [since(setOf("old", 8, 8, 1), 10)],
    since(setOf("new", 5, 0, 2), 10),
    { old: 14, new: 9 },
  ],
  [
    "what is taken is shared out",
    5,
    [since(setOf("old", 8, 8, 1), 10)],
    since(setOf("new", 5, 0, 2), 10),
    { old: 5, new: 3 },
  ],
  ["zero takes all", 0, [since(setOf("old", 8, 8, 1), 10)], since(setOf("new", 5, 0, 2), 10), { old: 0, new: 0 }],
  [
    "the old go when the new has all",
    5,
    [since(setOf("old", 1, 1, 1), 5)],
    since(setOf("new", 5, 5, 2), 5),
    { old: 0 },
  ],
] as const)("%s", (_, wanted, old, current, expected) => {
  expect(replicas(scaleSets(deploymentOf(wanted, rolling), old, current))).toEqual(expected);
});

test("a Deployment is scaled when its sets know another number", () => {
  expect(isScaled(deploymentOf(4), [since(setOf("a", 4, 4), 4)])).toBe(false);
  expect(isScaled(deploymentOf(5), [since(setOf("a", 4, 4), 4)])).toBe(true);
  expect(isScaled(deploymentOf(5), [since(setOf("a", 0, 0), 4)])).toBe(false);
});
