import { expect, test } from "vitest";
import { duplicateFields } from "./duplicates.ts";

test.each([
  ['{"a":1,"b":{"a":2},"c":[{"a":1},{"a":2}]}', []],
  ['{"a":1,"b":2,"a":3}', ["a"]],
  ['{"spec":{"ports":[{"port":1},{"port":2, "port" : 3, "port":4}]}}', ["spec.ports[1].port", "spec.ports[1].port"]],
  ['{"a":"{\\"a\\":1}","\\u0061":[[{"x":1,"x":2}],true,null]}', ["a", "a[0][0].x"]],
  ['[{"op":"test","op":"add"}]', ["[0].op"]],
  ["3", []],
])("%s", (json, expected) => {
  expect(duplicateFields(json)).toEqual(expected);
});
