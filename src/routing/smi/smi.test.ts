import { describe, expect, test } from "vitest";
import { allToCanary, allToPrimary, everyoneToCanary } from "../../api/routes.ts";
import type { Routes } from "../../api/routes.ts";
import type { Router, RouterView } from "../router.ts";
import { canaryWith, keepsContract, operate, share } from "../testdata/contract.ts";
import type { Given } from "../testdata/contract.ts";
import { after, ownerReferences, source } from "../testdata/podinfo.ts";
import { trafficSplitRouters } from "./smi.ts";
import { trafficSplits } from "./traffic-split.ts";
import type { TrafficSplit, TrafficSplitSpec } from "./traffic-split.ts";

type SplitRouter = Router<readonly [TrafficSplit]>;

function routerOf(name: string): SplitRouter {
  const router = trafficSplitRouters.find((each) => each.name === name);
  if (router === undefined) throw new Error(`there is no router ${name}`);
  return router;
}

function view(live?: TrafficSplit, given?: Given): RouterView<readonly [TrafficSplit]> {
  return { ...source(), canary: canaryWith(given), live: [live] };
}

const osm = routerOf("osm");

/** The TrafficSplit after `render`. */
function rendered(routes: Routes, live?: TrafficSplit, given?: Given, router = osm): TrafficSplit {
  return after<TrafficSplit>(router.render(view(live, given), routes)[0], live);
}

const specOf = (tested: string | number, primary: string | number): TrafficSplitSpec => ({
  service: "podinfo",
  backends: [
    { service: "podinfo-canary", weight: tested },
    { service: "podinfo-primary", weight: primary },
  ],
});

test("there is a router for each provider that knows TrafficSplits", () => {
  expect(trafficSplitRouters.map(({ name }) => name)).toEqual([
    "linkerd",
    "osm",
    "smi:v1alpha1",
    "smi:v1alpha2",
    "smi:v1alpha3",
    "smi:v1alpha1:istio",
    "smi:v1alpha2:istio",
    "smi:v1alpha3:istio",
  ]);
});

describe.each([
  ["linkerd", "v1alpha1", String],
  ["osm", "v1alpha2", Number],
  ["smi:v1alpha1", "v1alpha1", String],
  ["smi:v1alpha2", "v1alpha2", Number],
  ["smi:v1alpha3", "v1alpha3", Number],
  ["smi:v1alpha1:istio", "v1alpha1", String],
] as const)("%s", (name, version, weight) => {
  const router = routerOf(name);
  const resource = trafficSplits[version];

  test("asks for the TrafficSplit of the apex", () => {
    const { canary } = view(undefined, { service: { name: "shop" } });
    expect(router.inputs(canary)).toEqual([{ resource, key: { name: "shop", namespace: "test" } }]);
  });

  test.each([
    ["at rest", allToPrimary, 0, 100],
    ["after one step", share(20), 20, 80],
    ["at its greatest weight", share(60), 60, 40],
    ["for all", allToCanary, 100, 0],
    ["for everybody", everyoneToCanary, 100, 0],
    ["with a mirror, which it has not", { ...allToPrimary, mirrored: true }, 0, 100],
  ])("makes it %s", (_, routes, tested, primary) => {
    expect(router.render(view(), routes)).toEqual([
      {
        kind: "create",
        resource,
        object: {
          apiVersion: `split.smi-spec.io/${version}`,
          kind: "TrafficSplit",
          metadata: { name: "podinfo", namespace: "test", ownerReferences },
          spec: specOf(weight(tested), weight(primary)),
        },
      },
    ]);
  });

  test("changes its weights and nothing else", () => {
    const live = rendered(share(20), undefined, {}, router);
    const stored = { ...live, metadata: { ...live.metadata, resourceVersion: "5" } };
    expect(router.render(view(stored), share(60))).toEqual([
      {
        kind: "patch",
        resource,
        key: { name: "podinfo", namespace: "test" },
        patch: {
          type: "merge",
          body: {
            metadata: { resourceVersion: "5" },
            spec: { backends: specOf(weight(60), weight(40)).backends },
          },
        },
      },
    ]);
  });

  test("has nothing to give back", () => {
    expect(router.undo(view(rendered(allToCanary, undefined, {}, router)))).toEqual([]);
  });

  const canaries: readonly Given[] = [
    {},
    { service: { hosts: ["shop.example.com", "shop"], timeout: "5s" } },
    { service: { gateways: ["istio-system/public"] } },
    { service: { gateways: ["istio-system/public", "mesh"], apex: { labels: { a: "1" }, annotations: { b: "2" } } } },
    { analysis: { match: [{ headers: { a: { exact: "1" } } }] } },
  ];
  keepsContract(router, { canaries });
});

test("the service is the first host, where there is one", () => {
  const service = (hosts: string[]) => rendered(share(20), undefined, { service: { name: "shop", hosts } }).spec;
  const { backends } = service([]) ?? {};
  expect(backends).toEqual([
    { service: "shop-canary", weight: 20 },
    { service: "shop-primary", weight: 80 },
  ]);
  expect([[], [""], ["shop.example.com", "www.example.com"]].map(service)).toEqual([
    { service: "shop", backends },
    { service: "shop", backends },
    { service: "shop.example.com", backends },
  ]);
});

describe("gateways", () => {
  const key = "VirtualService.v1alpha3.networking.istio.io/spec.gateways";
  const istio = routerOf("smi:v1alpha2:istio");
  const gateways: Given = { service: { gateways: ["istio-system/gw"] } };
  const annotationsOf = (live: TrafficSplit | undefined, given: Given, router = istio) =>
    rendered(share(20), live, given, router).metadata.annotations;

  test.each<[string, SplitRouter, Given, Readonly<Record<string, string>> | undefined]>([
    ["Istio's adapter is told of them", istio, gateways, { [key]: '["istio-system/gw"]' }],
    ["not when there are none", istio, {}, undefined],
    ["nor any other mesh", osm, gateways, undefined],
  ])("%s", (_, router, given, annotations) => {
    expect(annotationsOf(undefined, given, router)).toEqual(annotations);
  });

  test("that are no longer wanted go", () => {
    expect(annotationsOf(rendered(share(20), undefined, gateways, istio), {})).toBeUndefined();
  });

  test("that a user has named stay", () => {
    const metadata = { name: "podinfo", namespace: "test", annotations: { [key]: '["theirs"]', other: "1" } };
    expect(annotationsOf({ metadata }, {})).toEqual(metadata.annotations);
    expect(annotationsOf({ metadata }, gateways)).toEqual({ [key]: '["istio-system/gw"]', other: "1" });
  });
});

test("a split that was there before is used, and stays its owner's", () => {
  const theirs = {
    apiVersion: "split.smi-spec.io/v1alpha2",
    kind: "TrafficSplit",
    metadata: { name: "podinfo", namespace: "test", labels: { team: "a" }, annotations: { note: "n" } },
    spec: {
      service: "podinfo.test",
      backends: [{ service: "podinfo", weight: 1 }],
      matches: [{ kind: "HTTPRouteGroup", name: "all" }],
    },
  };
  const { all, route, read, undo } = operate(osm, [theirs]);
  const canary = canaryWith({ service: { apex: { labels: { team: "b" }, annotations: { note: "m" } } } });
  const taken = [
    {
      ...theirs,
      metadata: expect.objectContaining(theirs.metadata) as unknown,
      spec: { ...theirs.spec, ...specOf(20, 80) },
    },
  ];
  expect(read(canary)).toEqual({ notReady: "TrafficSplit podinfo.test sends requests to neither primary nor canary" });
  route(canary, share(20));
  expect(all()).toEqual(taken);
  expect(all()[0]?.metadata.ownerReferences).toBeUndefined();
  undo(canary);
  expect(all()).toEqual(taken);
});

test("weights that were written in another version of the API are put right", () => {
  const strings: TrafficSplit = { ...rendered(share(20)), spec: specOf("20", "80") };
  expect(osm.read(view(strings))).toEqual(share(20));
  expect(rendered(share(20), strings).spec).toEqual(specOf(20, 80));
  expect(rendered(share(20), rendered(share(20)), {}, routerOf("linkerd")).spec).toEqual(specOf("20", "80"));
});

describe("the routes of a TrafficSplit", () => {
  const neither = { notReady: "TrafficSplit podinfo.test sends requests to neither primary nor canary" };
  const unreadable = { notReady: "TrafficSplit podinfo.test has weights that are not positive numbers or 0" };
  const backends = (...list: readonly { service: string; weight?: string | number }[]) => ({ backends: list });

  test.each<[string, TrafficSplitSpec, ReturnType<SplitRouter["read"]>]>([
    ["with weights", specOf(20, 80), share(20)],
    ["with other weights", specOf(1, 3), share(25)],
    ["with weights that are no whole percents", specOf(1, 2), share(33)],
    ["with quantities", specOf("100m", "900m"), share(10)],
    ["with great quantities", specOf("1k", 1000), share(50)],
    ["with fractions", specOf("0.5", "1.5"), share(25)],
    ["without weights", specOf(0, 0), neither],
    ["with words", specOf("few", "many"), unreadable],
    ["with weights below zero", specOf(-20, 120), unreadable],
    ["with the primary alone", backends({ service: "podinfo-primary", weight: 1 }), allToPrimary],
    ["with the canary alone", backends({ service: "podinfo-canary", weight: "1" }), allToCanary],
    ["with backends that have no weight", backends({ service: "podinfo-canary" }), neither],
    ["to others", backends({ service: "podinfo", weight: 100 }), neither],
    ["to nobody", { backends: null }, neither],
    ["without fields", {}, neither],
  ])("%s", (_, spec, routes) => {
    expect(osm.read(view({ ...rendered(allToPrimary), spec }))).toEqual(routes);
  });

  test("without spec", () => {
    expect(osm.read(view({ metadata: { name: "podinfo", namespace: "test" } }))).toEqual(neither);
  });

  test("that does not exist", () => {
    expect(osm.read(view())).toEqual({ notReady: "TrafficSplit podinfo.test does not exist" });
  });
});
