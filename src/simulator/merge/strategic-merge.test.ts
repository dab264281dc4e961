import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidPatch } from "./invalid-patch.ts";
import { strategicMergePatch } from "./strategic-merge.ts";
import { deployments } from "./testdata/arbitrary.ts";
import { deployment } from "./testdata/schemas.ts";
import { twoWayDiff } from "./testdata/two-way-diff.ts";

/** The pod of a Deployment with these containers. */
const pod = (...containers: readonly unknown[]) => ({ spec: { template: { spec: { containers } } } });

const [a, b, c] = ["a", "b", "c"].map((name) => ({ name, image: `${name}:1` }));
const ports = (...list: readonly unknown[]) => pod({ name: "a", ports: list });

test.each([
  [
    "merges objects and removes with null",
    { metadata: { labels: { x: "1", y: "2" } }, spec: { replicas: 1 } },
    { metadata: { labels: { x: null, z: "3" } }, spec: { paused: true } },
    { metadata: { labels: { y: "2", z: "3" } }, spec: { replicas: 1, paused: true } },
  ],
  [
    "leaves no null in what is new",
    {},
    { metadata: { labels: { x: null, y: "1" } } },
    { metadata: { labels: { y: "1" } } },
  ],
  ["merges items by their key", pod(a, b), pod({ name: "b", image: "b:2" }), pod(a, { name: "b", image: "b:2" })],
  ["appends new items", pod(a), pod(b), pod(b, a)],
  ["puts a new item where the patch has it", pod(a, b), pod(a, c, b), pod(a, c, b)],
  ["takes the order of the patch", pod(a, b, c), pod(c, a), pod(b, c, a)],
  ["deletes an item", pod(a, b), pod({ name: "a", $patch: "delete" }), pod(b)],
  ["deletes an item that is not there", pod(a), pod({ name: "z", $patch: "delete" }), pod(a)],
  ["replaces a list", pod(a, b), pod(c, { $patch: "replace" }), pod(c)],
  [
    "merges lists in items",
    ports({ containerPort: 1, name: "x" }, { containerPort: 2 }),
    ports({ containerPort: 1, name: "y" }, { containerPort: 2, $patch: "delete" }),
    ports({ containerPort: 1, name: "y" }),
  ],
  [
    "replaces a list without a strategy",
    pod({ name: "a", args: ["1", "2"] }),
    pod({ name: "a", args: ["3"] }),
    pod({ name: "a", args: ["3"] }),
  ],
  [
    "orders a list",
    pod(a, b, c),
    { spec: { template: { spec: { "$setElementOrder/containers": [{ name: "c" }, { name: "a" }] } } } },
    pod(b, c, a),
  ],
  [
    "keeps items of others near where they were when it orders a list",
    pod(a, { name: "injected" }, b),
    {
      spec: {
        template: {
          spec: {
            "$setElementOrder/containers": [{ name: "a" }, { name: "b" }],
            containers: [{ name: "b", image: "b:2" }],
          },
        },
      },
    },
    pod(a, { name: "injected" }, { name: "b", image: "b:2" }),
  ],
  [
    "adds to a list of values once",
    { metadata: { finalizers: ["x", "y"] } },
    { metadata: { finalizers: ["z", "x"] } },
    { metadata: { finalizers: ["z", "x", "y"] } },
  ],
  [
    "takes from a list of values",
    { metadata: { finalizers: ["x", "y", "z"] } },
    { metadata: { "$deleteFromPrimitiveList/finalizers": ["x", "q"], "$setElementOrder/finalizers": ["z", "y"] } },
    { metadata: { finalizers: ["z", "y"] } },
  ],
  [
    "does not make a list to take from it",
    {},
    { metadata: { "$deleteFromPrimitiveList/finalizers": ["x"] } },
    { metadata: {} },
  ],
  [
    "replaces an object",
    { metadata: { labels: { x: "1" } } },
    { metadata: { labels: { $patch: "replace", y: "2" } } },
    { metadata: { labels: { y: "2" } } },
  ],
  [
    "empties an object",
    { metadata: { labels: { x: "1" } } },
    { metadata: { labels: { $patch: "delete" } } },
    { metadata: { labels: {} } },
  ],
  [
    "retains keys only",
    { spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } } },
    { spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } } },
    { spec: { strategy: { type: "Recreate" } } },
  ],
  [
    "writes no directive into what is new",
    {},
    pod({ name: "a", "$setElementOrder/env": [], env: [{ name: "x", $patch: "delete" }] }),
    pod({ name: "a", env: [] }),
  ],
  [
    "puts a value over an object",
    { spec: { strategy: { type: "x" } } },
    { spec: { strategy: "y" } },
    { spec: { strategy: "y" } },
  ],
])("%s", (_, original, patch, expected) => {
  const before = structuredClone({ original, patch });
  expect(strategicMergePatch(deployment, original, patch)).toEqual(expected);
  expect({ original, patch }).toEqual(before);
});

test.each([
  ["no object", [], 400, "invalid JSON document"],
  ["an unknown directive", { spec: { $patch: "merge" } }, 500, 'unknown patch type: "merge"'],
  ["an unknown directive in a list", pod({ name: "a", $patch: "swap" }), 500, 'unknown patch type: "swap"'],
  [
    "merging as a directive in a list",
    pod({ name: "a", $patch: "merge" }),
    500,
    "merging lists cannot yet be specified in the patch",
  ],
  ["an item without its key", pod({ image: "x" }), 500, 'map: {"image":"x"} does not contain declared merge key: name'],
  ["lists of lists", pod([]), 422, "lists of lists are not supported"],
  ["mixed items", pod("a"), 500, "list element types are not identical"],
  [
    "a key that is not retained",
    { spec: { strategy: { $retainKeys: ["a"], type: "x" } } },
    400,
    "invalid patch format of retainKeys",
  ],
  [
    "retainKeys that is no list",
    { spec: { strategy: { $retainKeys: "type" } } },
    400,
    "invalid patch format of retainKeys",
  ],
  [
    "an order that is no list",
    { metadata: { "$setElementOrder/finalizers": "x" } },
    400,
    "invalid patch format of setElementOrder list",
  ],
  [
    "deletions that are no list",
    { metadata: { "$deleteFromPrimitiveList/finalizers": "x" } },
    400,
    "invalid patch format of primitive list",
  ],
  [
    "a patch in another order",
    { metadata: { finalizers: ["x", "y"], "$setElementOrder/finalizers": ["y", "x"] } },
    500,
    'The order in patch list:\n["x","y"]\n doesn\'t match $setElementOrder list:\n["y","x"]\n',
  ],
])("refuses %s", (_, patch, code, message) => {
  const original = { metadata: { finalizers: ["x"] }, spec: { strategy: {}, template: pod(a).spec.template } };
  const refused = () => strategicMergePatch(deployment, original, patch);
  expect(refused).toThrow(new InvalidPatch(code as 400 | 422 | 500, message));
  expect(refused).toThrow(expect.objectContaining({ code }));
});

describe("for any two objects", () => {
  test("the patch that kubectl computes makes one of the other", () => {
    fc.assert(
      fc.property(deployments, deployments, (from, to) => {
        expect(strategicMergePatch(deployment, from, twoWayDiff(deployment, from, to))).toEqual(to);
      }),
    );
  });

  test("an empty patch changes nothing", () => {
    fc.assert(
      fc.property(deployments, (object) => {
        expect(strategicMergePatch(deployment, object, {})).toEqual(object);
      }),
    );
  });
});
