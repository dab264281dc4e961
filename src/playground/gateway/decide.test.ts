import { expect, test } from "vitest";
import { decide } from "./decide.ts";
import type { HttpRoute } from "./gateway-api.ts";
import type { VirtualService } from "./istio.ts";
import type { Facts } from "./match.ts";
import { compile } from "./table.ts";
import type { GatewayObjects } from "./table.ts";
import { factsOf, gatewayOf, httpRouteOf, podinfo, serviceOf, shortly, virtualServiceOf } from "./testing.ts";

const never = (): number => {
  throw new Error("no choice to make");
};
const ask = (objects: Partial<GatewayObjects>, facts: Partial<Facts> = {}, random = never): string =>
  shortly(decide(compile(podinfo(objects)), factsOf(facts), random));

const primary = { name: "podinfo-primary", port: 9898 };
const canary = { name: "podinfo-canary", port: 9898 };
const toCanary = { backendRefs: [canary] };
const mesh: HttpRoute["spec"] = { parentRefs: [{ group: "", kind: "Service", name: "podinfo" }], hostnames: [] };
const viaMesh: NonNullable<VirtualService["spec"]> = {
  http: [{ route: [{ destination: { host: "podinfo-canary" } }] }],
};
const app = { host: "app.example.com", port: 80 };

test.each([
  [
    "HTTPRoute",
    {
      httpRoutes: [
        httpRouteOf({
          rules: [
            {
              backendRefs: [
                { ...primary, weight: 95 },
                { ...canary, weight: 5 },
              ],
            },
          ],
        }),
      ],
    },
    app,
  ],
  [
    "VirtualService",
    {
      virtualServices: [
        virtualServiceOf({
          http: [
            {
              route: [
                { destination: { host: "podinfo-primary" }, weight: 95 },
                { destination: { host: "podinfo-canary" }, weight: 5 },
              ],
            },
          ],
        }),
      ],
    },
    {},
  ],
])("shares 1000 requests out as the weights of a %s say", (_, objects, facts) => {
  const table = compile(podinfo(objects));
  const counts = new Map<string, number>();
  for (let index = 0; index < 1000; index += 1) {
    const to = shortly(decide(table, factsOf(facts), () => index / 1000));
    counts.set(to, (counts.get(to) ?? 0) + 1);
  }
  expect(Object.fromEntries(counts)).toEqual({ "podinfo-primary.test:9898": 950, "podinfo-canary.test:9898": 50 });
});

test.each([
  [
    "nothing goes to a weight of 0",
    [
      { ...primary, weight: 0 },
      { ...canary, weight: 1 },
    ],
    "podinfo-canary.test:9898",
  ],
  ["weights of 0 alone", [{ ...canary, weight: 0 }], "500 the route for app.example.com has no backend with a weight"],
  ["no backend", [], "500 the route for app.example.com has no backend with a weight"],
  [
    "a Service that does not exist",
    [{ name: "nobody", port: 80 }],
    "500 the route for app.example.com leads to service nobody.test:80, which does not exist",
  ],
  [
    "a port that does not exist",
    [{ ...canary, port: 80 }],
    "500 the route for app.example.com leads to service podinfo-canary.test:80, which does not exist",
  ],
  [
    "another kind",
    [{ kind: "Bucket", name: "x" }],
    "500 the route for app.example.com leads to something that is not a Service",
  ],
])("HTTPRoute backends: %s", (_, backendRefs, expected) => {
  expect(ask({ httpRoutes: [httpRouteOf({ rules: [{ backendRefs }] })] }, app)).toBe(expected);
});

test.each<[string, Partial<GatewayObjects>, Partial<Facts>, string]>([
  ["without routes, the Service itself", {}, {}, "podinfo.test:9898"],
  [
    "a route of the mesh",
    { httpRoutes: [httpRouteOf({ ...mesh, rules: [toCanary] })] },
    { host: "podinfo", caller: "test" },
    "podinfo-canary.test:9898",
  ],
  [
    "a route of the mesh for another port",
    {
      httpRoutes: [
        httpRouteOf({ parentRefs: [{ group: "", kind: "Service", name: "podinfo", port: 80 }], rules: [toCanary] }),
      ],
      services: [serviceOf("podinfo", { ports: { http: 9898, other: 80 } })],
    },
    {},
    "podinfo.test:9898",
  ],
  [
    "a route of the mesh, none of whose rules match",
    { httpRoutes: [httpRouteOf({ ...mesh, rules: [{ ...toCanary, matches: [{ method: "POST" }] }] })] },
    {},
    "404 no rule of the routes for podinfo.test matches GET /",
  ],
  [
    "a route of the caller's namespace before one of the Service's",
    {
      httpRoutes: [
        httpRouteOf({ ...mesh, rules: [{ backendRefs: [primary] }] }),
        httpRouteOf(
          {
            parentRefs: [{ group: "", kind: "Service", name: "podinfo", namespace: "test" }],
            rules: [{ backendRefs: [{ ...canary, namespace: "test" }] }],
          },
          { namespace: "user" },
        ),
      ],
    },
    { caller: "user" },
    "podinfo-canary.test:9898",
  ],
  [
    "a route of another caller's namespace",
    {
      httpRoutes: [
        httpRouteOf(
          { parentRefs: [{ group: "", kind: "Service", name: "podinfo", namespace: "test" }], rules: [toCanary] },
          { namespace: "user" },
        ),
      ],
    },
    { caller: "test" },
    "podinfo.test:9898",
  ],
  [
    "a Gateway's route does not concern the mesh",
    { httpRoutes: [httpRouteOf({ hostnames: [], rules: [toCanary] })] },
    {},
    "podinfo.test:9898",
  ],
  [
    "a route for any host, of what is addressed to the gateway",
    { httpRoutes: [httpRouteOf({ hostnames: [], rules: [toCanary] })] },
    { host: "anything.example.com", direct: true },
    "podinfo-canary.test:9898",
  ],
  [
    "a route for any host, of what is addressed to somebody outside",
    { httpRoutes: [httpRouteOf({ hostnames: [], rules: [toCanary] })] },
    { host: "example.com" },
    "403 refused: example.com is not in the cluster, and no request leaves it",
  ],
  [
    "the host of the listener",
    {
      gateways: [gatewayOf({ hostname: "*.example.com" })],
      httpRoutes: [httpRouteOf({ hostnames: [], rules: [toCanary] })],
    },
    app,
    "podinfo-canary.test:9898",
  ],
  [
    "a Gateway that takes no routes of the namespace",
    { httpRoutes: [httpRouteOf({ parentRefs: [{ name: "gateway", namespace: "test" }] }, { namespace: "user" })] },
    app,
    "403 refused: app.example.com is not in the cluster, and no request leaves it",
  ],
  [
    "a VirtualService for the mesh and a gateway, in the mesh",
    {
      virtualServices: [
        virtualServiceOf({ ...viaMesh, gateways: ["mesh", "istio-system/gw"], hosts: ["podinfo", "app.example.com"] }),
      ],
    },
    { host: "podinfo.test.svc" },
    "podinfo-canary.test:9898",
  ],
  [
    "a VirtualService for the mesh and a gateway, at the gateway",
    {
      virtualServices: [
        virtualServiceOf({ ...viaMesh, gateways: ["mesh", "istio-system/gw"], hosts: ["podinfo", "app.example.com"] }),
      ],
    },
    app,
    "podinfo-canary.test:9898",
  ],
  [
    "a VirtualService for a gateway does not concern the mesh",
    { virtualServices: [virtualServiceOf({ ...viaMesh, gateways: ["gw"] })] },
    {},
    "podinfo.test:9898",
  ],
  [
    "an HTTPRoute before a VirtualService",
    {
      virtualServices: [virtualServiceOf(viaMesh, { creationTimestamp: "2020-01-01T00:00:00Z" })],
      httpRoutes: [
        httpRouteOf({ ...mesh, rules: [{ backendRefs: [primary] }] }, { creationTimestamp: "2026-01-01T00:00:00Z" }),
      ],
    },
    {},
    "podinfo-primary.test:9898",
  ],
  [
    "the older of two, whatever its name",
    {
      httpRoutes: [
        httpRouteOf({ rules: [{ backendRefs: [primary] }] }, { name: "a", creationTimestamp: "2026-01-02T00:00:00Z" }),
        httpRouteOf({ rules: [toCanary] }, { name: "b", creationTimestamp: "2026-01-01T00:00:00Z" }),
      ],
    },
    app,
    "podinfo-canary.test:9898",
  ],
  [
    "the first by name of two of the same age",
    {
      httpRoutes: [
        httpRouteOf({ rules: [{ backendRefs: [primary] }] }, { name: "b" }),
        httpRouteOf({ rules: [toCanary] }, { name: "a" }),
      ],
    },
    app,
    "podinfo-canary.test:9898",
  ],
  [
    "the host before its wildcard, whatever the path",
    {
      httpRoutes: [
        httpRouteOf({
          hostnames: ["*.example.com"],
          rules: [{ backendRefs: [primary], matches: [{ path: { type: "Exact", value: "/" } }] }],
        }),
        httpRouteOf({ rules: [toCanary] }, { name: "z" }),
      ],
    },
    app,
    "podinfo-canary.test:9898",
  ],
])("%s", (_, objects, facts, expected) => {
  expect(ask(objects, facts)).toBe(expected);
});
