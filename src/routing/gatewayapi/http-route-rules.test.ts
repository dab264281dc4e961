import { describe, expect, test } from "vitest";
import type { Analysis, CanaryService, CanaryStatus } from "../../api/canary.ts";
import { allToCanary, allToPrimary, everyoneToCanary } from "../../api/routes.ts";
import type { Routes } from "../../api/routes.ts";
import { rulesOf } from "./http-route-rules.ts";
import type { BackendRef, HttpRouteFilter, HttpRouteRule, Version } from "./http-route.ts";
import { source } from "../testdata/podinfo.ts";

interface Given {
  readonly service?: Partial<CanaryService>;
  readonly analysis?: Partial<Analysis>;
  readonly status?: CanaryStatus;
  readonly version?: Version;
}

function rules({ service = {}, analysis, status, version = "v1" }: Given, routes: Routes): readonly HttpRouteRule[] {
  const given = { port: 9898, ...service };
  const { canary } = source(given);
  const spec = { ...canary.spec, analysis: { interval: "30s", threshold: 3, ...analysis } };
  return rulesOf({ ...canary, spec, ...(status !== undefined && { status }) }, given, routes, version);
}

const everything = { path: { type: "PathPrefix", value: "/" } } as const;
const backend = (name: string, weight: number, ...filters: readonly HttpRouteFilter[]): BackendRef => ({
  group: "",
  kind: "Service",
  name,
  port: 9898,
  weight,
  ...(filters.length > 0 && { filters }),
});
const backends = (primary: number, canary: number) => [
  backend("podinfo-primary", primary),
  backend("podinfo-canary", canary),
];
const half: Routes = { primary: 50, canary: 50, mirrored: false };
const mirror = (name: string): HttpRouteFilter => ({
  type: "RequestMirror",
  requestMirror: { backendRef: { group: "", kind: "Service", name, port: 9898 } },
});
const headers = (filter: "x-a" | "Set-Cookie", value: string): HttpRouteFilter => ({
  type: "ResponseHeaderModifier",
  responseHeaderModifier: { add: [{ name: filter, value }] },
});

describe("weights", () => {
  test.each<[string, Given, Routes, readonly HttpRouteRule[]]>([
    ["at rest", {}, allToPrimary, [{ matches: [everything], backendRefs: backends(100, 0) }]],
    ["of a step", {}, half, [{ matches: [everything], backendRefs: backends(50, 50) }]],
    [
      "with all that goes along",
      {
        service: {
          name: "podinfo",
          timeout: "15s",
          backendTimeout: "5s",
          headers: { response: { add: { "x-a": "1" } } },
          match: [{ uri: { prefix: "/api" } }],
        },
      },
      half,
      [
        {
          matches: [{ path: { type: "PathPrefix", value: "/api" } }],
          filters: [headers("x-a", "1")],
          backendRefs: backends(50, 50),
          timeouts: { request: "15s", backendRequest: "5s" },
        },
      ],
    ],
    [
      "with a timeout",
      { service: { timeout: "15s", backendTimeout: "" } },
      half,
      [{ matches: [everything], backendRefs: backends(50, 50), timeouts: { request: "15s" } }],
    ],
    [
      "in v1beta1, without timeouts and cross-origin requests",
      { service: { timeout: "15s", corsPolicy: { allowOrigin: ["*"] } }, version: "v1beta1" },
      half,
      [{ matches: [everything], backendRefs: backends(50, 50) }],
    ],
    [
      "at rest, with a mirror for all requests and one for the canary",
      {
        service: { mirror: [{ backendRef: { name: "log", port: 9898 } }] },
        analysis: { stepWeight: 10, mirror: true },
      },
      { ...allToPrimary, mirrored: true },
      [
        {
          matches: [everything],
          filters: [mirror("log"), mirror("podinfo-canary")],
          backendRefs: backends(100, 0),
        },
      ],
    ],
  ])("%s", (_, given, routes, expected) => {
    expect(rules(given, routes)).toEqual(expected);
  });
});

describe("A/B testing", () => {
  const ofInsiders = { ...everything, headers: [{ type: "Exact", name: "x-user", value: "insider" }] } as const;
  const rest = (name: string): HttpRouteRule => ({ matches: [everything], backendRefs: [backend(name, 100)] });
  const insiders = { analysis: { iterations: 3, match: [{ headers: { "x-user": { exact: "insider" } } }] } };

  test.each<[string, Given, Routes, readonly HttpRouteRule[]]>([
    [
      "at rest",
      insiders,
      allToPrimary,
      [{ matches: [ofInsiders], backendRefs: backends(100, 0) }, rest("podinfo-primary")],
    ],
    [
      "of a run",
      insiders,
      allToCanary,
      [{ matches: [ofInsiders], backendRefs: backends(0, 100) }, rest("podinfo-primary")],
    ],
    ["by weights", insiders, half, [{ matches: [ofInsiders], backendRefs: backends(50, 50) }, rest("podinfo-primary")]],
    [
      "of a promotion that failed: nobody is to meet the primary",
      insiders,
      everyoneToCanary,
      [{ matches: [ofInsiders], backendRefs: backends(0, 100) }, rest("podinfo-canary")],
    ],
    [
      "with a mirror: only of those who are tried",
      insiders,
      { ...allToPrimary, mirrored: true },
      [
        { matches: [ofInsiders], filters: [mirror("podinfo-canary")], backendRefs: backends(100, 0) },
        rest("podinfo-primary"),
      ],
    ],
  ])("%s", (_, given, routes, expected) => {
    expect(rules(given, routes)).toEqual(expected);
  });
});

describe("session affinity", () => {
  const having = (name: string, value: string) => ({
    ...everything,
    headers: [{ type: "RegularExpression", name: "Cookie", value: `.*${name}.*${value}.*` }] as const,
  });
  const setCookie = (value: string) => headers("Set-Cookie", value);
  const cookies: CanaryStatus = {
    sessionAffinityCookie: "c=a",
    primarySessionAffinityCookie: "p=b",
    previousSessionAffinityCookie: "c=z",
  };
  const atRest: CanaryStatus = { ...cookies, sessionAffinityCookie: "" };
  const sticky = { analysis: { sessionAffinity: { cookieName: "c", maxAge: 3600, primaryCookieName: "p" } } };
  const onCanary: HttpRouteRule = { matches: [having("c", "a")], backendRefs: backends(0, 100) };
  const onPrimary: HttpRouteRule = { matches: [having("p", "b")], backendRefs: backends(100, 0) };

  test.each<[string, Given, Routes, readonly HttpRouteRule[]]>([
    ["before the first run", sticky, allToPrimary, [{ matches: [everything], backendRefs: backends(100, 0) }]],
    ["that has just been asked for", sticky, half, [{ matches: [everything], backendRefs: backends(50, 50) }]],
    [
      "of a run",
      { ...sticky, status: cookies },
      half,
      [
        onCanary,
        onPrimary,
        {
          matches: [everything],
          backendRefs: [
            backend("podinfo-primary", 50, setCookie("p=b; Max-Age=30")),
            backend("podinfo-canary", 50, setCookie("c=a; Max-Age=3600")),
          ],
        },
      ],
    ],
    [
      "of a run, in v1beta1",
      { ...sticky, status: cookies, version: "v1beta1" },
      half,
      [
        onCanary,
        {
          matches: [everything],
          backendRefs: [backend("podinfo-primary", 50), backend("podinfo-canary", 50, setCookie("c=a; Max-Age=3600"))],
        },
      ],
    ],
    [
      "when the primary gets nothing: nobody is kept there",
      { ...sticky, status: cookies },
      allToCanary,
      [
        onCanary,
        {
          matches: [everything],
          backendRefs: [backend("podinfo-primary", 0), backend("podinfo-canary", 100, setCookie("c=a; Max-Age=3600"))],
        },
      ],
    ],
    [
      "after a run, where the answers have other headers, too",
      { ...sticky, service: { headers: { response: { add: { "x-a": "1" } } } }, status: atRest },
      allToPrimary,
      [
        {
          matches: [having("c", "z")],
          filters: [
            {
              type: "ResponseHeaderModifier",
              responseHeaderModifier: {
                add: [
                  { name: "x-a", value: "1" },
                  { name: "Set-Cookie", value: "c=z; Max-Age=-1" },
                ],
              },
            },
          ],
          backendRefs: backends(100, 0),
        },
        { matches: [everything], filters: [headers("x-a", "1")], backendRefs: backends(100, 0) },
      ],
    ],
    [
      "after a run, for a cookie of a path",
      { analysis: { sessionAffinity: { cookieName: "c", path: "/app" } }, status: atRest },
      allToPrimary,
      [
        {
          matches: [having("c", "z")],
          filters: [setCookie("c=z; Max-Age=-1; Path=/app")],
          backendRefs: backends(100, 0),
        },
        { matches: [everything], backendRefs: backends(100, 0) },
      ],
    ],
    [
      "that is no longer asked for",
      { status: cookies },
      half,
      [{ matches: [everything], backendRefs: backends(50, 50) }],
    ],
  ])("%s", (_, given, routes, expected) => {
    expect(rules(given, routes)).toEqual(expected);
  });

  test("keeps within the requests that are tried", () => {
    const match = [{ headers: { "x-user": { exact: "insider" } } }];
    const [first] = rules({ analysis: { ...sticky.analysis, match }, status: cookies }, half);
    expect(first?.matches).toEqual([
      { ...everything, headers: [...having("c", "a").headers, { type: "Exact", name: "x-user", value: "insider" }] },
    ]);
  });
});
