import { describe, expect, test } from "vitest";
import type { MatchCondition } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { triedMatches } from "./http-matches.ts";
import type { HttpMatch } from "./virtual-service.ts";

const served: readonly HttpMatch[] = [
  { uri: { prefix: "/a" }, method: { exact: "GET" }, port: 80 },
  {
    headers: { "X-User": { regex: ".*" }, "x-tenant": { exact: "t" } },
    queryParams: { v: { exact: "1" } },
    sourceLabels: { app: "web", team: "a" },
  },
];

test.each<[string, readonly MatchCondition[], readonly HttpMatch[], readonly HttpMatch[]]>([
  ["nobody in particular", [], [], []],
  ["all that is served", [], served, served],
  [
    "those who match any condition",
    [{ headers: { "x-user": { exact: "insider" } } }, { queryParams: { v: { exact: "2" } }, headers: {} }],
    [],
    [{ headers: { "x-user": { exact: "insider" } } }, { queryParams: { v: { exact: "2" } } }],
  ],
  [
    "those among the served, where conditions of the same name win",
    [
      { headers: { "x-user": { exact: "insider" } } },
      { queryParams: { w: { exact: "2" } }, sourceLabels: { app: "shop" } },
    ],
    served,
    [
      { ...served[0], headers: { "x-user": { exact: "insider" } } },
      { ...served[1], headers: { "x-user": { exact: "insider" }, "x-tenant": { exact: "t" } } },
      { ...served[0], queryParams: { w: { exact: "2" } }, sourceLabels: { app: "shop" } },
      {
        ...served[1],
        queryParams: { v: { exact: "1" }, w: { exact: "2" } },
        sourceLabels: { app: "shop", team: "a" },
      },
    ],
  ],
  [
    "those whose header ends with a text",
    [{ headers: { "x-mail": { suffix: "@example.com" } } }],
    [],
    [{ headers: { "x-mail": { regex: String.raw`.*@example\.com` } } }],
  ],
])("a release is about %s", (_, conditions, among, matches) => {
  expect(triedMatches(conditions, among)).toEqual(matches);
});

describe("refuses a condition", () => {
  test.each<[string, MatchCondition]>([
    ["on nothing", {}],
    ["on empty lists", { headers: {}, queryParams: {}, sourceLabels: {} }],
  ])("%s", (_, condition) => {
    expect(() => triedMatches([condition], served)).toThrow(
      new InvalidSpec(
        "spec.analysis.match[0]: must have headers, queryParams or sourceLabels, or everybody gets the canary",
      ),
    );
  });
});
