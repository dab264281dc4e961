import { expect, test } from "vitest";
import { canonicalJson } from "./canonical.ts";

test.each([
  [
    "sorts keys, at every depth",
    { b: 1, a: { d: [{ f: 1, e: 2 }], c: "x" } },
    '{"a":{"c":"x","d":[{"e":2,"f":1}]},"b":1}',
  ],
  ["sorts keys that look like numbers as text", { 9: "b", 10: "a" }, '{"10":"a","9":"b"}'],
  ["leaves out what is null or undefined", { a: null, b: undefined, c: { d: null } }, '{"c":{}}'],
  ["keeps null in lists", [null, undefined, 0, ""], '[null,null,0,""]'],
  ["writes nothing as null", undefined, "null"],
] as const)("%s", (_, value, json) => {
  expect(canonicalJson(value)).toBe(json);
});
