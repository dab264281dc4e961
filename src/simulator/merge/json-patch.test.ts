import { expect, test } from "vitest";
import { InvalidPatch } from "./invalid-patch.ts";
import { jsonPatch } from "./json-patch.ts";

const document = { a: { b: 1, "c/d~e": 2 }, list: [1, [2], { x: 3 }] };

test.each([
  ["add a field", [{ op: "add", path: "/a/z", value: null }], { ...document, a: { ...document.a, z: null } }],
  ["add over a field", [{ op: "add", path: "/a", value: 1 }], { ...document, a: 1 }],
  ["add into a list", [{ op: "add", path: "/list/1", value: 9 }], { ...document, list: [1, 9, [2], { x: 3 }] }],
  ["add at the end", [{ op: "add", path: "/list/-", value: 9 }], { ...document, list: [1, [2], { x: 3 }, 9] }],
  ["count from the end", [{ op: "remove", path: "/list/-1" }], { ...document, list: [1, [2]] }],
  ["escaped names", [{ op: "remove", path: "/a/c~1d~0e" }], { ...document, a: { b: 1 } }],
  ["replace in a list", [{ op: "replace", path: "/list/2/x", value: 4 }], { ...document, list: [1, [2], { x: 4 }] }],
  [
    "replace what is not there",
    [{ op: "replace", path: "/a/z", value: 4 }],
    { ...document, a: { ...document.a, z: 4 } },
  ],
  ["replace all", [{ op: "replace", path: "", value: {} }], {}],
  ["move", [{ op: "move", from: "/a/b", path: "/list/0" }], { a: { "c/d~e": 2 }, list: [1, 1, [2], { x: 3 }] }],
  ["copy", [{ op: "copy", from: "/list", path: "/copy" }], { ...document, copy: document.list }],
  ["test", [{ op: "test", path: "/list/2", value: { x: 3 } }], document],
  ["test for nothing", [{ op: "test", path: "/a/z", value: null }], document],
  [
    "one after the other",
    [
      { op: "add", path: "/n", value: {} },
      { op: "add", path: "/n/m", value: 1 },
    ],
    { ...document, n: { m: 1 } },
  ],
])("%s", (_, patch, expected) => {
  const before = structuredClone(document);
  expect(jsonPatch(document, patch)).toEqual(expected);
  expect(document).toEqual(before);
});

test.each([
  ["no list", {}, 400, "a JSON patch is a list of operations"],
  ["no operation", [1], 400, "an operation of a JSON patch is an object"],
  ["unknown operation", [{ op: "merge", path: "/a" }], 422, "Unexpected kind: merge"],
  ["no path", [{ op: "add", value: 1 }], 422, "add operation failed to decode path: missing value"],
  ["no from", [{ op: "move", path: "/a" }], 422, "move operation failed to decode from: missing value"],
  ["a failed test", [{ op: "test", path: "/a/b", value: 2 }], 422, "testing value /a/b failed: test failed"],
  [
    "a missing parent",
    [{ op: "add", path: "/z/y", value: 1 }],
    422,
    'add operation does not apply: doc is missing path: "/z/y": missing value',
  ],
  [
    "a missing field to remove",
    [{ op: "remove", path: "/a/c~1d" }],
    422,
    'remove operation does not apply: doc is missing path: "/a/c~1d": missing value',
  ],
  [
    "an index out of range",
    [{ op: "add", path: "/list/4", value: 1 }],
    422,
    'add operation does not apply: doc is missing path: "/list/4": missing value',
  ],
])("refuses %s", (_, patch, code, message) => {
  const refused = () => jsonPatch(document, patch);
  expect(refused).toThrow(new InvalidPatch(code as 400 | 422, message));
  expect(refused).toThrow(expect.objectContaining({ code }));
});
