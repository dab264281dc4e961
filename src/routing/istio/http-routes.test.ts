import { describe, expect, test } from "vitest";
import type { CanaryService, CanaryStatus } from "../../api/canary.ts";
import { allToCanary, allToPrimary, everyoneToCanary } from "../../api/routes.ts";
import type { Routes } from "../../api/routes.ts";
import { canaryWith, share } from "../testdata/contract.ts";
import type { Given } from "../testdata/contract.ts";
import { httpRoutesOf } from "./http-routes.ts";
import type { Headers, HttpDestination, HttpRoute } from "./virtual-service.ts";

function routesOf(given: Given, routes: Routes): readonly HttpRoute[] {
  const canary = canaryWith(given);
  return httpRoutesOf(canary, { port: 9898, ...given.service }, routes);
}

const to = (host: string, weight: number, headers?: Headers): HttpDestination => ({
  destination: { host },
  weight,
  ...(headers !== undefined && { headers }),
});
const both = (primary: number, canary: number) => [to("podinfo-primary", primary), to("podinfo-canary", canary)];
const half = share(50);
const mirrored: Routes = { ...allToPrimary, mirrored: true };
const mirror = { host: "podinfo-canary" };

describe("everything of service", () => {
  const service: Partial<CanaryService> = {
    match: [{ uri: { prefix: "/api" }, ignoreUriCase: true, withoutHeaders: { "x-b": {} } }],
    rewrite: { uri: "/", authority: "example.com", type: "ReplacePrefixMatch" },
    timeout: "15s",
    retries: { attempts: 3, perTryTimeout: "1s", retryOn: "5xx" },
    corsPolicy: { allowOrigins: [{ exact: "https://example.com" }], allowMethods: ["GET"], maxAge: "24h" },
    headers: { request: { set: { "x-a": "" } } },
  };
  const { match, timeout, retries, corsPolicy, headers } = service;

  test.each<[string, Partial<CanaryService>, HttpRoute]>([
    [
      "is on the route",
      service,
      { match, rewrite: { uri: "/", authority: "example.com" }, timeout, retries, corsPolicy, headers },
    ],
    [
      "that is empty is left out",
      {
        match: [],
        timeout: "",
        rewrite: { uri: "", type: "ReplacePrefixMatch" },
        retries: { attempts: 0, perTryTimeout: "", retryOn: "" },
        corsPolicy: { allowOrigin: ["*"], maxAge: "" },
      },
      { retries: { attempts: 0 }, corsPolicy: { allowOrigin: ["*"] } },
    ],
    ["is one half of a rewrite", { rewrite: { authority: "example.com" } }, { rewrite: { authority: "example.com" } }],
  ])("%s", (_, given, expected) => {
    expect(routesOf({ service: given }, half)).toEqual([{ ...expected, route: both(50, 50) }]);
  });

  test("is on the route of those who are not tried", () => {
    const [, rest] = routesOf({ service, analysis: { match: [{ headers: { a: {} } }] } }, half);
    expect(rest).toEqual({
      match,
      rewrite: { uri: "/", authority: "example.com" },
      timeout,
      retries,
      corsPolicy,
      headers,
      route: [to("podinfo-primary", 100)],
    });
  });
});

describe("the port of a destination", () => {
  const discovery = { portDiscovery: true };
  const withPort = (number: number) => ({ port: { number } });

  test.each<[string, Partial<CanaryService>, object]>([
    ["at a gateway", { ...discovery, gateways: ["public", "mesh"] }, withPort(9898)],
    ["behind one that delegates", { ...discovery, delegation: true, port: 80 }, withPort(80)],
    ["in the mesh", discovery, {}],
    ["in the mesh first", { ...discovery, gateways: ["mesh", "public"] }, {}],
    ["without further ports", { gateways: ["public"] }, {}],
  ])("%s", (_, service, port) => {
    expect(routesOf({ service }, mirrored)).toEqual([
      {
        route: [
          { destination: { host: "podinfo-primary", ...port }, weight: 100 },
          { destination: { host: "podinfo-canary", ...port }, weight: 0 },
        ],
        mirror: { host: "podinfo-canary", ...port },
      },
    ]);
  });
});

describe("copies", () => {
  test.each<[string, number | undefined, object]>([
    ["of all requests", undefined, {}],
    ["of all requests, in Go's words", 0, {}],
    ["of some", 25, { mirrorPercentage: { value: 25 } }],
    ["of more than there are", 200, { mirrorPercentage: { value: 100 } }],
  ])("%s", (_, mirrorWeight, percentage) => {
    const analysis = mirrorWeight === undefined ? {} : { mirrorWeight };
    expect(routesOf({ analysis }, mirrored)).toEqual([{ route: both(100, 0), mirror, ...percentage }]);
  });
});

describe("A/B", () => {
  const match = [{ headers: { "x-user": { exact: "insider" } } }];
  const insiders: Given = { analysis: { iterations: 3, match } };
  const rest = (host: string) => ({ route: [to(host, 100)] });

  test.each<[string, Routes, readonly HttpRoute[]]>([
    ["at rest", allToPrimary, [{ match, route: both(100, 0) }, rest("podinfo-primary")]],
    ["of a run", allToCanary, [{ match, route: both(0, 100) }, rest("podinfo-primary")]],
    ["by weights", half, [{ match, route: both(50, 50) }, rest("podinfo-primary")]],
    [
      "of a promotion that failed: nobody is to meet the primary",
      everyoneToCanary,
      [{ match, route: both(0, 100) }, rest("podinfo-canary")],
    ],
    [
      "with copies: only of those who are tried",
      mirrored,
      [{ match, route: both(100, 0), mirror }, rest("podinfo-primary")],
    ],
  ])("%s", (_, routes, expected) => {
    expect(routesOf(insiders, routes)).toEqual(expected);
  });
});

describe("session affinity", () => {
  const cookie = (pattern: string) => ({ headers: { cookie: { regex: pattern } } });
  const setCookie = (value: string): Headers => ({ response: { add: { "Set-Cookie": value } } });
  const status: CanaryStatus = {
    sessionAffinityCookie: "c=a",
    primarySessionAffinityCookie: "p=b",
    previousSessionAffinityCookie: "c=z",
  };
  const atRest: CanaryStatus = { ...status, sessionAffinityCookie: "" };
  const sticky: Given = { analysis: { sessionAffinity: { cookieName: "c", maxAge: 3600, primaryCookieName: "p" } } };
  const ofCanary: Given = { analysis: { sessionAffinity: { cookieName: "c", path: "/app" } } };
  const onCanary = { match: [cookie(".*c.*a.*")], route: both(0, 100) };
  const onPrimary = { match: [cookie(".*p.*b.*")], route: both(100, 0) };

  test.each<[string, Given, Routes, readonly HttpRoute[]]>([
    ["before the first run", sticky, allToPrimary, [{ route: both(100, 0) }]],
    ["that has just been asked for", sticky, half, [{ route: both(50, 50) }]],
    [
      "of a run",
      { ...sticky, status },
      half,
      [
        onCanary,
        onPrimary,
        {
          route: [
            to("podinfo-primary", 50, setCookie("p=b; Max-Age=30")),
            to("podinfo-canary", 50, setCookie("c=a; Max-Age=3600")),
          ],
        },
      ],
    ],
    [
      "of the canary's users alone",
      { ...ofCanary, status },
      half,
      [
        onCanary,
        {
          route: [to("podinfo-primary", 50), to("podinfo-canary", 50, setCookie("c=a; Max-Age=86400; Path=/app"))],
        },
      ],
    ],
    [
      "when the primary gets nothing: nobody is kept there",
      { ...sticky, status },
      allToCanary,
      [onCanary, { route: [to("podinfo-primary", 0), to("podinfo-canary", 100, setCookie("c=a; Max-Age=3600"))] }],
    ],
    [
      "after a run: the cookie is taken away as it was set",
      { ...ofCanary, status: atRest },
      allToPrimary,
      [
        {
          match: [cookie(".*c.*z.*")],
          route: [
            to("podinfo-primary", 100, setCookie("c=z; Max-Age=-1; Path=/app")),
            to("podinfo-canary", 0, setCookie("c=z; Max-Age=-1; Path=/app")),
          ],
        },
        { route: both(100, 0) },
      ],
    ],
    ["that is no longer asked for", { status }, half, [{ route: both(50, 50) }]],
  ])("%s", (_, given, routes, expected) => {
    expect(routesOf(given, routes)).toEqual(expected);
  });

  test("keeps within the requests that are served and tried", () => {
    const service = { match: [{ uri: { prefix: "/api" } }] };
    const analysis = { ...ofCanary.analysis, match: [{ headers: { "x-user": { exact: "insider" } } }] };
    const [first] = routesOf({ service, analysis, status }, half);
    expect(first?.match).toEqual([
      { uri: { prefix: "/api" }, headers: { "x-user": { exact: "insider" }, cookie: { regex: ".*c.*a.*" } } },
    ]);
  });
});
