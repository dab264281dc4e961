import { describe, expect, test } from "vitest";
import type { CanaryService, MatchCondition } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { narrowed, servedMatches, triedMatches } from "./http-route-matches.ts";
import type { HttpRouteMatch } from "./http-route.ts";

type RouteConditions = NonNullable<CanaryService["match"]>;

const anyPath = { type: "PathPrefix", value: "/" } as const;
const exact = (name: string, value: string) => ({ type: "Exact", name, value }) as const;
const regex = (name: string, value: string) => ({ type: "RegularExpression", name, value }) as const;

describe("service.match", () => {
  test.each<[string, RouteConditions | undefined, readonly HttpRouteMatch[]]>([
    ["none", undefined, [{ path: anyPath }]],
    ["an empty list", [], [{ path: anyPath }]],
    ["a path's beginning", [{ uri: { prefix: "/api" } }], [{ path: { type: "PathPrefix", value: "/api" } }]],
    ["a whole path", [{ uri: { exact: "/api" } }], [{ path: { type: "Exact", value: "/api" } }]],
    ["an expression", [{ uri: { regex: "/a.*" } }], [{ path: { type: "RegularExpression", value: "/a.*" } }]],
    [
      "an empty text beside a path",
      [{ uri: { exact: "", prefix: "/api" } }],
      [{ path: { type: "PathPrefix", value: "/api" } }],
    ],
    ["a method", [{ method: { exact: "GET" } }], [{ path: anyPath, method: "GET" }]],
    [
      "headers and query parameters, by name",
      [{ headers: { "x-b": { regex: "b.*" }, "x-a": { exact: "a" } }, queryParams: { v: { exact: "2" } } }],
      [{ path: anyPath, headers: [exact("x-a", "a"), regex("x-b", "b.*")], queryParams: [exact("v", "2")] }],
    ],
    [
      "several, without those that are Istio's",
      [{ uri: { prefix: "/a" } }, { sourceLabels: { app: "x" }, headers: {} }, { uri: { prefix: "/b" } }],
      [{ path: { type: "PathPrefix", value: "/a" } }, { path: { type: "PathPrefix", value: "/b" } }],
    ],
    ["only what is Istio's", [{ gateways: ["mesh"] }], [{ path: anyPath }]],
  ])("takes %s", (_, conditions, matches) => {
    expect(servedMatches(conditions)).toEqual(matches);
  });

  test.each<[RouteConditions, string]>([
    [[{ uri: {} }], "spec.service.match[0].uri: must have exact, prefix or regex"],
    [
      [{ uri: { prefix: "/" } }, { method: { prefix: "P" } }],
      "spec.service.match[1].method: must have exact, as the Gateway API compares methods in no other way",
    ],
    [
      [{ headers: { "x-a": { prefix: "a" } } }],
      "spec.service.match[0].headers.x-a: must have exact or regex, as the Gateway API compares in no other way",
    ],
    [
      [{ queryParams: { v: {} } }],
      "spec.service.match[0].queryParams.v: must have exact or regex, as the Gateway API compares in no other way",
    ],
  ])("refuses %j", (conditions, message) => {
    expect(() => servedMatches(conditions)).toThrow(new InvalidSpec(message));
  });
});

describe("analysis.match", () => {
  const served: readonly HttpRouteMatch[] = [
    { path: { type: "Exact", value: "/a" }, method: "GET" },
    { path: anyPath, headers: [exact("X-User", "any"), exact("x-tenant", "t")], queryParams: [exact("v", "1")] },
  ];

  test.each<[string, readonly MatchCondition[], readonly HttpRouteMatch[]]>([
    ["none", [], served],
    [
      "headers and query parameters, for each request served",
      [{ headers: { "x-user": { exact: "insider" } } }, { queryParams: { V: { regex: "2.*" } } }],
      [
        { path: { type: "Exact", value: "/a" }, method: "GET", headers: [exact("x-user", "insider")] },
        {
          path: anyPath,
          headers: [exact("x-user", "insider"), exact("x-tenant", "t")],
          queryParams: [exact("v", "1")],
        },
        { path: { type: "Exact", value: "/a" }, method: "GET", queryParams: [regex("V", "2.*")] },
        {
          path: anyPath,
          headers: [exact("X-User", "any"), exact("x-tenant", "t")],
          queryParams: [regex("V", "2.*"), exact("v", "1")],
        },
      ],
    ],
    [
      "one beside a condition of Istio's",
      [{ sourceLabels: { app: "x" } }, { headers: { "x-user": { exact: "insider" } } }],
      narrowed(served, { headers: [exact("x-user", "insider")] }),
    ],
  ])("takes %s", (_, conditions, matches) => {
    expect(triedMatches(conditions, served)).toEqual(matches);
  });

  test.each<[readonly MatchCondition[], string]>([
    [
      [{ sourceLabels: { app: "x" } }],
      "spec.analysis.match: must have headers or queryParams, which are all that the Gateway API knows",
    ],
    [
      [{ headers: { "x-user": { suffix: "r" } } }],
      "spec.analysis.match[0].headers.x-user: must have exact or regex, as the Gateway API compares in no other way",
    ],
  ])("refuses %j", (conditions, message) => {
    expect(() => triedMatches(conditions, served)).toThrow(new InvalidSpec(message));
  });
});
