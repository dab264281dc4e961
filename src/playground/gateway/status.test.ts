import { expect, test } from "vitest";
import type { Gateway, HttpBackendRef, HttpRoute, ParentRef } from "./gateway-api.ts";
import { compileServices } from "./services.ts";
import { routeStatus } from "./status.ts";
import { gatewayOf, httpRouteOf, podinfo } from "./testing.ts";

const services = compileServices(podinfo());
const options = { controllerName: "example.com/gateway", now: "2026-01-01T00:00:00Z" };
const canary = { name: "podinfo-canary", port: 9898 };
const mesh = { group: "", kind: "Service", name: "podinfo" };

function routeOf(parent: ParentRef, backend: HttpBackendRef = canary): HttpRoute {
  return httpRouteOf({ parentRefs: [parent], rules: [{ backendRefs: [backend] }] }, { generation: 3 });
}

const condition = (type: string, reason: string, message = "") => ({
  type,
  status: message === "" ? "True" : "False",
  reason,
  message,
  observedGeneration: 3,
  lastTransitionTime: options.now,
});
const accepted = condition("Accepted", "Accepted");
const resolved = condition("ResolvedRefs", "ResolvedRefs");

test.each<[string, ParentRef, Gateway, HttpBackendRef, readonly unknown[]]>([
  ["of a Gateway", { name: "gateway" }, gatewayOf(), canary, [accepted, resolved]],
  ["of a Service", mesh, gatewayOf(), canary, [accepted, resolved]],
  [
    "of a listener that does not exist",
    { name: "gateway", sectionName: "https" },
    gatewayOf(),
    canary,
    [condition("Accepted", "NoMatchingParent", "gateway gateway has no such listener"), resolved],
  ],
  [
    "of a port that does not exist",
    { ...mesh, port: 80 },
    gatewayOf(),
    canary,
    [condition("Accepted", "NoMatchingParent", "service podinfo has no port 80"), resolved],
  ],
  [
    "of a listener for other hosts",
    { name: "gateway" },
    gatewayOf({ hostname: "*.example.org" }),
    canary,
    [
      condition("Accepted", "NoMatchingListenerHostname", "gateway gateway listens for none of the route's hostnames"),
      resolved,
    ],
  ],
  [
    "of a closed listener",
    { name: "gateway" },
    gatewayOf({ allowedRoutes: { namespaces: { from: "None" } } }),
    canary,
    [condition("Accepted", "NotAllowedByListeners", "gateway gateway takes no routes of namespace test"), resolved],
  ],
  [
    "with a Service that does not exist",
    { name: "gateway" },
    gatewayOf(),
    { name: "nobody", port: 80 },
    [accepted, condition("ResolvedRefs", "BackendNotFound", "service nobody.test not found")],
  ],
  [
    "with a port that does not exist",
    { name: "gateway" },
    gatewayOf(),
    { ...canary, port: 80 },
    [accepted, condition("ResolvedRefs", "BackendNotFound", "service podinfo-canary.test has no port 80")],
  ],
  [
    "with a backend of another kind",
    { name: "gateway" },
    gatewayOf(),
    { kind: "Bucket", name: "x" },
    [accepted, condition("ResolvedRefs", "InvalidKind", "Bucket x is not a Service")],
  ],
])("says of a route %s whether it is accepted", (_, parentRef, gateway, backend, conditions) => {
  expect(routeStatus(routeOf(parentRef, backend), { gateways: [gateway], services }, options)).toEqual({
    parents: [{ parentRef, controllerName: options.controllerName, conditions }],
  });
});

test.each([
  ["a Gateway that does not exist", { name: "other" }],
  ["a Service that does not exist", { ...mesh, name: "other" }],
  ["another kind", { kind: "Ingress", name: "gateway" }],
])("says nothing of %s", (_, parentRef) => {
  expect(routeStatus(routeOf(parentRef), { gateways: [gatewayOf()], services }, options)).toEqual({ parents: [] });
});

test("keeps what others say, and the time while nothing changes", () => {
  const route = routeOf({ name: "gateway" });
  const parents = { gateways: [gatewayOf()], services };
  const foreign = { parentRef: { name: "gateway" }, controllerName: "example.com/other" };
  const first = routeStatus({ ...route, status: { parents: [foreign] } }, parents, options);
  expect(first.parents[0]).toEqual(foreign);
  const later = { ...options, now: "2026-01-02T00:00:00Z" };
  expect(routeStatus({ ...route, status: first }, parents, later)).toEqual(first);
  const edited = { ...route, metadata: { ...route.metadata, generation: 4 }, status: first };
  const conditions = routeStatus(edited, { ...parents, gateways: [gatewayOf({ hostname: "x" })] }, later).parents[1];
  expect(
    conditions?.conditions?.map((each) => [each.status, each.observedGeneration, each.lastTransitionTime]),
  ).toEqual([
    ["False", 4, later.now],
    ["True", 4, options.now],
  ]);
});
