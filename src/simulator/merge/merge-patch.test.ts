import { expect, test } from "vitest";
import { mergePatch } from "./merge-patch.ts";

test.each([
  [
    "sets and removes fields",
    { a: 1, b: 2, c: { d: 3, e: 4 } },
    { a: 9, b: null, c: { d: null } },
    { a: 9, c: { e: 4 } },
  ],
  ["replaces lists", { a: [1, 2] }, { a: [3] }, { a: [3] }],
  ["leaves no null in what is new", {}, { a: { b: { c: null }, d: 1 } }, { a: { b: {}, d: 1 } }],
  ["makes an object of a value", { a: "x" }, { a: { b: 1 } }, { a: { b: 1 } }],
  ["puts a value over an object", { a: { b: 1 } }, { a: "x" }, { a: "x" }],
  ["keeps null in a list", { a: 1 }, { a: [null, { b: null }] }, { a: [null, { b: null }] }],
  ["replaces a document with a list", { a: 1 }, [1], [1]],
])("%s", (_, target, patch, expected) => {
  const before = structuredClone(target);
  expect(mergePatch(target, patch)).toEqual(expected);
  expect(target).toEqual(before);
});
