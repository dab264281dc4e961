import { expect, test } from "vitest";
import type { MatchCondition } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { matchersOf } from "./matchers.ts";
import type { Matcher } from "./route-table.ts";

test.each<[string, readonly MatchCondition[], readonly Matcher[]]>([
  ["nobody in particular", [], []],
  [
    "a header",
    [{ headers: { "x-user": { exact: "insider" } } }],
    [{ headers: [{ name: "x-user", value: "insider" }] }],
  ],
  [
    "all of these",
    [{ headers: { b: { regex: "2.*" }, a: { exact: "1" } }, queryParams: { d: { exact: "4" }, c: { regex: "3" } } }],
    [
      {
        headers: [
          { name: "a", value: "1" },
          { name: "b", value: "2.*", regex: true },
        ],
        queryParameters: [
          { name: "c", value: "3", regex: true },
          { name: "d", value: "4" },
        ],
      },
    ],
  ],
  [
    "any of these",
    [{ headers: { a: { exact: "1" } } }, { queryParams: { beta: { exact: "yes" } } }],
    [{ headers: [{ name: "a", value: "1" }] }, { queryParameters: [{ name: "beta", value: "yes" }] }],
  ],
  [
    "what Gloo can tell apart",
    [{ sourceLabels: { app: "shop" } }, { headers: { a: { exact: "1" } } }],
    [{ headers: [{ name: "a", value: "1" }] }],
  ],
])("%s", (_, match, expected) => {
  expect(matchersOf(match)).toEqual(expected);
});

test.each<[MatchCondition, string]>([
  [
    { headers: { "x-user": { prefix: "in" } } },
    "spec.analysis.match[0].headers.x-user: must have exact or regex, as Gloo compares in no other way",
  ],
  [
    { headers: { "x-user": { suffix: "er" } } },
    "spec.analysis.match[0].headers.x-user: must have exact or regex, as Gloo compares in no other way",
  ],
  [
    { queryParams: { beta: {} } },
    "spec.analysis.match[0].queryParams.beta: must have exact or regex, as Gloo compares in no other way",
  ],
  [
    { sourceLabels: { app: "shop" } },
    "spec.analysis.match: must have headers or queryParams, which are all that Gloo can tell apart",
  ],
])("refuses %j", (condition, message) => {
  expect(() => matchersOf([condition])).toThrow(new InvalidSpec(message));
});
