import { expect, test } from "vitest";
import { decide } from "./decide.ts";
import type { HttpMatchRequest, IstioHttpRoute } from "./istio.ts";
import type { Facts } from "./match.ts";
import { compile } from "./table.ts";
import { factsOf, podinfo, serviceOf, shortly, virtualServiceOf } from "./testing.ts";

const primary = { destination: { host: "podinfo-primary" } };
const canary = { destination: { host: "podinfo-canary" } };

const ask = (http: readonly IstioHttpRoute[], facts: Partial<Facts> = {}, random = () => 0) =>
  decide(compile(podinfo({ virtualServices: [virtualServiceOf({ http })] })), factsOf(facts), random);

test.each<[string, HttpMatchRequest, Partial<Facts>, boolean]>([
  ["everything", {}, {}, true],
  ["a prefix, not by segments", { uri: { prefix: "/api" } }, { path: "/apis" }, true],
  ["an exact path", { uri: { exact: "/api" } }, { path: "/api", query: "?x" }, true],
  ["another case", { uri: { exact: "/api" } }, { path: "/API" }, false],
  ["any case", { uri: { exact: "/api" }, ignoreUriCase: true }, { path: "/API" }, true],
  ["any case of a prefix", { uri: { prefix: "/Api" }, ignoreUriCase: true }, { path: "/aPI/x" }, true],
  ["an expression", { uri: { regex: "/v[12]" } }, { path: "/v3" }, false],
  ["a scheme", { scheme: { exact: "https" } }, {}, false],
  ["a method", { method: { regex: "GET|HEAD" } }, {}, true],
  ["an authority", { authority: { prefix: "podinfo" } }, { headers: { host: "podinfo.test" } }, true],
  ["a header", { headers: { "X-User": { exact: "insider" } } }, { headers: { "x-user": "insider" } }, true],
  ["a header that is there", { headers: { "x-user": {} } }, { headers: { "x-user": "" } }, true],
  ["a header that is not there", { headers: { "x-user": {} } }, {}, false],
  [
    "a cookie",
    { headers: { Cookie: { regex: ".*flagger-cookie.*AAAA.*" } } },
    { headers: { cookie: "flagger-cookie=AAAA" } },
    true,
  ],
  ["the lack of a header", { withoutHeaders: { "x-user": {} } }, {}, true],
  ["the lack of one that is there", { withoutHeaders: { "x-user": {} } }, { headers: { "x-user": "a" } }, false],
  ["a parameter", { queryParams: { v: { exact: "2" } } }, { query: "?v=2" }, true],
  ["another parameter", { queryParams: { v: { regex: "\\d" } } }, { query: "?v=22" }, false],
  ["a port", { port: 9898 }, {}, true],
  ["another port", { port: 80 }, {}, false],
  ["the mesh", { gateways: ["gw", "mesh"] }, {}, true],
  ["another gateway", { gateways: ["gw"] }, {}, false],
  ["a namespace", { sourceNamespace: "test" }, { caller: "test" }, true],
  ["another namespace", { sourceNamespace: "test" }, {}, false],
  ["labels of callers, which are not known", { sourceLabels: { app: "x" } }, {}, false],
  ["all conditions together", { method: { exact: "GET" }, port: 80 }, {}, false],
])("matches %s", (_, match, facts, expected) => {
  const http = [{ match: [match], route: [canary] }, { route: [primary] }];
  expect(shortly(ask(http, facts))).toBe(expected ? "podinfo-canary.test:9898" : "podinfo-primary.test:9898");
});

test("takes the first rule of which any condition holds", () => {
  const http = [
    { match: [{ port: 80 }, { method: { exact: "GET" } }], route: [canary] },
    { match: [{ uri: { exact: "/" } }], route: [primary] },
  ];
  expect(shortly(ask(http))).toBe("podinfo-canary.test:9898");
  expect(shortly(ask(http, { method: "PUT", path: "/x" }))).toBe(
    "404 no rule of the routes for podinfo.test matches PUT /x",
  );
});

test.each<[string, IstioHttpRoute, string]>([
  ["the weight of one alone does not matter", { route: [{ ...primary, weight: 0 }] }, "podinfo-primary.test:9898"],
  [
    "weights of 0 get nothing",
    {
      route: [
        { ...primary, weight: 0 },
        { ...canary, weight: 100 },
      ],
    },
    "podinfo-canary.test:9898",
  ],
  [
    "full names",
    { route: [{ destination: { host: "podinfo-canary.test.svc.cluster.local", port: { number: 9898 } } }] },
    "podinfo-canary.test:9898",
  ],
  [
    "a Service that does not exist",
    { route: [{ destination: { host: "nobody" } }] },
    "503 the route for podinfo.test leads to service nobody.test, which does not exist",
  ],
])("destinations: %s", (_, route, expected) => {
  expect(shortly(ask([route]))).toBe(expected);
});

test("goes to the port that was asked for, where a Service has several and the route says none", () => {
  const services = [serviceOf("podinfo"), serviceOf("podinfo-canary", { ports: { other: 80, http: 9898 } })];
  const virtualServices = [virtualServiceOf({ http: [{ route: [canary] }] })];
  expect(shortly(decide(compile(podinfo({ services, virtualServices })), factsOf(), () => 0))).toBe(
    "podinfo-canary.test:9898",
  );
});

test("forwards with all that the rule says", () => {
  const decision = ask(
    [
      {
        match: [{ uri: { prefix: "/api" } }],
        route: [
          { ...primary, weight: 20 },
          { ...canary, weight: 80, headers: { response: { add: { "Set-Cookie": "c=1" } } } },
        ],
        rewrite: { uri: "/", authority: "inner" },
        timeout: "15s",
        retries: { attempts: 3, perTryTimeout: "2s", retryOn: "gateway-error" },
        headers: { request: { set: { "X-A": "1" }, add: { "x-b": "2" } }, response: { remove: ["X-C"] } },
      },
    ],
    { path: "/api/info", query: "?x=1" },
    () => 0.2,
  );
  expect(decision).toEqual({
    kind: "forward",
    to: {
      service: "podinfo-canary.test.svc.cluster.local",
      port: 9898,
      endpoints: [{ namespace: "test", pod: "podinfo-canary-1", address: "10.0.0.1", port: 8080 }],
    },
    headers: {
      request: { set: [["x-a", "1"]], add: [["x-b", "2"]], remove: [] },
      response: { set: [], add: [["set-cookie", "c=1"]], remove: ["x-c"] },
    },
    path: "/info?x=1",
    host: "inner",
    mirrors: [],
    timeoutMs: 15_000,
    tryTimeoutMs: 2000,
    retries: { attempts: 3, on: expect.any(Function) as unknown },
  });
});

test.each<[HttpMatchRequest["uri"], string, string, string]>([
  [{ prefix: "/api/" }, "/v2/", "/api/info", "/v2/info"],
  [{ exact: "/api" }, "/v2", "/api", "/v2"],
  [{ regex: "/a.*" }, "/v2", "/api/info", "/v2"],
  [undefined, "/v2", "/info", "/v2/info"],
])("rewrites what %j matched to %s", (uri, to, path, expected) => {
  const decision = ask([{ match: [uri === undefined ? {} : { uri }], route: [canary], rewrite: { uri: to } }], {
    path,
  });
  expect(decision.kind === "forward" && decision.path).toBe(expected);
});

test.each([
  [undefined, [0, 0.5, 0.999], [1, 1, 1]],
  [{ value: 50 }, [0, 0.5, 0.999], [1, 0, 0]],
  [{}, [0, 0.5, 0.999], [0, 0, 0]],
])("copies the share %j of the requests", (mirrorPercentage, draws, expected) => {
  const route = { route: [primary], mirror: { host: "podinfo-canary" }, ...(mirrorPercentage && { mirrorPercentage }) };
  const copies = draws.map((draw) => {
    const decision = ask([route], {}, () => draw);
    return decision.kind === "forward" ? decision.mirrors.length : undefined;
  });
  expect(copies).toEqual(expected);
});

test("lets another VirtualService stand in where it delegates", () => {
  const root = virtualServiceOf(
    {
      http: [
        { match: [{ uri: { prefix: "/api" } }], delegate: { name: "inner", namespace: "test" } },
        { route: [primary] },
      ],
    },
    { name: "root" },
  );
  const inner = virtualServiceOf(
    { hosts: [], http: [{ match: [{ method: { exact: "GET" } }], route: [canary] }] },
    { name: "inner" },
  );
  const table = compile(podinfo({ virtualServices: [inner, root] }));
  const asked = [{ path: "/api/x" }, { path: "/api/x", method: "PUT" }, { path: "/x" }];
  expect(asked.map((facts) => shortly(decide(table, factsOf(facts), () => 0)))).toEqual([
    "podinfo-canary.test:9898",
    "podinfo-primary.test:9898",
    "podinfo-primary.test:9898",
  ]);
});

test("keeps a caller with the cookie of the canary there, and gives it to those who come there by weight", () => {
  const table = (weight: number) => [
    {
      match: [{ headers: { Cookie: { regex: ".*flagger-cookie.*AAAA.*" } } }],
      route: [
        { ...primary, weight: 0 },
        { ...canary, weight: 100 },
      ],
    },
    {
      route: [
        { ...primary, weight: 100 - weight },
        { ...canary, weight, headers: { response: { add: { "Set-Cookie": "flagger-cookie=AAAA; Max-Age=60" } } } },
      ],
    },
  ];
  const cookiesOf = (facts: Partial<Facts>, draw: number) => {
    const decision = ask(table(10), facts, () => draw);
    return decision.kind === "forward" && [shortly(decision), decision.headers.response.add];
  };
  expect(cookiesOf({}, 0.89)).toEqual(["podinfo-primary.test:9898", []]);
  expect(cookiesOf({}, 0.9)).toEqual(["podinfo-canary.test:9898", [["set-cookie", "flagger-cookie=AAAA; Max-Age=60"]]]);
  expect(cookiesOf({ headers: { cookie: "flagger-cookie=AAAA" } }, 0)).toEqual(["podinfo-canary.test:9898", []]);
});

test("lets pages of other origins call, as the policy says", () => {
  const corsPolicy = { allowOrigins: [{ regex: "https://.*\\.example\\.com" }], allowMethods: ["*"], maxAge: "24h" };
  const headers = { origin: "https://a.example.com", "access-control-request-method": "PATCH" };
  expect(ask([{ route: [canary], corsPolicy }], { method: "OPTIONS", headers })).toEqual({
    kind: "answer",
    status: 204,
    headers: {
      "access-control-allow-origin": "https://a.example.com",
      "access-control-allow-methods": "PATCH",
      "access-control-max-age": "86400",
      vary: "Origin",
    },
    text: "",
  });
});
