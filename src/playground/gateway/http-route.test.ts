import { expect, test } from "vitest";
import { decide } from "./decide.ts";
import type { HttpRouteFilter, HttpRouteMatch, HttpRouteRule, RequestRedirect } from "./gateway-api.ts";
import type { Facts } from "./match.ts";
import { compile } from "./table.ts";
import { factsOf, httpRouteOf, podinfo, shortly } from "./testing.ts";

const primary = { name: "podinfo-primary", port: 9898 };
const canary = { name: "podinfo-canary", port: 9898 };

const ask = (rules: readonly HttpRouteRule[], facts: Partial<Facts>, random = () => 0) =>
  decide(
    compile(podinfo({ httpRoutes: [httpRouteOf({ rules })] })),
    factsOf({ host: "app.example.com", port: 80, ...facts }),
    random,
  );

const path = (type: string, value: string): HttpRouteMatch => ({ path: { type, value } });
const expression = "RegularExpression";

test.each<[string, HttpRouteMatch, Partial<Facts>, boolean]>([
  ["everything", {}, { path: "/any" }, true],
  ["an exact path", path("Exact", "/api"), { path: "/api", query: "?x=1" }, true],
  ["another path", path("Exact", "/api"), { path: "/api/" }, false],
  ["a prefix", path("PathPrefix", "/api"), { path: "/api/info" }, true],
  ["another prefix", path("PathPrefix", "/api"), { path: "/apis" }, false],
  ["an expression", path(expression, "/v\\d+/.*"), { path: "/v12/x" }, true],
  ["part of an expression", path(expression, "/v\\d+"), { path: "/v12/x" }, false],
  ["a method", { method: "POST" }, { method: "POST" }, true],
  ["another method", { method: "POST" }, {}, false],
  ["a header", { headers: [{ name: "X-User", value: "insider" }] }, { headers: { "x-user": "insider" } }, true],
  ["another header", { headers: [{ name: "X-User", value: "insider" }] }, { headers: { "x-user": "Insider" } }, false],
  ["no header", { headers: [{ name: "X-User", value: "" }] }, {}, false],
  [
    "a header by expression",
    { headers: [{ type: expression, name: "Cookie", value: ".*flagger-cookie.*AAAA.*" }] },
    { headers: { cookie: "a=1; flagger-cookie=AAAA; b=2" } },
    true,
  ],
  [
    "the first of two conditions on a header",
    {
      headers: [
        { name: "X-User", value: "a" },
        { name: "X-User", value: "b" },
      ],
    },
    { headers: { "x-user": "a" } },
    true,
  ],
  ["a parameter", { queryParams: [{ name: "v", value: "a b" }] }, { query: "?x=1&v=a%20b&v=c" }, true],
  ["another parameter", { queryParams: [{ name: "v", value: "2" }] }, { query: "?V=2" }, false],
  [
    "all conditions together",
    { method: "GET", headers: [{ name: "a", value: "1" }], queryParams: [{ name: "b", value: "2" }] },
    { headers: { a: "1" } },
    false,
  ],
])("matches %s", (_, match, facts, expected) => {
  const rules = [{ matches: [match], backendRefs: [canary] }];
  expect(ask(rules, facts).kind === "forward").toBe(expected);
});

test.each<[string, HttpRouteMatch, HttpRouteMatch, Partial<Facts>]>([
  ["an exact path before a longer expression", path(expression, "/api.*"), path("Exact", "/api"), { path: "/api" }],
  ["an expression before a longer prefix", path("PathPrefix", "/api"), path(expression, "/a.*"), { path: "/api" }],
  ["the longer prefix", path("PathPrefix", "/a"), path("PathPrefix", "/a/b"), { path: "/a/b" }],
  [
    "a prefix before any header",
    { headers: [{ name: "a", value: "1" }] },
    path("PathPrefix", "/api"),
    { path: "/api", headers: { a: "1" } },
  ],
  ["a method before any header", { headers: [{ name: "a", value: "1" }] }, { method: "GET" }, { headers: { a: "1" } }],
  [
    "more headers before more parameters",
    { queryParams: [{ name: "a", value: "1" }] },
    { headers: [{ name: "a", value: "1" }] },
    { headers: { a: "1" }, query: "?a=1" },
  ],
  ["more parameters", {}, { queryParams: [{ name: "a", value: "1" }] }, { query: "?a=1" }],
])("prefers %s", (_, lesser, greater, facts) => {
  const rules = [
    { matches: [lesser], backendRefs: [primary] },
    { matches: [{ method: "PUT" }, greater], backendRefs: [canary] },
  ];
  expect(shortly(ask(rules, facts))).toBe("podinfo-canary.test:9898");
});

test("takes the first of two equal rules", () => {
  const rules = [{ backendRefs: [canary] }, { backendRefs: [primary] }];
  expect(shortly(ask(rules, {}))).toBe("podinfo-canary.test:9898");
});

test("forwards with all that filters and timeouts say", () => {
  const filters: HttpRouteFilter[] = [
    {
      type: "RequestHeaderModifier",
      requestHeaderModifier: {
        set: [{ name: "X-Set", value: "1" }],
        add: [{ name: "X-Add", value: "2" }],
        remove: ["X-No"],
      },
    },
    { type: "ResponseHeaderModifier", responseHeaderModifier: { set: [{ name: "X-Rule", value: "1" }] } },
    { type: "RequestMirror", requestMirror: { backendRef: primary } },
    { type: "RequestMirror", requestMirror: { backendRef: primary, percent: 40 } },
    { type: "RequestMirror", requestMirror: { backendRef: primary, fraction: { numerator: 1, denominator: 2 } } },
    {
      type: "URLRewrite",
      urlRewrite: { hostname: "inner", path: { type: "ReplaceFullPath", replaceFullPath: "/v2" } },
    },
  ];
  const backend = {
    ...canary,
    filters: [
      { type: "ResponseHeaderModifier", responseHeaderModifier: { add: [{ name: "Set-Cookie", value: "c=1" }] } },
      { type: "RequestHeaderModifier", requestHeaderModifier: { set: [{ name: "X-Backend", value: "1" }] } },
    ],
  };
  const timeouts = { request: "10s", backendRequest: "0s" };
  const decision = ask([{ filters, backendRefs: [backend], timeouts }], { path: "/old", query: "?x=1" }, () => 0.45);
  const upstream = (name: string) => ({
    service: `${name}.test.svc.cluster.local`,
    port: 9898,
    endpoints: [{ namespace: "test", pod: `${name}-1`, address: "10.0.0.1", port: 8080 }],
  });
  expect(decision).toEqual({
    kind: "forward",
    to: upstream("podinfo-canary"),
    headers: {
      request: {
        set: [
          ["x-set", "1"],
          ["x-backend", "1"],
        ],
        add: [["x-add", "2"]],
        remove: ["x-no"],
      },
      response: { set: [["x-rule", "1"]], add: [["set-cookie", "c=1"]], remove: [] },
    },
    path: "/v2?x=1",
    host: "inner",
    mirrors: [upstream("podinfo-primary"), upstream("podinfo-primary")],
    timeoutMs: 10_000,
    tryTimeoutMs: undefined,
    retries: { attempts: 0, on: expect.any(Function) as unknown },
  });
});

test.each<[RequestRedirect, string]>([
  [{}, "302 http://app.example.com/a/b?c=1"],
  [{ scheme: "https", statusCode: 301 }, "301 https://app.example.com/a/b?c=1"],
  [{ scheme: "https", port: 8443 }, "302 https://app.example.com:8443/a/b?c=1"],
  [{ hostname: "other.example.com", port: 8080 }, "302 http://other.example.com:8080/a/b?c=1"],
  [{ path: { type: "ReplaceFullPath", replaceFullPath: "/z" } }, "302 http://app.example.com/z?c=1"],
  [{ path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/z" } }, "302 http://app.example.com/z/b?c=1"],
])("redirects by %j", (requestRedirect, expected) => {
  const rules = [{ matches: [path("PathPrefix", "/a")], filters: [{ type: "RequestRedirect", requestRedirect }] }];
  expect(shortly(ask(rules, { path: "/a/b", query: "?c=1" }))).toBe(expected);
});

test("redirects to the port that was asked for", () => {
  const rules = [{ filters: [{ type: "RequestRedirect", requestRedirect: {} }] }];
  expect(shortly(ask(rules, { port: 8080 }))).toBe("302 http://app.example.com:8080/");
});

const cors = {
  allowOrigins: ["https://a.example.com", "https://*.b.example.com"],
  allowMethods: ["GET", "PUT"],
  allowHeaders: ["x-user"],
  exposeHeaders: ["x-answer"],
  allowCredentials: true,
  maxAge: 60,
};
const origin = "https://x.b.example.com";

test("answers a browser that asks before it calls from another origin", () => {
  const rules = [{ filters: [{ type: "CORS", cors }], backendRefs: [canary] }];
  const asked = (from: string) => ({
    method: "OPTIONS",
    headers: { origin: from, "access-control-request-method": "PUT" },
  });
  expect(ask(rules, asked(origin))).toEqual({
    kind: "answer",
    status: 204,
    headers: {
      "access-control-allow-origin": origin,
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "GET, PUT",
      "access-control-allow-headers": "x-user",
      "access-control-max-age": "60",
      vary: "Origin",
    },
    text: "",
  });
  expect(shortly(ask(rules, asked("https://b.example.com")))).toBe("podinfo-canary.test:9898");
});

test.each([
  [
    origin,
    [
      ["access-control-allow-origin", origin],
      ["access-control-allow-credentials", "true"],
      ["access-control-expose-headers", "x-answer"],
    ],
  ],
  ["https://evil.example.com", []],
])("lets pages of %s read the answer, or not", (from, set) => {
  const rules = [{ filters: [{ type: "CORS", cors }], backendRefs: [canary] }];
  const decision = ask(rules, { headers: { origin: from } });
  expect(decision.kind === "forward" && decision.headers.response).toEqual({
    set,
    add: set.length > 0 ? [["vary", "Origin"]] : [],
    remove: [],
  });
});
