import { expect, test } from "vitest";
import { formatLabels, formatSelector, matches, selectorProblems } from "./selectors.ts";
import { lines } from "./testing.ts";

const selector = {
  matchLabels: { tier: "front", app: "web" },
  matchExpressions: [
    { key: "env", operator: "In", values: ["prod", "dev"] },
    { key: "old", operator: "DoesNotExist" },
    { key: "team", operator: "Exists" },
    { key: "zone", operator: "NotIn", values: ["b"] },
  ],
};

test("as text", () => {
  expect(formatLabels({ b: "2", a: "1" })).toBe("a=1,b=2");
  expect(formatLabels({})).toBe("<none>");
  expect(formatSelector(selector)).toBe("app=web,env in (dev,prod),!old,team,tier=front,zone notin (b)");
  expect(formatSelector({})).toBe("<none>");
});

const labels = { app: "web", tier: "front", env: "dev", team: "a" };
test.each([
  [labels, true],
  [{ ...labels, zone: "a", other: "x" }, true],
  [{ ...labels, zone: "b" }, false],
  [{ ...labels, old: "x" }, false],
  [{ ...labels, env: "test" }, false],
  [{ ...labels, app: "api" }, false],
  [{}, false],
])("matches %j: %s", (given, matching) => {
  expect(matches(selector, given)).toBe(matching);
});

test("an empty selector matches everything", () => {
  expect(matches({}, labels)).toBe(true);
  expect(matches({}, undefined)).toBe(true);
});

test("what is wrong", () => {
  const wrong = {
    matchExpressions: [
      { key: "a", operator: "In" },
      { key: "a", operator: "Exists", values: ["b"] },
      { key: "a", operator: "Like" },
    ],
  };
  expect(lines(selectorProblems(selector, "spec.selector"))).toEqual([]);
  expect(lines(selectorProblems(wrong, "spec.selector"))).toEqual([
    "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    "spec.selector.matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    'spec.selector.matchExpressions[2].operator: Invalid value: "Like": not a valid selector operator',
  ]);
});
