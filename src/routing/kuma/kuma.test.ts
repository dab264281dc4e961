import { describe, expect, test } from "vitest";
import { InvalidSpec } from "../../api/errors.ts";
import { allToCanary, allToPrimary, everyoneToCanary } from "../../api/routes.ts";
import type { Routes } from "../../api/routes.ts";
import type { NotReady, RouterView } from "../router.ts";
import { canaryWith, keepsContract, operate, share } from "../testdata/contract.ts";
import type { Given } from "../testdata/contract.ts";
import { after, source } from "../testdata/podinfo.ts";
import { kuma } from "./kuma.ts";
import { trafficRoutes } from "./traffic-route.ts";
import type { TrafficRoute, TrafficRouteSpec } from "./traffic-route.ts";

function view(live?: TrafficRoute, given?: Given): RouterView<readonly [TrafficRoute]> {
  return { ...source(), canary: canaryWith(given), live: [live] };
}

/** The TrafficRoute after `render`. */
function rendered(routes: Routes, live?: TrafficRoute, given?: Given): TrafficRoute {
  return after<TrafficRoute>(kuma.render(view(live, given), routes)[0], live);
}

const annotations = {
  "kustomize.toolkit.fluxcd.io/reconcile": "disabled",
  "helm.toolkit.fluxcd.io/driftDetection": "disabled",
  "headgate.dev/canary": "podinfo.test",
};
const service = (name: string) => ({ "kuma.io/service": name });
const splitOf = (primary: number, tested: number) => [
  { weight: primary, destination: service("podinfo-primary_test_svc_9898") },
  { weight: tested, destination: service("podinfo-canary_test_svc_9898") },
];
const specOf = (primary: number, tested: number): TrafficRouteSpec => ({
  sources: [{ match: service("*") }],
  destinations: [{ match: service("podinfo_test_svc_9898") }],
  conf: { split: splitOf(primary, tested) },
});

/** As Flagger makes it: it is nobody's. */
const flaggers: TrafficRoute = {
  apiVersion: "kuma.io/v1alpha1",
  kind: "TrafficRoute",
  metadata: { name: "podinfo" },
  mesh: "default",
  spec: specOf(100, 0),
};

const deletion = { kind: "delete", resource: trafficRoutes, key: { name: "podinfo" } };

test("asks for the TrafficRoute of the apex, which has no namespace", () => {
  const { canary } = view(undefined, { service: { name: "shop" } });
  expect(kuma.inputs(canary)).toEqual([{ resource: trafficRoutes, key: { name: "shop" } }]);
});

test.each([
  ["at rest", allToPrimary, 100, 0],
  ["after one step", share(20), 80, 20],
  ["at its greatest weight", share(60), 40, 60],
  ["for all", allToCanary, 0, 100],
  ["for everybody", everyoneToCanary, 0, 100],
  ["with a mirror, which it has not", { ...allToPrimary, mirrored: true }, 100, 0],
])("makes it %s", (_, routes, primary, tested) => {
  expect(kuma.render(view(), routes)).toEqual([
    {
      kind: "create",
      resource: trafficRoutes,
      object: {
        apiVersion: "kuma.io/v1alpha1",
        kind: "TrafficRoute",
        metadata: { name: "podinfo", annotations },
        mesh: "default",
        spec: specOf(primary, tested),
      },
    },
  ]);
});

test("changes its weights and nothing else", () => {
  const live = rendered(share(20));
  const stored = { ...live, metadata: { ...live.metadata, resourceVersion: "5" } };
  expect(kuma.render(view(stored), share(60))).toEqual([
    {
      kind: "patch",
      resource: trafficRoutes,
      key: { name: "podinfo" },
      patch: {
        type: "merge",
        body: { metadata: { resourceVersion: "5" }, spec: { conf: { split: splitOf(40, 60) } } },
      },
    },
  ]);
});

test("follows the Canary", () => {
  const given: Given = {
    annotations: { "kuma.io/mesh": "shops" },
    service: {
      name: "shop",
      port: 80,
      apex: {
        labels: { team: "a" },
        annotations: { "80.service.kuma.io/protocol": "http", "headgate.dev/canary": "other.test" },
      },
    },
  };
  expect(rendered(share(20), undefined, given)).toEqual({
    apiVersion: "kuma.io/v1alpha1",
    kind: "TrafficRoute",
    metadata: {
      name: "shop",
      labels: { team: "a" },
      annotations: { "80.service.kuma.io/protocol": "http", ...annotations },
    },
    mesh: "shops",
    spec: {
      sources: [{ match: service("*") }],
      destinations: [{ match: service("shop_test_svc_80") }],
      conf: {
        split: [
          { weight: 80, destination: service("shop-primary_test_svc_80") },
          { weight: 20, destination: service("shop-canary_test_svc_80") },
        ],
      },
    },
  });
});

test("an empty mesh is the default one", () => {
  expect(rendered(share(20), undefined, { annotations: { "kuma.io/mesh": "" } }).mesh).toBe("default");
});

/** The object as Kuma keeps it: with labels and an owner of its own, and a load balancer filled in. */
function completed(route: TrafficRoute): TrafficRoute {
  const { metadata, spec } = route;
  const mesh = { apiVersion: "kuma.io/v1alpha1", kind: "Mesh", name: "default", uid: "uid-3" };
  const conf = { ...spec?.conf, loadBalancer: { roundRobin: {} } };
  const labels = { ...metadata.labels, "kuma.io/origin": "zone" };
  return { ...route, metadata: { ...metadata, labels, ownerReferences: [mesh] }, spec: { ...spec, conf } };
}

describe("of any Canary", () => {
  const canaries: readonly Given[] = [
    {},
    { annotations: { "kuma.io/mesh": "shops" } },
    { service: { port: 80, hosts: ["shop.example.com"], timeout: "5s" } },
    { analysis: { match: [{ headers: { a: { exact: "1" } } }] } },
  ];
  keepsContract(kuma, { canaries, stored: completed });
});

describe("a TrafficRoute that was there before", () => {
  test("is used, with what others have put on it, and goes with the Canary", () => {
    const theirs = {
      ...flaggers,
      metadata: { name: "podinfo", labels: { team: "a" }, annotations: { note: "n" } },
      spec: {
        sources: [{ match: service("shop_test_svc_80") }],
        destinations: [{ match: service("podinfo_test_svc_80") }],
        conf: { destination: service("podinfo_test_svc_80"), loadBalancer: { random: {} } },
      },
    };
    const { all, route, undo } = operate(kuma, [theirs]);
    const canary = canaryWith({ service: { apex: { labels: { tier: "web" } } } });
    route(canary, share(20));
    const spec = specOf(80, 20);
    expect(all()).toEqual([
      {
        ...theirs,
        metadata: {
          name: "podinfo",
          uid: expect.any(String) as unknown,
          resourceVersion: "2",
          labels: { team: "a", tier: "web" },
          annotations: { note: "n", ...annotations },
        },
        spec: { ...spec, conf: { ...spec.conf, loadBalancer: { random: {} } } },
      },
    ]);
    expect(undo(canary)).toEqual([deletion]);
    expect(all()).toEqual([]);
  });

  test("is used when an earlier Canary of the same name has left it", () => {
    const { all, route } = operate(kuma, [rendered(share(60))]);
    route({ ...canaryWith(), metadata: { ...canaryWith().metadata, uid: "uid-2" } }, allToPrimary);
    expect(all()).toMatchObject([{ metadata: { annotations }, spec: specOf(100, 0) }]);
  });

  const marked = (owner: string): TrafficRoute => ({
    ...flaggers,
    metadata: { name: "podinfo", annotations: { "headgate.dev/canary": owner } },
  });
  const to = (...names: readonly string[]): TrafficRoute => ({
    ...flaggers,
    spec: { ...flaggers.spec, destinations: names.map((name) => ({ match: service(name) })) },
  });
  const rename = "give canary podinfo.test another spec.service.name, or delete the route";

  test.each<[string, TrafficRoute, string]>([
    [
      "for a Canary of another namespace",
      marked("podinfo.prod"),
      `TrafficRoute podinfo belongs to canary podinfo.prod, and has no namespace: ${rename} if that canary is gone`,
    ],
    [
      "for another Canary of the same namespace",
      marked("shop.test"),
      `TrafficRoute podinfo belongs to canary shop.test, and has no namespace: ${rename} if that canary is gone`,
    ],
    [
      "by Flagger, for a Canary of another namespace",
      to("podinfo_prod_svc_9898"),
      `TrafficRoute podinfo is not for service podinfo.test but for podinfo_prod_svc_9898: ${rename}`,
    ],
    [
      "for several services",
      to("podinfo_test_svc_9898", "*"),
      `TrafficRoute podinfo is not for service podinfo.test but for podinfo_test_svc_9898, *: ${rename}`,
    ],
    [
      "for services with a tag",
      { ...flaggers, spec: { destinations: [{ match: { version: "v1" } }, {}] } },
      `TrafficRoute podinfo is not for service podinfo.test but for *, *: ${rename}`,
    ],
    [
      "for nothing",
      { ...flaggers, spec: { destinations: null } },
      `TrafficRoute podinfo is not for service podinfo.test but for none: ${rename}`,
    ],
    [
      "without spec",
      { metadata: { name: "podinfo" } },
      `TrafficRoute podinfo is not for service podinfo.test but for none: ${rename}`,
    ],
  ])("%s is refused and left alone", (_, live, message) => {
    expect(() => kuma.render(view(live), share(20))).toThrow(new InvalidSpec(message));
    expect(kuma.read(view(live))).toEqual({ notReady: message });
    expect(kuma.undo(view(live))).toEqual([]);
  });
});

test.each<[string, TrafficRoute | undefined, readonly unknown[]]>([
  ["this Canary's", rendered(share(20)), [deletion]],
  ["this Canary's, whatever was done to it", { ...rendered(share(20)), spec: {} }, [deletion]],
  ["Flagger's", flaggers, [deletion]],
  ["a user's that never led to the primary", { ...flaggers, spec: { ...flaggers.spec, conf: {} } }, []],
  ["none", undefined, []],
])("on deletion, %s", (_, live, changes) => {
  expect(kuma.undo(view(live))).toEqual(changes);
});

describe("the routes of a TrafficRoute", () => {
  const neither = { notReady: "TrafficRoute podinfo sends requests to neither primary nor canary" };
  const [primary = {}, tested = {}] = splitOf(100, 0);

  test.each<[string, NonNullable<TrafficRouteSpec["conf"]> | null, Routes | NotReady]>([
    ["with weights", { split: splitOf(80, 20) }, share(20)],
    ["with other weights", { split: splitOf(3, 1) }, share(25)],
    ["with weights that are no whole percents", { split: splitOf(2, 1) }, share(33)],
    ["with one weight below zero", { split: splitOf(-5, 20) }, share(100)],
    ["to another port", { split: [{ weight: 4, destination: service("podinfo-canary_test_svc_80") }] }, share(100)],
    ["to the primary alone", { split: [{ ...primary, weight: 1 }] }, allToPrimary],
    ["without weights", { split: splitOf(0, 0) }, neither],
    ["with weights left out", { split: [{ ...primary, weight: null }, { destination: service("x") }, {}] }, neither],
    ["with weights that are none", { split: [{ ...tested, weight: NaN }] }, neither],
    ["to others", { split: [{ weight: 100, destination: service("podinfo-primary_prod_svc_9898") }] }, neither],
    ["to one destination", { destination: service("podinfo_test_svc_9898") }, neither],
    ["to nobody", { split: null }, neither],
    ["without conf", null, neither],
  ])("%s", (_, conf, routes) => {
    const live = rendered(allToPrimary);
    expect(kuma.read(view({ ...live, spec: { ...live.spec, conf } }))).toEqual(routes);
  });

  test("without spec", () => {
    const { spec: _, ...live } = rendered(allToPrimary);
    expect(kuma.read(view(live))).toEqual(neither);
  });

  test("that does not exist", () => {
    expect(kuma.read(view())).toEqual({ notReady: "TrafficRoute podinfo does not exist" });
  });
});
