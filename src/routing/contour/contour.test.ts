import { describe, expect, test } from "vitest";
import type { Analysis, CanaryService } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { allToCanary, allToPrimary } from "../../api/routes.ts";
import type { Routes } from "../../api/routes.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import type { RouterView } from "../router.ts";
import { canaryWith, keepsContract, share } from "../testdata/contract.ts";
import type { Given } from "../testdata/contract.ts";
import { after, fluxOptOut, ownerReferences, source } from "../testdata/podinfo.ts";
import { contour } from "./contour.ts";
import { httpProxies } from "./http-proxy.ts";
import type { HttpProxy, HttpProxyRoute, HttpProxyStatus, WeightedService } from "./http-proxy.ts";

const router = contour("contour");
const classless = contour("");

function view(live?: HttpProxy, given?: Given): RouterView<readonly [HttpProxy]> {
  return { ...source(), canary: canaryWith(given), live: [live] };
}

/** The HTTPProxy after `render`. */
function rendered(routes: Routes, live?: HttpProxy, given?: Given, by = router): HttpProxy {
  return after<HttpProxy>(by.render(view(live, given), routes)[0], live);
}

const all = [{ prefix: "/" }];
const backend = (name: string, weight: number, port = 9898): WeightedService => ({
  name,
  port,
  ...(weight > 0 && { weight }),
  requestHeadersPolicy: { set: [{ name: "l5d-dst-override", value: `${name}.test.svc.cluster.local:${port}` }] },
});
const backends = (primary: number, canary: number) => [
  backend("podinfo-primary", primary),
  backend("podinfo-canary", canary),
];
const valid: HttpProxyStatus = { currentStatus: "valid" };
const withRoutes = (routes: readonly HttpProxyRoute[]): HttpProxy => ({
  metadata: { name: "podinfo", namespace: "test" },
  spec: { routes },
  status: valid,
});
const insiders: Partial<Analysis> = { match: [{ headers: { "x-user": { exact: "insider" } } }] };

test("asks for the HTTPProxy of the apex", () => {
  expect(router.inputs(canaryWith({ service: { name: "shop" } }))).toEqual([
    { resource: httpProxies, key: { name: "shop", namespace: "test" } },
  ]);
});

test("makes it, and takes from the Canary what Contour can do", () => {
  const service: Partial<CanaryService> = {
    timeout: "15s",
    hosts: ["app.example.com"],
    retries: { attempts: 3, perTryTimeout: "1s", retryOn: "gateway-error" },
    headers: { request: { add: { "x-a": "1" } }, response: { remove: ["x-b"] } },
    apex: { labels: { tier: "web" }, annotations: { note: "x" } },
  };
  expect(router.render(view(undefined, { service }), share(20))).toEqual([
    {
      kind: "create",
      resource: httpProxies,
      object: {
        apiVersion: "projectcontour.io/v1",
        kind: "HTTPProxy",
        metadata: {
          name: "podinfo",
          namespace: "test",
          labels: { tier: "web" },
          annotations: { note: "x", ...fluxOptOut },
          ownerReferences,
        },
        spec: {
          routes: [
            {
              conditions: all,
              services: backends(80, 20),
              timeoutPolicy: { response: "15s", idle: "5m" },
              retryPolicy: { count: 3, perTryTimeout: "1s", retryOn: ["gateway-error"] },
            },
          ],
          ingressClassName: "contour",
        },
      },
    },
  ]);
});

test("makes it without a class when the operator has none", () => {
  expect(rendered(allToPrimary, undefined, {}, classless).spec).toEqual({
    routes: [{ conditions: all, services: backends(100, 0) }],
  });
});

test("names the Services of the Canary's own name and port", () => {
  expect(rendered(share(20), undefined, { service: { name: "shop", port: 80 } }).spec?.routes).toEqual([
    { conditions: all, services: [backend("shop-primary", 80, 80), backend("shop-canary", 20, 80)] },
  ]);
});

test("needs a service", () => {
  const bare = source().canary;
  const { service: _, ...spec } = bare.spec;
  expect(() => router.render({ ...view(), canary: { ...bare, spec } }, allToPrimary)).toThrow(
    new InvalidSpec("canary podinfo.test must have spec.service.port"),
  );
});

test("changes its weights and nothing else", () => {
  const live = rendered(share(20));
  const stored = { ...live, metadata: { ...live.metadata, resourceVersion: "5" }, status: valid };
  expect(router.render(view(stored), allToPrimary)).toEqual([
    {
      kind: "patch",
      resource: httpProxies,
      key: { name: "podinfo", namespace: "test" },
      patch: {
        type: "merge",
        body: {
          metadata: { resourceVersion: "5" },
          spec: { routes: [{ conditions: all, services: backends(100, 0) }] },
        },
      },
    },
  ]);
});

describe("an HTTPProxy that exists", () => {
  const made = rendered(share(40), undefined, { service: { apex: { labels: { team: "old" } } } });

  test("keeps its weights when the spec changes in the middle of a run", () => {
    const service = { timeout: "5s", apex: { labels: { team: "new" } } };
    expect(rendered(share(40), made, { service })).toEqual({
      ...made,
      metadata: { ...made.metadata, labels: { team: "new" } },
      spec: {
        ...made.spec,
        routes: [{ conditions: all, services: backends(60, 40), timeoutPolicy: { response: "5s", idle: "5m" } }],
      },
    });
  });

  test("loses labels, a timeout and retries that are no longer wanted", () => {
    const { labels: _, ...metadata } = made.metadata;
    const service = { timeout: "5s", retries: { attempts: 1 } };
    expect(rendered(share(40), rendered(share(40), made, { service }))).toEqual({ ...made, metadata });
  });

  test("gets the operator's class, and keeps its own when the operator has none", () => {
    const other = { ...made, spec: { ...made.spec, ingressClassName: "public" } };
    expect(rendered(share(40), other).spec?.ingressClassName).toBe("contour");
    expect(rendered(share(40), other, {}, classless).spec?.ingressClassName).toBe("public");
  });

  test("is used when a user made it, stays theirs and keeps what they put on it", () => {
    const theirs = {
      metadata: { name: "podinfo", namespace: "test", labels: { team: "a" }, annotations: { theirs: "1" } },
      spec: {
        virtualhost: { fqdn: "app.example.com" },
        includes: [{ name: "other" }],
        routes: [
          {
            services: [{ name: "podinfo", port: 9898 }],
            enableWebsockets: true,
            timeoutPolicy: { response: "1h", idle: "1h" },
          },
          { conditions: [{ prefix: "/old" }], services: [{ name: "old", port: 80 }] },
        ],
      },
      status: valid,
    };
    const taken = rendered(share(40), theirs, { service: { apex: { labels: { tier: "web" } } } }, classless);
    expect(taken).toEqual({
      metadata: {
        name: "podinfo",
        namespace: "test",
        labels: { team: "a", tier: "web" },
        annotations: { theirs: "1", ...fluxOptOut },
      },
      spec: {
        virtualhost: { fqdn: "app.example.com" },
        includes: [{ name: "other" }],
        routes: [{ conditions: all, services: backends(60, 40), enableWebsockets: true }],
      },
      status: valid,
    });
    expect(classless.undo(view(taken))).toEqual([]);
  });

  test("keeps what others put on its routes, in an A/B test for all of them", () => {
    const insider = [...all, { header: { name: "x-user", exact: "insider" } }];
    const [sockets, cors] = [{ enableWebsockets: true }, { corsPolicy: {} }];
    const plain = withRoutes([{ conditions: all, services: backends(100, 0), ...sockets }]);
    const tested = rendered(allToCanary, plain, { analysis: insiders });
    expect(tested.spec?.routes).toEqual([
      { conditions: insider, services: backends(0, 100), ...sockets },
      { conditions: all, services: backends(100, 0), ...sockets },
    ]);
    const edited = withRoutes([
      { conditions: insider, services: backends(0, 100), ...cors },
      { conditions: all, services: backends(100, 0), ...sockets },
    ]);
    expect(rendered(allToPrimary, edited, { analysis: insiders }).spec?.routes).toEqual([
      { conditions: insider, services: backends(100, 0), ...cors },
      { conditions: all, services: backends(100, 0), ...sockets },
    ]);
    expect(rendered(allToPrimary, edited).spec?.routes).toEqual([
      { conditions: all, services: backends(100, 0), ...sockets },
    ]);
  });

  test("has nothing to give back, nor has one that is gone", () => {
    expect(router.undo(view(made))).toEqual([]);
    expect(router.undo(view())).toEqual([]);
  });
});

const neither = { notReady: "HTTPProxy podinfo.test sends requests to neither primary nor canary" };
const withWeights = (...services: readonly WeightedService[]) => withRoutes([{ conditions: all, services }]);

test.each<[string, HttpProxy | undefined, ReturnType<typeof router.read>]>([
  ["that does not exist", undefined, { notReady: "HTTPProxy podinfo.test does not exist" }],
  [
    "that Contour refuses",
    { ...rendered(share(40)), status: { currentStatus: "invalid", description: "no such service" } },
    { notReady: "HTTPProxy podinfo.test not ready: Contour calls it invalid, no such service" },
  ],
  [
    "that no Contour has looked at",
    rendered(share(40)),
    {
      notReady:
        "HTTPProxy podinfo.test not ready: no Contour has looked at it: the flag -ingress-class must name Contour's ingress class",
    },
  ],
  ["that nothing includes", { ...rendered(share(40)), status: { currentStatus: "orphaned" } }, share(40)],
  ["with other weights", withWeights(...backends(3, 1)), share(25)],
  ["with weights that do not come out even", withWeights(...backends(2, 1)), share(33)],
  ["with all users on the canary", withWeights(...backends(0, 100)), allToCanary],
  ["without weights, which means the same share", withWeights(...backends(0, 0)), share(50)],
  ["with weights of 0", withWeights(...backends(0, 0).map((each) => ({ ...each, weight: 0 }))), share(50)],
  ["of one Service without a weight", withWeights(backend("podinfo-canary", 0)), allToCanary],
  ["with all users elsewhere", withWeights(...backends(0, 0), backend("other", 1)), neither],
  ["for others", withWeights(backend("podinfo", 100)), neither],
  [
    "after routes for others",
    withRoutes([{ services: [backend("other", 1)] }, {}, { services: backends(60, 40) }]),
    share(40),
  ],
  ["in an A/B test", { ...rendered(allToCanary, undefined, { analysis: insiders }), status: valid }, allToCanary],
  ["without routes", withRoutes([]), neither],
  ["without a spec", { metadata: { name: "podinfo" }, status: valid }, neither],
])("reads one %s", (_, live, routes) => {
  expect(router.read(view(live))).toEqual(routes);
});

/** The object when Contour has accepted it. */
function accepted(object: KubeObject): HttpProxy {
  const { status, ...proxy }: HttpProxy = object;
  return {
    ...proxy,
    metadata: { ...proxy.metadata, generation: 1 },
    status: { ...status, ...valid, conditions: [{ type: "Valid", observedGeneration: 1 }] },
  };
}

const services: readonly Partial<CanaryService>[] = [
  {},
  { timeout: "15s", match: [{ uri: { prefix: "/shop" } }] },
  { retries: { perTryTimeout: "1s" } },
];
const analyses: readonly Partial<Analysis>[] = [
  {},
  insiders,
  { match: [{ headers: { a: { exact: "1" } } }, { headers: { b: { suffix: "2" } } }] },
];
const canaries = services.flatMap((service) => analyses.map((analysis): Given => ({ service, analysis })));
const labelled: Given = { service: { apex: { labels: { tier: "web" } } } };

describe.each([
  ["with a class", router],
  ["without a class", classless],
])("the contract, %s", (_, each) => {
  keepsContract(each, { canaries: [...canaries, labelled], stored: accepted });
});

describe("the contract, with an HTTPProxy that was there before", () => {
  const theirs = {
    apiVersion: "projectcontour.io/v1",
    kind: "HTTPProxy",
    metadata: { name: "podinfo", namespace: "test" },
    spec: { virtualhost: { fqdn: "app.example.com" }, routes: [{ services: [{ name: "podinfo", port: 9898 }] }] },
  };
  keepsContract(router, { canaries, objects: [theirs], stored: accepted });
});
