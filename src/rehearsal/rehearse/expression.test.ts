import { expect, test } from "vitest";
import { parseExpression } from "./expression.ts";

test.each([
  ["t < 2m ? 100 : 90", [100, 100, 90]],
  ["t < 1m30s || t == 2m ? 99.5 : 90", [99.5, 99.5, 99.5]],
  ["t > 30 && t < 90 ? empty : 99.9", [99.9, "empty", 99.9]],
  ["100 - t / 10", [100, 94, 88]],
  ["1 / 2 - 1e-1 * (t + -1.5m)", [9.5, 3.5, -2.5]],
  ["t % 50", [0, 10, 20]],
  ["floor(t / 50) + abs(-exp(0)) + sin(0)", [1, 2, 3]],
  ["max(95, 100 - t / 10) - min(t, 10)", [100, 85, 85]],
  ["100 - weight / 5", [100, 95, 90]],
  ["!(weight >= 50) ? 100 : 80", [100, 100, 80]],
  // As in Prometheus.
  ["(t - 60) / 0", [-Infinity, "empty", Infinity]],
  ["empty + 1", ["empty", "empty", "empty"]],
])("%s at 0 s, 60 s and 2 min, with a weight of 0, 25 and 50 %", (text, values) => {
  const expression = parseExpression(text);
  const moments = [
    { t: 0, weight: 0 },
    { t: 60, weight: 25 },
    { t: 120, weight: 50 },
  ];
  expect(moments.map(expression)).toEqual(values);
});

test.each([
  ["", "character 1: Unexpected token: EOF"],
  ["99%", "character 4: Unexpected token: EOF"],
  ["(t + 2m", "character 8: Expected RPAREN, got EOF"],
  ["5 minutes", 'character 3: unexpected "minutes"'],
  ["t < 2m ? 100 : x", "character 16: Unknown variable: x"],
  ["1m30s + 100 + constructor", "character 15: Unknown variable: constructor"],
  ["t.constructor", "character 3: Cannot index type 'double'"],
  ["100 - cos(t)", "character 7: found no matching overload for 'cos(double)'"],
  ["100 - max(t)", "character 7: found no matching overload for 'max(double)'"],
  ["1 + (t ? 100 : 90)", "character 6: Ternary condition must be bool, got 'double'"],
  ["t > 1", 'character 1: "t > 1" is no number, but bool'],
  [' "100"', 'character 2: ""100"" is no number, but string'],
  ["2m > t || has(t.x) ? 100 : 90", 'character 11: "has(t.x)" is not supported'],
  ["timestamp('now') == timestamp('then') ? 1 : 2", `character 1: "timestamp('now')" is not supported`],
  ["-double('1')", `character 2: "double('1')" is not supported`],
])('"%s" is refused', (text, message) => {
  const hint = "write an expression of t, weight, empty and abs, exp, floor, max, min, sin, such as t < 2m ? 100 : 90";
  expect(() => parseExpression(text)).toThrow(`${message}: ${hint}`);
});

test("a duration that is none is refused", () => {
  expect(() => parseExpression("t < 2days")).toThrow('invalid duration "2days": write numbers and units');
});
