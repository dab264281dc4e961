import { describe, expect, test } from "vitest";
import type { Analysis, CanaryService, CanaryStatus } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { allToCanary, allToPrimary } from "../../api/routes.ts";
import type { Routes } from "../../api/routes.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import { gatewayApiV1, gatewayApiV1beta1 } from "./gatewayapi.ts";
import { httpRoutes } from "./http-route.ts";
import type { HttpRoute } from "./http-route.ts";
import type { RouterView } from "../router.ts";
import { keepsContract, share } from "../testdata/contract.ts";
import type { Given } from "../testdata/contract.ts";
import { after, fluxOptOut, ownerReferences, source } from "../testdata/podinfo.ts";

type View = RouterView<readonly [HttpRoute]>;

const usual: CanaryService = { port: 9898, gatewayRefs: [{ name: "gateway" }] };

function view(live?: HttpRoute, { service, analysis, status }: Given = {}): View {
  const { canary, ...rest } = source({ ...usual, ...service });
  const spec = { ...canary.spec, analysis: { ...canary.spec.analysis, ...analysis } };
  return { ...rest, canary: { ...canary, spec, ...(status !== undefined && { status }) }, live: [live] };
}

/** The HTTPRoute after `render`. */
function rendered(routes: Routes, live?: HttpRoute, given?: Given, router = gatewayApiV1): HttpRoute {
  return after<HttpRoute>(router.render(view(live, given), routes)[0], live);
}

const everything = { path: { type: "PathPrefix", value: "/" } } as const;
const backends = (primary: number, canary: number) => [
  { group: "", kind: "Service", name: "podinfo-primary", port: 9898, weight: primary },
  { group: "", kind: "Service", name: "podinfo-canary", port: 9898, weight: canary },
];
const gateway = { group: "gateway.networking.k8s.io", kind: "Gateway", name: "gateway" };

describe.each([
  ["v1", gatewayApiV1],
  ["v1beta1", gatewayApiV1beta1],
] as const)("gatewayapi:%s", (version, router) => {
  const resource = httpRoutes[version];

  test("asks for the HTTPRoute of the apex", () => {
    const { canary } = view(undefined, { service: { name: "shop" } });
    expect(router.inputs(canary)).toEqual([{ resource, key: { name: "shop", namespace: "test" } }]);
  });

  test("makes it", () => {
    expect(router.render(view(), share(20))).toEqual([
      {
        kind: "create",
        resource,
        object: {
          apiVersion: `gateway.networking.k8s.io/${version}`,
          kind: "HTTPRoute",
          metadata: { name: "podinfo", namespace: "test", annotations: fluxOptOut, ownerReferences },
          spec: {
            parentRefs: [gateway],
            rules: [{ matches: [everything], backendRefs: backends(80, 20) }],
          },
        },
      },
    ]);
  });

  test("changes its weights and nothing else", () => {
    const live = rendered(allToPrimary, undefined, {}, router);
    const stored = { ...live, metadata: { ...live.metadata, resourceVersion: "5" } };
    expect(router.render(view(stored), allToCanary)).toEqual([
      {
        kind: "patch",
        resource,
        key: { name: "podinfo", namespace: "test" },
        patch: {
          type: "merge",
          body: {
            metadata: { resourceVersion: "5" },
            spec: { rules: [{ matches: [everything], backendRefs: backends(0, 100) }] },
          },
        },
      },
    ]);
  });

  test("has nothing to give back", () => {
    expect(router.undo(view(rendered(allToCanary)))).toEqual([]);
  });
});

test("follows service.*", () => {
  const service: Partial<CanaryService> = {
    name: "shop",
    port: 80,
    hosts: ["shop.example.com"],
    gatewayRefs: [
      { name: "gateway", namespace: "istio-system", sectionName: "https", port: 443 },
      { group: "", kind: "Service", name: "shop" },
    ],
    apex: {
      labels: { team: "a" },
      annotations: { note: "n", "kustomize.toolkit.fluxcd.io/reconcile": "enabled" },
    },
  };
  expect(rendered(allToPrimary, undefined, { service })).toEqual({
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: {
      name: "shop",
      namespace: "test",
      labels: { team: "a" },
      annotations: { note: "n", ...fluxOptOut },
      ownerReferences,
    },
    spec: {
      parentRefs: [
        { ...gateway, namespace: "istio-system", sectionName: "https", port: 443 },
        { group: "", kind: "Service", name: "shop" },
      ],
      hostnames: ["shop.example.com"],
      rules: [
        {
          matches: [everything],
          backendRefs: [
            { group: "", kind: "Service", name: "shop-primary", port: 80, weight: 100 },
            { group: "", kind: "Service", name: "shop-canary", port: 80, weight: 0 },
          ],
        },
      ],
    },
  });
});

test.each([[[]], [undefined]])("does not work without gatewayRefs: %j", (gatewayRefs) => {
  const { canary } = source({ port: 9898, ...(gatewayRefs !== undefined && { gatewayRefs }) });
  expect(() => gatewayApiV1.inputs(canary)).toThrow(
    new InvalidSpec(
      "canary podinfo.test must have spec.service.gatewayRefs: name the Gateway that its HTTPRoute attaches to",
    ),
  );
});

describe("an HTTPRoute that exists", () => {
  /** The canary's share as of now, with what others have put on it. */
  const live: HttpRoute = {
    ...rendered(share(40)),
    metadata: {
      ...rendered(share(40)).metadata,
      labels: { team: "old" },
      annotations: { ...fluxOptOut, theirs: "1" },
      finalizers: ["theirs"],
    },
  };

  test("keeps its weights when the spec changes in the middle of a run", () => {
    const service = { hosts: ["example.com"], apex: { labels: { team: "new" } } };
    expect(rendered(share(40), live, { service })).toEqual({
      ...live,
      metadata: { ...live.metadata, labels: { team: "new" } },
      spec: { ...live.spec, hostnames: ["example.com"] },
    });
  });

  test("keeps the labels of a user who made it, and stays theirs", () => {
    const { ownerReferences: _, ...metadata } = live.metadata;
    const theirs: HttpRoute = {
      metadata: { ...metadata, annotations: { theirs: "1" } },
      spec: { hostnames: ["old.example.com"], rules: [{ matches: [everything] }] },
    };
    expect(rendered(share(40), theirs, { service: { apex: { labels: { tier: "web" } } } })).toEqual({
      metadata: { ...metadata, labels: { team: "old", tier: "web" } },
      spec: { parentRefs: [gateway], rules: live.spec.rules },
    });
  });

  test("loses host names that are no longer wanted", () => {
    const hosted = rendered(share(40), live, { service: { hosts: ["example.com"] } });
    expect(rendered(share(40), hosted).spec).toEqual(live.spec);
  });
});

/** The object as the API server keeps it: the defaults of the CustomResourceDefinition filled in. */
function completed(route: HttpRoute): HttpRoute {
  const fill = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) return value.map((each) => fill(each, path));
    if (typeof value !== "object" || value === null) return value;
    const fields = { ...defaults[path], ...value };
    return Object.fromEntries(Object.entries(fields).map(([key, each]) => [key, fill(each, `${path}.${key}`)]));
  };
  const service = { group: "", kind: "Service" };
  const defaults: Readonly<Record<string, object>> = {
    ".parentRefs": { group: "gateway.networking.k8s.io", kind: "Gateway" },
    ".rules": { matches: [everything] },
    ".rules.matches": everything,
    ".rules.matches.path": everything.path,
    ".rules.matches.headers": { type: "Exact" },
    ".rules.matches.queryParams": { type: "Exact" },
    ".rules.backendRefs": { ...service, weight: 1 },
    ".rules.filters.requestMirror.backendRef": service,
    ".rules.filters.cors": { maxAge: 5 },
  };
  const metadata = { ...route.metadata, uid: "uid-2", resourceVersion: "7", generation: 1 };
  return { ...route, metadata, spec: fill(route.spec, "") as HttpRoute["spec"] };
}

describe.each([gatewayApiV1, gatewayApiV1beta1])("$name", (router) => {
  const services: readonly Partial<CanaryService>[] = [
    {},
    { match: [{ headers: { a: { exact: "1" } } }, { uri: { exact: "/a" } }], timeout: "15s" },
    { mirror: [{ backendRef: { name: "log", port: 80 } }], corsPolicy: { allowOrigin: ["*"] } },
    { headers: { response: { add: { a: "1" } } }, rewrite: { uri: "/" }, hosts: ["example.com"] },
  ];
  const analyses: readonly Partial<Analysis>[] = [
    {},
    { match: [{ queryParams: { b: { regex: "2" } } }] },
    { sessionAffinity: { cookieName: "c", primaryCookieName: "p" } },
  ];
  const statuses: readonly CanaryStatus[] = [
    {},
    { sessionAffinityCookie: "c=a", primarySessionAffinityCookie: "p=b" },
    { phase: "Failed", previousSessionAffinityCookie: "c=z" },
  ];
  const canaries = services.flatMap((service) =>
    analyses.flatMap((analysis) =>
      statuses.map((status): Given => ({ service: { ...usual, ...service }, analysis, status })),
    ),
  );
  keepsContract(router, { canaries, mirrors: true, stored: (route) => completed(route as HttpRoute) });
});

describe("the routes of an HTTPRoute", () => {
  const withRules = (rules: HttpRoute["spec"]["rules"]): HttpRoute => ({ ...rendered(share(40)), spec: { rules } });
  const refused: Partial<KubeObject> & Pick<HttpRoute, "status"> = {
    status: {
      parents: [
        {
          parentRef: { name: "gateway" },
          controllerName: "example.com/gateway",
          conditions: [{ type: "Accepted", status: "False", reason: "NoMatchingParent", message: "no such listener" }],
        },
      ],
    },
  };

  test.each<[string, HttpRoute | undefined, ReturnType<typeof gatewayApiV1.read>]>([
    ["that does not exist", undefined, { notReady: "HTTPRoute podinfo.test does not exist" }],
    [
      "that is not accepted",
      { ...rendered(share(40)), ...refused },
      {
        notReady:
          "HTTPRoute podinfo.test not ready: gateway gateway has not accepted it, NoMatchingParent: no such listener",
      },
    ],
    [
      "with other weights",
      withRules([{ matches: [everything], backendRefs: backends(3, 1) }]),
      { primary: 75, canary: 25, mirrored: false },
    ],
    [
      "without weights",
      withRules([{ matches: [everything], backendRefs: backends(0, 0) }]),
      { notReady: "HTTPRoute podinfo.test sends requests to neither primary nor canary" },
    ],
    [
      "for others",
      withRules([{ matches: [everything], backendRefs: backends(1, 0).slice(0, 1) }, { matches: [everything] }]),
      { notReady: "HTTPRoute podinfo.test sends requests to neither primary nor canary" },
    ],
    [
      "without rules",
      withRules(undefined),
      { notReady: "HTTPRoute podinfo.test sends requests to neither primary nor canary" },
    ],
  ])("%s", (_, live, routes) => {
    expect(gatewayApiV1.read(view(live))).toEqual(routes);
  });

  test("count in v1beta1 whatever its parents say", () => {
    expect(gatewayApiV1beta1.read(view({ ...rendered(share(40)), ...refused }))).toEqual(share(40));
  });
});
