import { describe, expect, test } from "vitest";
import type { CanaryService, CanaryStatus } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { allToCanary, allToPrimary } from "../../api/routes.ts";
import type { Routes } from "../../api/routes.ts";
import type { Change } from "../../kubernetes/change.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import { canaryWith, keepsContract, operate, share } from "../testdata/contract.ts";
import type { Given } from "../testdata/contract.ts";
import { istio } from "./istio.ts";
import { virtualServices } from "./virtual-service.ts";
import type { HttpRoute, VirtualService } from "./virtual-service.ts";
import { fluxOptOut, ownerReferences } from "../testdata/podinfo.ts";

const apiVersion = "networking.istio.io/v1beta1";
const to = (host: string, weight: number) => ({ destination: { host }, weight });
const both = (primary: number, canary: number) => [to("podinfo-primary", primary), to("podinfo-canary", canary)];
const mirrored: Routes = { ...allToPrimary, mirrored: true };

/** The objects that changes make, without what the API server keeps for itself. */
function objectsOf(changes: readonly Change[]): readonly unknown[] {
  return changes.map((change) => (change.kind === "create" ? change.object : change));
}

/** The VirtualService after these routes, one after the other. */
function written(given: Given, ...steps: readonly Routes[]): VirtualService {
  const { route, find } = operate(istio);
  for (const routes of steps) route(canaryWith(given), routes);
  return find(virtualServiceAt) ?? { metadata: { name: "" } };
}

const virtualServiceAt = { resource: virtualServices, key: { namespace: "test", name: "podinfo" } };

const specOf = (given: Given, ...steps: readonly Routes[]): VirtualService["spec"] => written(given, ...steps).spec;

test("asks for the objects of the apex", () => {
  expect(
    istio.inputs(canaryWith({ service: { name: "shop" } })).map(({ resource, key }) => [resource.kind, key]),
  ).toEqual([
    ["DestinationRule", { name: "shop-canary", namespace: "test" }],
    ["DestinationRule", { name: "shop-primary", namespace: "test" }],
    ["VirtualService", { name: "shop", namespace: "test" }],
  ]);
});

test("makes the rules of both backends, and then the routes to them", () => {
  const trafficPolicy: CanaryService["trafficPolicy"] = {
    loadBalancer: { simple: "LEAST_REQUEST" },
    tls: { mode: "ISTIO_MUTUAL" },
  };
  const rule = (name: string) => ({
    apiVersion,
    kind: "DestinationRule",
    metadata: { name, namespace: "test", ownerReferences },
    spec: { host: name, trafficPolicy },
  });
  const canary = canaryWith({
    service: { trafficPolicy, apex: { labels: { tier: "web" }, annotations: { note: "x" } } },
  });
  expect(objectsOf(operate(istio).route(canary, share(20)))).toEqual([
    rule("podinfo-canary"),
    rule("podinfo-primary"),
    {
      apiVersion,
      kind: "VirtualService",
      metadata: {
        name: "podinfo",
        namespace: "test",
        labels: { tier: "web" },
        annotations: { note: "x", ...fluxOptOut },
        ownerReferences,
      },
      spec: { hosts: ["podinfo"], gateways: ["mesh"], http: [{ route: both(80, 20) }] },
    },
  ]);
});

test("changes weights and nothing else", () => {
  const { route } = operate(istio);
  route(canaryWith(), allToPrimary);
  expect(route(canaryWith(), share(60))).toEqual([
    {
      kind: "patch",
      ...virtualServiceAt,
      patch: {
        type: "merge",
        body: { metadata: { resourceVersion: "3" }, spec: { http: [{ route: both(40, 60) }] } },
      },
    },
  ]);
});

describe("the spec", () => {
  test.each<[string, Partial<CanaryService>, VirtualService["spec"]]>([
    [
      "of hosts and gateways",
      { hosts: ["app.example.com"], gateways: ["istio-system/public", "mesh"] },
      {
        hosts: ["app.example.com", "podinfo"],
        gateways: ["istio-system/public", "mesh"],
        http: [{ route: both(50, 50) }],
      },
    ],
    [
      "of empty lists",
      { hosts: [], gateways: [] },
      { hosts: ["podinfo"], gateways: ["mesh"], http: [{ route: both(50, 50) }] },
    ],
    [
      "of hosts with the apex",
      { hosts: ["podinfo", "app.example.com"] },
      { hosts: ["podinfo", "app.example.com"], gateways: ["mesh"], http: [{ route: both(50, 50) }] },
    ],
    [
      "of every host",
      { hosts: ["*"], gateways: ["public"] },
      { hosts: ["*"], gateways: ["public"], http: [{ route: both(50, 50) }] },
    ],
    ["of one that is delegated to", { delegation: true, hosts: [] }, { http: [{ route: both(50, 50) }] }],
    [
      "of TCP",
      { appProtocol: "TCP", timeout: "15s", gateways: ["public"] },
      { hosts: ["podinfo"], gateways: ["public"], tcp: [{ route: both(50, 50) }] },
    ],
  ])("%s", (_, service, spec) => {
    expect(specOf({ service }, share(50))).toEqual(spec);
  });

  test("changes from HTTP to TCP", () => {
    const { route, find } = operate(istio);
    route(canaryWith(), share(20));
    route(canaryWith({ service: { appProtocol: "tcp" } }), share(20));
    expect(find(virtualServiceAt)).toMatchObject({ spec: { tcp: [{ route: both(80, 20) }] } });
    expect(find(virtualServiceAt)).not.toHaveProperty("spec.http");
  });
});

describe("a whole release", () => {
  const insiders = [{ headers: { "x-user": { exact: "insider" } } }];
  const full: Partial<CanaryService> = {
    hosts: ["app.example.com"],
    timeout: "15s",
    retries: { attempts: 3, perTryTimeout: "1s", retryOn: "gateway-error" },
    headers: { request: { add: { "x-a": "1" } }, response: { remove: ["x-b"] } },
  };
  const { timeout, retries, headers } = full;

  test.each<[string, Given, readonly (readonly [Routes, readonly HttpRoute[]])[]]>([
    [
      "by weights",
      { service: full, analysis: { stepWeight: 20, maxWeight: 60 } },
      ([0, 20, 60, 0] as const).map((canary) => [
        share(canary),
        [{ route: both(100 - canary, canary), timeout, retries, headers }],
      ]),
    ],
    [
      "that begins with copies",
      { analysis: { mirror: true, mirrorWeight: 50, stepWeight: 20 } },
      [
        [allToPrimary, [{ route: both(100, 0) }]],
        [mirrored, [{ route: both(100, 0), mirror: { host: "podinfo-canary" }, mirrorPercentage: { value: 50 } }]],
        [share(20), [{ route: both(80, 20) }]],
      ],
    ],
    [
      "to those who match",
      { analysis: { iterations: 3, match: insiders } },
      ([0, 100, 0] as const).map((canary) => [
        share(canary),
        [{ match: insiders, route: both(100 - canary, canary) }, { route: [to("podinfo-primary", 100)] }],
      ]),
    ],
  ])("%s", (_, given, steps) => {
    const { route, read, find } = operate(istio);
    for (const [routes, http] of steps) {
      route(canaryWith(given), routes);
      expect(find(virtualServiceAt)).toHaveProperty("spec.http", http);
      expect(read(canaryWith(given))).toEqual(routes);
    }
  });
});

describe("errors", () => {
  test.each<[Given, string]>([
    [
      { service: { delegation: true, hosts: ["app.example.com"] } },
      "spec.service.delegation: excludes hosts and gateways, which belong to the VirtualService that delegates to this one",
    ],
    [
      { service: { delegation: true, gateways: ["mesh"] } },
      "spec.service.delegation: excludes hosts and gateways, which belong to the VirtualService that delegates to this one",
    ],
    [
      { service: { delegation: true, appProtocol: "tcp" } },
      "spec.service.delegation: must be left out for appProtocol tcp, as Istio delegates HTTP only",
    ],
    [
      { analysis: { match: [{ headers: { a: { exact: "1" } } }, { headers: {} }] } },
      "spec.analysis.match[1]: must have headers, queryParams or sourceLabels, or everybody gets the canary",
    ],
  ])("%j", (given, message) => {
    expect(() => operate(istio).route(canaryWith(given), allToPrimary)).toThrow(new InvalidSpec(message));
  });

  test("no service", () => {
    const { service: _, ...spec } = canaryWith().spec;
    const canary = { ...canaryWith(), spec };
    expect(() =>
      istio.render(
        { canary, selector: { label: "app", value: "podinfo" }, ports: {}, live: [undefined, undefined, undefined] },
        allToPrimary,
      ),
    ).toThrow(new InvalidSpec("canary podinfo.test must have spec.service.port"));
  });
});

const services: readonly Partial<CanaryService>[] = [
  {},
  { match: [{ headers: { a: { exact: "1" } } }, { uri: { prefix: "/a" }, port: 80 }], timeout: "15s" },
  { hosts: ["example.com"], gateways: ["public"], portDiscovery: true, trafficPolicy: { tls: { mode: "SIMPLE" } } },
  { delegation: true, retries: { attempts: 2 }, corsPolicy: { allowOrigin: ["*"] }, rewrite: { uri: "/" } },
];
const analyses: readonly NonNullable<Given["analysis"]>[] = [
  {},
  { mirrorWeight: 10, match: [{ queryParams: { b: { regex: "2" } } }] },
  { sessionAffinity: { cookieName: "c", primaryCookieName: "p" } },
];
const statuses: readonly CanaryStatus[] = [
  {},
  { sessionAffinityCookie: "c=a", primarySessionAffinityCookie: "p=b" },
  { phase: "Failed", previousSessionAffinityCookie: "c=z" },
];
const canaries = services.flatMap((service) =>
  analyses.flatMap((analysis) => statuses.map((status): Given => ({ service, analysis, status }))),
);

describe("HTTP", () => {
  keepsContract(istio, { canaries, mirrors: true });
});

describe("TCP, also after HTTP", () => {
  const tcp = canaries
    .filter(({ service }) => service?.delegation !== true)
    .map((given): Given => ({ ...given, service: { ...given.service, appProtocol: "tcp" } }));
  keepsContract(istio, { canaries: [...tcp, ...canaries] });
});

test("TCP has no copies", () => {
  const { route, read } = operate(istio);
  const canary = canaryWith({ service: { appProtocol: "tcp" } });
  route(canary, mirrored);
  expect(read(canary)).toEqual(allToPrimary);
});

describe("reads", () => {
  const live = written({}, share(40));
  const http = (...routes: readonly HttpRoute[]): VirtualService => ({ ...live, spec: { http: routes } });
  const neither = { notReady: "VirtualService podinfo.test sends requests to neither primary nor canary" };

  test.each<[string, VirtualService | undefined, ReturnType<typeof istio.read>]>([
    ["nothing", undefined, { notReady: "VirtualService podinfo.test does not exist" }],
    ["weights", live, share(40)],
    ["weights of others", http({ route: both(1, 2) }), share(67)],
    ["no weights", http({ route: both(0, 0) }), neither],
    ["weights left out", http({ route: both(0, 0).map(({ destination }) => ({ destination })) }), neither],
    [
      "a weight left out",
      http({ route: [{ destination: { host: "podinfo-primary" } }, to("podinfo-canary", 1)] }),
      allToCanary,
    ],
    ["routes elsewhere", http({ route: [to("podinfo", 100)] }, {}), neither],
    ["half a route", http({ route: [to("podinfo-primary", 100)] }), neither],
    ["routes of TCP", { ...live, spec: { tcp: [{ route: both(50, 50) }] } }, neither],
    ["no spec", { apiVersion, kind: "VirtualService", metadata: live.metadata }, neither],
    [
      "what analysis rejects",
      {
        ...live,
        status: {
          validationMessages: [
            { type: { code: "IST0101" }, level: "ERROR", documentationUrl: "https://istio.io/ist0101" },
          ],
        },
      },
      {
        notReady: "VirtualService podinfo.test not ready: Istio's analysis finds IST0101 (https://istio.io/ist0101)",
      },
    ],
  ])("%s", (_, object, routes) => {
    expect(operate(istio, object === undefined ? [] : [object]).read(canaryWith())).toEqual(routes);
  });
});

describe("objects that were there before", () => {
  const theirs: VirtualService & KubeObject = {
    apiVersion,
    kind: "VirtualService",
    metadata: { name: "podinfo", namespace: "test", labels: { team: "a", tier: "old" }, annotations: { theirs: "1" } },
    spec: {
      hosts: ["podinfo.example.com"],
      gateways: ["public"],
      http: [{ route: [to("podinfo", 100)], timeout: "3s" }],
      ...{ exportTo: ["."] },
    },
  };
  const canary = canaryWith({ service: { apex: { labels: { tier: "web" }, annotations: { note: "n" } } } });

  test("are used, and keep what is not about routes", () => {
    const { route, find } = operate(istio, [theirs]);
    route(canary, share(40));
    expect(find(virtualServiceAt)).toMatchObject({
      metadata: {
        labels: { team: "a", tier: "web" },
        annotations: {
          theirs: "1",
          note: "n",
          ...fluxOptOut,
          "flagger.kubernetes.io/original-configuration": JSON.stringify(theirs.spec),
        },
      },
      spec: { hosts: ["podinfo"], gateways: ["mesh"], http: [{ route: both(60, 40) }], exportTo: ["."] },
    });
    expect(find(virtualServiceAt)?.metadata.ownerReferences).toBeUndefined();
    expect(route(canary, share(40))).toEqual([]);
  });

  test("of this Canary have the labels that it wants", () => {
    const owned = { ...theirs, metadata: { ...theirs.metadata, ownerReferences } };
    const { route, find } = operate(istio, [owned]);
    route(canary, allToPrimary);
    expect(find(virtualServiceAt)?.metadata).toMatchObject({ labels: { tier: "web" }, annotations: { theirs: "1" } });
    expect(find(virtualServiceAt)?.metadata.labels).toEqual({ tier: "web" });
    expect(find(virtualServiceAt)?.metadata.annotations).toEqual({ theirs: "1", note: "n", ...fluxOptOut });
  });

  test.each<[string, Partial<KubeObject["metadata"]>, Partial<CanaryService>, object]>([
    ["are corrected", {}, {}, { host: "podinfo-primary", trafficPolicy: { tls: { mode: "SIMPLE" } } }],
    [
      "follow the Canary's traffic policy",
      {},
      { trafficPolicy: { loadBalancer: { simple: "RANDOM" } } },
      { host: "podinfo-primary", trafficPolicy: { loadBalancer: { simple: "RANDOM" } } },
    ],
    ["of this Canary lose what it no longer wants", { ownerReferences }, {}, { host: "podinfo-primary" }],
  ])("DestinationRules %s", (_, metadata, service, spec) => {
    const [, at] = istio.inputs(canary);
    const rule = {
      apiVersion,
      kind: "DestinationRule",
      metadata: { ...metadata, name: "podinfo-primary", namespace: "test", labels: { team: "a" } },
      spec: { host: "podinfo", subsets: [{ name: "v1" }], trafficPolicy: { tls: { mode: "SIMPLE" } } },
    };
    const { route, find } = operate(istio, [rule]);
    route(canaryWith({ service }), allToPrimary);
    expect(find(at)).toMatchObject({ metadata: { labels: { team: "a" } } });
    expect(find(at)).toHaveProperty("spec", { ...spec, subsets: [{ name: "v1" }] });
  });

  test("are given back", () => {
    const { route, undo, find } = operate(istio, [theirs]);
    route(canary, share(40));
    undo(canary);
    expect(find(virtualServiceAt)).toMatchObject({ metadata: { annotations: { theirs: "1", note: "n" } } });
    expect(find(virtualServiceAt)).toHaveProperty("spec", theirs.spec);
    expect(undo(canary)).toEqual([]);
  });
});

describe("gives back nothing", () => {
  test.each<[string, readonly Routes[]]>([
    ["that is not there", []],
    ["that goes with the Canary", [share(40)]],
  ])("%s", (_, steps) => {
    const { route, undo } = operate(istio);
    for (const routes of steps) route(canaryWith(), routes);
    expect(undo(canaryWith())).toEqual([]);
  });
});
