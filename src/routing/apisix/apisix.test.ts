import { describe, expect, test } from "vitest";
import { InvalidSpec } from "../../api/errors.ts";
import { allToCanary, allToPrimary } from "../../api/routes.ts";
import type { Routes } from "../../api/routes.ts";
import type { RouterView } from "../router.ts";
import { canaryWith, keepsContract, share } from "../testdata/contract.ts";
import type { Given } from "../testdata/contract.ts";
import { after, ownerReferences, source } from "../testdata/podinfo.ts";
import { apisixRoutes } from "./apisix-route.ts";
import type { ApisixBackend, ApisixCondition, ApisixRoute, ApisixRule } from "./apisix-route.ts";
import { apisix } from "./apisix.ts";

type View = RouterView<readonly [ApisixRoute, ApisixRoute]>;

function ofWeb(given: Given = {}): Given {
  const routeRef = { apiVersion: "apisix.apache.org/v2", kind: "ApisixRoute", name: "web" } as const;
  return { ...given, spec: { routeRef, ...given.spec } };
}

function view(live: View["live"], given: Given = {}): View {
  return { ...source(), canary: canaryWith(ofWeb(given)), live };
}

const backend = (serviceName: string, weight?: number): ApisixBackend => ({
  serviceName,
  servicePort: 9898,
  ...(weight !== undefined && { weight }),
});

function route(name: string, http: readonly ApisixRule[]): ApisixRoute {
  return {
    apiVersion: "apisix.apache.org/v2",
    kind: "ApisixRoute",
    metadata: { name, namespace: "test" },
    spec: { http },
  };
}

/** Fields of a rule that the router does not know. */
const rest = { match: { hosts: ["app.example.com"], paths: ["/*"] }, websocket: true };
const web = route("web", [{ name: "rule1", ...rest, backends: [backend("podinfo")] }]);
const weighted = (primary: number, canary: number) => [
  backend("podinfo-primary", primary),
  backend("podinfo-canary", canary),
];

/** The copy after `render`. */
function rendered(routes: Routes, original = web, copy?: ApisixRoute, given?: Given): ApisixRoute {
  return after<ApisixRoute>(apisix.render(view([original, copy], given), routes)[0], copy);
}

test("asks for the ApisixRoute of the Canary and its copy", () => {
  expect(apisix.inputs(canaryWith(ofWeb({ service: { name: "shop" } })))).toEqual([
    { resource: apisixRoutes, key: { name: "web", namespace: "test" } },
    { resource: apisixRoutes, key: { name: "web-shop-canary", namespace: "test" } },
  ]);
});

describe("the copy", () => {
  test("is made", () => {
    expect(apisix.render(view([web, undefined]), allToPrimary)).toEqual([
      {
        kind: "create",
        resource: apisixRoutes,
        object: {
          apiVersion: "apisix.apache.org/v2",
          kind: "ApisixRoute",
          metadata: { name: "web-podinfo-canary", namespace: "test", ownerReferences },
          spec: { http: [{ name: "rule1", priority: 10_000, ...rest, backends: weighted(100, 0) }] },
        },
      },
    ]);
  });

  test.each([0, 20, 60, 100])("gets a weight of %i", (weight) => {
    const live = { ...rendered(share(40)), metadata: { ...rendered(share(40)).metadata, resourceVersion: "5" } };
    expect(apisix.render(view([web, live]), share(weight))).toEqual([
      {
        kind: "patch",
        resource: apisixRoutes,
        key: { name: "web-podinfo-canary", namespace: "test" },
        patch: {
          type: "merge",
          body: {
            metadata: { resourceVersion: "5" },
            spec: { http: [{ name: "rule1", priority: 10_000, ...rest, backends: weighted(100 - weight, weight) }] },
          },
        },
      },
    ]);
  });

  const settings = { resolveGranularity: "service", subset: "v1", servicePort: "http" };
  const crowded: ApisixRoute = {
    ...web,
    metadata: { ...web.metadata, labels: { team: "a" }, annotations: { note: "n" } },
    spec: {
      ingressClassName: "apisix",
      http: [
        { name: "shop", ...rest, backends: [backend("shop", 1), backend("shop-next", 1)] },
        { name: "low", priority: 3, ...rest, backends: [{ ...backend("podinfo", 7), ...settings }] },
        { name: "outside", ...rest, upstreams: [{ name: "example" }] },
        { name: "high", priority: 20_000, ...rest, backends: [backend("podinfo")], upstreams: [] },
      ],
    },
  };

  test("has only the rules of the apex, before all others, and none of the metadata", () => {
    const { metadata, spec } = rendered(share(20), crowded);
    expect(metadata).toEqual({ name: "web-podinfo-canary", namespace: "test", ownerReferences });
    expect(spec).toEqual({
      ingressClassName: "apisix",
      http: [
        {
          name: "low",
          priority: 10_000,
          ...rest,
          backends: weighted(80, 20).map((each) => ({ ...each, ...settings })),
        },
        { name: "high", priority: 20_001, ...rest, backends: weighted(80, 20), upstreams: [] },
      ],
    });
  });

  test("follows the original during a run, with its weights", () => {
    const live = rendered(share(40));
    expect(rendered(share(40), { ...web, spec: { ...web.spec, ingressClassName: "apisix" } }, live)).toEqual({
      ...live,
      spec: { ...live.spec, ingressClassName: "apisix" },
    });
  });

  test("is taken over as it is found, and stays its owner's", () => {
    const theirs: ApisixRoute = {
      ...route("web-podinfo-canary", [{ name: "old", backends: [backend("old")] }]),
      metadata: {
        name: "web-podinfo-canary",
        namespace: "test",
        labels: { team: "b" },
        annotations: { theirs: "1" },
        finalizers: ["theirs"],
      },
    };
    expect(rendered(share(10), web, theirs)).toEqual({
      ...theirs,
      spec: { http: [{ name: "rule1", priority: 10_000, ...rest, backends: weighted(90, 10) }] },
    });
  });

  describe("keeps its promises", () => {
    const canaries: readonly Given[] = [
      {},
      { service: { apex: { labels: { a: "1" }, annotations: { b: "2" } } } },
      { analysis: { iterations: 3, match: [{ headers: { a: { exact: "1" } } }] } },
    ];
    keepsContract(apisix, { canaries: canaries.map(ofWeb), objects: [crowded] });
  });
});

describe("needs an ApisixRoute", () => {
  test.each([undefined, { apiVersion: "apisix.apache.org/v2", kind: "ApisixRoute", name: "" } as const])(
    "named by the Canary, not %j",
    (routeRef) => {
      const canary = canaryWith(routeRef === undefined ? {} : { spec: { routeRef } });
      expect(() => apisix.inputs(canary)).toThrow(
        new InvalidSpec("canary podinfo.test must have spec.routeRef: name the ApisixRoute through which users come"),
      );
    },
  );

  const noBackend = ["has no backend podinfo", "add one, or name the ApisixRoute that has it"] as const;
  const further = ["has further backends beside podinfo in rule rule1", "leave it alone there"] as const;

  test.each<[string, ApisixRoute | undefined, problem: string, fix: string]>([
    ["that exists", undefined, "does not exist", "create it, or name the one through which users come"],
    ["with a rule for the apex", route("web", [{ name: "rule1", backends: [backend("shop")] }]), ...noBackend],
    ["with rules", { metadata: { name: "web" } }, ...noBackend],
    [
      "that splits nothing itself",
      route("web", [{ name: "rule1", backends: [backend("podinfo"), backend("shop")] }]),
      ...further,
    ],
    [
      "that sends nothing outside",
      route("web", [{ name: "rule1", backends: [backend("podinfo")], upstreams: [{ name: "example" }] }]),
      ...further,
    ],
  ])("%s", (_, original, problem, fix) => {
    expect(() => apisix.render(view([original, undefined]), allToPrimary)).toThrow(
      new InvalidSpec(`spec.routeRef.name: ApisixRoute web.test ${problem}: ${fix}`),
    );
    expect(apisix.read(view([original, undefined]))).toEqual({ notReady: `ApisixRoute web.test ${problem}` });
  });
});

describe("the routes of a copy", () => {
  const withBackends = (...backends: readonly ApisixBackend[]) =>
    route("web-podinfo-canary", [{ name: "other" }, { name: "rule1", backends }]);
  const withStatus = (...conditions: readonly ApisixCondition[]): ApisixRoute => {
    const live = withBackends(...weighted(60, 40));
    return { ...live, metadata: { ...live.metadata, generation: 2 }, status: { conditions } };
  };
  const says = (text: string) => ({ notReady: `ApisixRoute web-podinfo-canary.test ${text}` });
  const neither = says("sends requests to neither primary nor canary");
  const accepted = { type: "Accepted", status: "True", observedGeneration: 2 };
  const refused = { type: "Accepted", status: "False", reason: "SyncFailed", message: "no such plugin" };

  test.each<[string, ApisixRoute | undefined, ReturnType<typeof apisix.read>]>([
    ["that does not exist", undefined, says("does not exist")],
    ["without rules", { metadata: { name: "web-podinfo-canary" } }, neither],
    ["for others", withBackends(backend("podinfo-canary", 1), backend("shop", 1)), neither],
    ["without weights", withBackends(...weighted(0, 0)), neither],
    ["with weights below zero", withBackends(...weighted(-1, -1)), neither],
    ["with other weights", withBackends(...weighted(2, 1)), share(33)],
    [
      "with a weight that is not given",
      withBackends(backend("podinfo-primary"), backend("podinfo-canary", 25)),
      share(20),
    ],
    ["without a share of the primary", withBackends(...weighted(0, 100)), allToCanary],
    ["without conditions", { ...withBackends(...weighted(60, 40)), status: { conditions: null } }, share(40)],
    ["that is accepted", withStatus(accepted), share(40)],
    [
      "that was accepted by a controller before 2.0",
      withStatus({ ...accepted, type: "ResourcesAvailable" }),
      share(40),
    ],
    [
      "whose controller has been upgraded",
      withStatus({ type: "ResourcesAvailable", status: "False", observedGeneration: 1 }, accepted),
      share(40),
    ],
    ["that is refused", withStatus(refused), says("not ready: APISIX has not accepted it, SyncFailed: no such plugin")],
    [
      "that is refused without a reason",
      withStatus({ type: "Accepted", status: "False" }),
      says("not ready: APISIX has not accepted it"),
    ],
    [
      "that was accepted before its last change",
      withStatus({ ...accepted, observedGeneration: 1 }),
      says("not ready: APISIX has not yet taken its last change"),
    ],
  ])("%s", (_, copy, routes) => {
    expect(apisix.read(view([web, copy]))).toEqual(routes);
  });
});

describe("undo", () => {
  const { ownerReferences: _, ...metadata } = rendered(share(40)).metadata;
  const theirs: ApisixRoute = { ...rendered(share(40)), metadata };

  test("deletes the copy", () => {
    expect(apisix.undo(view([undefined, rendered(share(40))]))).toEqual([
      { kind: "delete", resource: apisixRoutes, key: { name: "web-podinfo-canary", namespace: "test" } },
    ]);
  });

  test("leads one that was there before to the apex", () => {
    const [change] = apisix.undo(view([web, theirs]));
    expect(after<ApisixRoute>(change, theirs)).toEqual({
      ...theirs,
      spec: { http: [{ name: "rule1", priority: 10_000, ...rest, backends: [backend("podinfo")] }] },
    });
  });

  test.each<[string, View["live"]]>([
    ["without a copy", [web, undefined]],
    ["when there is nothing to lead it to", [undefined, theirs]],
  ])("has nothing to do %s", (_, live) => {
    expect(apisix.undo(view(live))).toEqual([]);
  });
});
