import { expect, test } from "vitest";
import { parseValues, settledFrom, valueNow } from "./values.ts";

test.each([
  ["99.5", [99.5, 99.5], 0],
  [" empty ", ["empty", "empty"], 0],
  ["-.5e1", [-5, -5], 0],
  ["100@0s,90@1m", [100, 90], 60],
  ["100 - t / 10", [100, 94], Infinity],
  ["max(weight, 10)", [10, 25], Infinity],
])("%s", (text, values, settled) => {
  const read = parseValues(text);
  const moments = [
    { at: 5, analysed: 0, weight: 0 },
    { at: 65, analysed: 60, weight: 25 },
  ];
  expect(moments.map((moment) => valueNow(read, moment))).toEqual(values);
  expect(settledFrom(read)).toBe(settled);
});
