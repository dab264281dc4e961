import { describe, expect, test } from "vitest";
import { InvalidSpec } from "../../api/errors.ts";
import { ownerReference } from "../../api/ownership.ts";
import { allToCanary, allToPrimary, everyoneToCanary } from "../../api/routes.ts";
import type { Routes } from "../../api/routes.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import { canaryWith, keepsContract, operate, share } from "../testdata/contract.ts";
import type { Given } from "../testdata/contract.ts";
import { appMeshV1beta2 } from "./appmesh-v1beta2.ts";
import { fluxOptOut, ownerReferences } from "../testdata/podinfo.ts";

function object<Spec>(kind: string, name: string, spec: Spec, more: object = {}) {
  return {
    apiVersion: "appmesh.k8s.aws/v1beta2",
    kind,
    metadata: { name, namespace: "test", ownerReferences, ...more },
    spec,
  };
}

/** The objects that a Canary without any makes, in order. */
function made(given: Given, routes: Routes): readonly unknown[] {
  return operate(appMeshV1beta2)
    .route(canaryWith(given), routes)
    .map((change) => change.kind === "create" && change.object);
}

/** The spec of the only object of this kind and name that they make. */
function specOf(given: Given, routes: Routes, kind: string, name: string): unknown {
  const objects = operate(appMeshV1beta2);
  objects.route(canaryWith(given), routes);
  const found = objects.all().find((each) => each.kind === kind && each.metadata.name === name);
  return found && "spec" in found ? found.spec : undefined;
}

/** The object as App Mesh's webhook and controller leave it. */
function taken(live: KubeObject): KubeObject {
  const { spec, metadata } = live as KubeObject & { readonly spec?: object };
  const names = { awsName: `${metadata.name}_test`, meshRef: { name: "global", uid: "uid-2" } };
  return {
    ...live,
    metadata: { ...metadata, generation: 3 },
    spec: { ...spec, ...names },
    status: { conditions: [{ type: `${live.kind ?? ""}Active`, status: "True" }], observedGeneration: 3 },
  } as KubeObject;
}

const perRequest = { perRequest: { unit: "ms", value: 15_000 } };
const usual: Given = { service: { portName: "http", timeout: "15s", backends: ["backend.test"] } };

const node = (name: string, app: string) =>
  object(
    "VirtualNode",
    name,
    {
      podSelector: { matchLabels: { app } },
      listeners: [{ portMapping: { port: 9898, protocol: "http" }, timeout: { http: perRequest } }],
      serviceDiscovery: { dns: { hostname: `${name}.test.svc.cluster.local.` } },
      backends: [{ virtualService: { virtualServiceRef: { name: "backend.test" } } }],
    },
    { annotations: fluxOptOut },
  );
const weighted = (primary: number, canary: number) => ({
  weightedTargets: [
    { virtualNodeRef: { name: "podinfo-canary" }, weight: canary },
    { virtualNodeRef: { name: "podinfo-primary" }, weight: primary },
  ],
});
const router = (name: string, primary: number, canary: number) =>
  object("VirtualRouter", name, {
    listeners: [{ portMapping: { port: 9898, protocol: "http" } }],
    routes: [{ name, httpRoute: { match: { prefix: "/" }, action: weighted(primary, canary), timeout: perRequest } }],
  });
const service = (name: string) =>
  object("VirtualService", name, { provider: { virtualRouter: { virtualRouterRef: { name } } } });

test.each([0, 20, 60, 100])("makes all that a canary with a share of %d needs", (canary) => {
  expect(made(usual, share(canary))).toEqual([
    node("podinfo-primary", "podinfo-primary"),
    node("podinfo-canary", "podinfo"),
    router("podinfo", 100 - canary, canary),
    service("podinfo"),
    router("podinfo-canary", 0, 100),
    service("podinfo-canary"),
  ]);
});

test("a share changes nothing but the router that users meet", () => {
  const { route, edit, find } = operate(appMeshV1beta2);
  route(canaryWith(usual), allToPrimary);
  edit(taken);
  const at = appMeshV1beta2.inputs(canaryWith(usual))[2];
  const resourceVersion = find(at)?.metadata.resourceVersion;
  const { routes } = router("podinfo", 80, 20).spec;
  expect(route(canaryWith(usual), share(20))).toEqual([
    { kind: "patch", ...at, patch: { type: "merge", body: { metadata: { resourceVersion }, spec: { routes } } } },
  ]);
  edit(taken);
  expect(route(canaryWith(usual), share(20))).toEqual([]);
});

test("an A/B test sends those whom it is about to the canary", () => {
  const given: Given = {
    service: { match: [{ uri: { prefix: "/api" } }], retries: { attempts: 3, perTryTimeout: "1s" } },
    analysis: {
      iterations: 5,
      match: [{ headers: { "x-user": { exact: "insider" }, cookie: { regex: "^.*a=1.*$" } } }],
    },
  };
  const retryPolicy = {
    maxRetries: 3,
    perRetryTimeout: { unit: "ms", value: 1000 },
    httpRetryEvents: ["gateway-error"],
  };
  const headers = [
    { name: "cookie", match: { regex: "^.*a=1.*$" } },
    { name: "x-user", match: { exact: "insider" } },
  ];
  const routesTo = (rest: string) => [
    {
      name: "podinfo-a",
      priority: 10,
      httpRoute: { match: { prefix: "/api", headers }, action: weighted(0, 100), retryPolicy },
    },
    {
      name: "podinfo-b",
      priority: 20,
      httpRoute: {
        match: { prefix: "/api" },
        action: { weightedTargets: [{ virtualNodeRef: { name: rest }, weight: 100 }] },
        retryPolicy,
      },
    },
  ];
  const listeners = [{ portMapping: { port: 9898, protocol: "http" } }];
  expect(specOf(given, allToCanary, "VirtualRouter", "podinfo")).toEqual({
    listeners,
    routes: routesTo("podinfo-primary"),
  });
  expect(specOf(given, everyoneToCanary, "VirtualRouter", "podinfo")).toEqual({
    listeners,
    routes: routesTo("podinfo-canary"),
  });
  expect(specOf(given, allToPrimary, "VirtualRouter", "podinfo-canary")).toEqual({
    listeners,
    routes: [
      {
        name: "podinfo-canary",
        httpRoute: { match: { prefix: "/api" }, action: weighted(0, 100), retryPolicy },
      },
    ],
  });
});

test("gRPC has routes and timeouts of its own", () => {
  const given: Given = {
    service: { portName: "grpc-api", timeout: "500ms", retries: { retryOn: "unavailable" } },
    analysis: { match: [{ headers: { "x-user": { prefix: "in" } } }] },
  };
  const limit = { perRequest: { unit: "ms", value: 500 } };
  const retryPolicy = {
    maxRetries: 1,
    perRetryTimeout: { unit: "ms", value: 250 },
    grpcRetryEvents: ["unavailable"],
  };
  expect(specOf(given, share(30), "VirtualNode", "podinfo-canary")).toMatchObject({
    listeners: [{ portMapping: { port: 9898, protocol: "grpc" }, timeout: { grpc: limit } }],
  });
  expect(specOf(given, share(30), "VirtualRouter", "podinfo")).toEqual({
    listeners: [{ portMapping: { port: 9898, protocol: "grpc" } }],
    routes: [
      {
        name: "podinfo-a",
        priority: 10,
        grpcRoute: {
          match: { metadata: [{ name: "x-user", match: { prefix: "in" } }] },
          action: weighted(70, 30),
          retryPolicy,
          timeout: limit,
        },
      },
      {
        name: "podinfo-b",
        priority: 20,
        grpcRoute: {
          match: {},
          action: { weightedTargets: [{ virtualNodeRef: { name: "podinfo-primary" }, weight: 100 }] },
          retryPolicy,
          timeout: limit,
        },
      },
    ],
  });
});

test.each([
  [8080, 8080],
  ["http", 80],
  [0, 80],
  ["0", 80],
  [undefined, 80],
])("with targetPort %s, the pods are called on port %d and the router on 80", (targetPort, port) => {
  const given: Given = { service: { port: 80, ...(targetPort !== undefined && { targetPort }) } };
  expect(specOf(given, allToPrimary, "VirtualNode", "podinfo-primary")).toMatchObject({
    listeners: [{ portMapping: { port, protocol: "http" } }],
  });
  expect(specOf(given, allToPrimary, "VirtualRouter", "podinfo")).toMatchObject({
    listeners: [{ portMapping: { port: 80, protocol: "http" } }],
  });
});

test("follows the rest of the Canary", () => {
  const arn = "arn:aws:appmesh:eu-west-1:111122223333:mesh/global/virtualService/other";
  const given: Given = {
    annotations: { "appmesh.flagger.app/accesslog": "enabled" },
    service: {
      name: "shop",
      hosts: ["shop.example.com"],
      backends: ["one", arn],
      apex: { labels: { team: "a" }, annotations: { note: "n" } },
    },
  };
  const [primary, , , users, , tests] = made(given, allToPrimary);
  expect(primary).toEqual(
    object(
      "VirtualNode",
      "shop-primary",
      {
        podSelector: { matchLabels: { app: "podinfo-primary" } },
        listeners: [{ portMapping: { port: 9898, protocol: "http" } }],
        serviceDiscovery: { dns: { hostname: "shop-primary.test.svc.cluster.local." } },
        backends: [
          { virtualService: { virtualServiceRef: { name: "one" } } },
          { virtualService: { virtualServiceARN: arn } },
        ],
        logging: { accessLog: { file: { path: "/dev/stdout" } } },
      },
      { labels: { team: "a" }, annotations: { note: "n", ...fluxOptOut } },
    ),
  );
  expect(users).toEqual(
    object("VirtualService", "shop", service("shop").spec, {
      annotations: {
        "gateway.appmesh.k8s.aws/expose": "true",
        "gateway.appmesh.k8s.aws/domain": "shop.example.com,",
      },
    }),
  );
  expect(tests).toEqual(service("shop-canary"));
});

describe("keeps the contract", () => {
  const retries = { attempts: 2, retryOn: "connection-error" };
  const services: readonly Given["service"][] = [
    {},
    { timeout: "15s", retries, hosts: ["example.com"], backends: ["one", "arn:two"] },
    { portName: "grpc", timeout: "1s", targetPort: 8080 },
    { match: [{ uri: { prefix: "/api" } }], hosts: ["example.com"], retries: {} },
  ];
  const matches = [[], [{ headers: { a: { exact: "1" } } }], [{ headers: { a: { suffix: "1" }, b: { regex: "2" } } }]];
  const annotations = { "appmesh.flagger.app/accesslog": "enabled" };
  const canaries = services.flatMap((each) =>
    matches.flatMap((match): Given[] => [
      { service: { ...each }, analysis: { match } },
      { service: { ...each }, analysis: { match: [...match, ...match] }, annotations },
    ]),
  );
  keepsContract(appMeshV1beta2, { canaries, stored: taken });
});

test.each<[string, Given, string]>([
  ["timeout", { service: { timeout: "15" } }, 'spec.service.timeout: invalid duration "15"'],
  ["cause of retries", { service: { retries: { retryOn: "5xx" } } }, "spec.service.retries.retryOn: must be of"],
  ["match", { analysis: { match: [{ queryParams: { a: { exact: "1" } } }] } }, "spec.analysis.match[0].queryParams"],
])("refuses a wrong %s", (_, given, message) => {
  const render = () => operate(appMeshV1beta2).route(canaryWith(given), allToPrimary);
  expect(render).toThrow(InvalidSpec);
  expect(render).toThrow(message);
});

test("needs a service", () => {
  const { service: _, ...spec } = canaryWith().spec;
  const render = () => operate(appMeshV1beta2).route({ ...canaryWith(), spec }, allToPrimary);
  expect(render).toThrow(new InvalidSpec("canary podinfo.test must have spec.service.port"));
});

describe("reads", () => {
  const canary = canaryWith();

  /** The cluster with a share of 40, taken by App Mesh, after this edit of the objects of that kind and name. */
  function readAfter(kind: string, name: string, edited: (live: KubeObject) => object): unknown {
    const { route, edit, read } = operate(appMeshV1beta2);
    route(canary, share(40));
    edit(taken);
    edit((live) => (live.kind === kind && live.metadata.name === name ? (edited(live) as KubeObject) : live));
    return read(canary);
  }
  const withTargets =
    (...weightedTargets: readonly object[]) =>
    (live: KubeObject) => ({
      ...live,
      spec: { routes: [{ name: "podinfo", httpRoute: { action: { weightedTargets } } }] },
    });
  const target = (name: string, weight?: number) => ({
    virtualNodeRef: { name },
    ...(weight !== undefined && { weight }),
  });
  const neither = { notReady: "VirtualRouter podinfo.test sends requests to neither primary nor canary" };

  test.each<[string, string, string, (live: KubeObject) => object, unknown]>([
    ["what it has written", "VirtualRouter", "podinfo", (live) => live, share(40)],
    [
      "other weights",
      "VirtualRouter",
      "podinfo",
      withTargets(target("podinfo-primary", 3), target("podinfo-canary", 1)),
      share(25),
    ],
    [
      "no weights",
      "VirtualRouter",
      "podinfo",
      withTargets(target("podinfo-primary"), target("podinfo-canary", 0)),
      neither,
    ],
    ["other targets", "VirtualRouter", "podinfo", withTargets({ virtualNodeARN: "arn:x", weight: 1 }), neither],
    [
      "null for targets",
      "VirtualRouter",
      "podinfo",
      (live) => ({ ...live, spec: { routes: [{ name: "a", httpRoute: { action: { weightedTargets: null } } }] } }),
      neither,
    ],
    ["null for routes", "VirtualRouter", "podinfo", (live) => ({ ...live, spec: { routes: null } }), neither],
    ["no spec", "VirtualRouter", "podinfo", ({ spec: _, ...live }: KubeObject & { spec?: unknown }) => live, neither],
    [
      "a router that has changed since",
      "VirtualRouter",
      "podinfo",
      (live) => ({ ...live, metadata: { ...live.metadata, generation: 4 } }),
      { notReady: "VirtualRouter podinfo.test not ready: the App Mesh controller has not yet taken its last change" },
    ],
    [
      "a node that nobody has looked at",
      "VirtualNode",
      "podinfo-canary",
      (live) => ({ ...live, status: {} }),
      { notReady: "VirtualNode podinfo-canary.test not ready: no App Mesh controller has looked at it" },
    ],
    [
      "a service that is not active",
      "VirtualService",
      "podinfo",
      (live) => ({
        ...live,
        status: { conditions: [{ type: "VirtualServiceActive", status: "False", message: "no" }] },
      }),
      { notReady: "VirtualService podinfo.test not ready: VirtualServiceActive is False, no" },
    ],
  ])("%s", (_, kind, name, edited, routes) => {
    expect(readAfter(kind, name, edited)).toEqual(routes);
  });

  test("that there is nothing", () => {
    expect(operate(appMeshV1beta2).read(canary)).toEqual({
      notReady: "VirtualNode podinfo-primary.test does not exist",
    });
  });
});

describe("objects that were there before", () => {
  const theirs = (kind: string, name: string, spec: object, annotations: Readonly<Record<string, string>>) =>
    ({
      apiVersion: "appmesh.k8s.aws/v1beta2",
      kind,
      metadata: { name, namespace: "test", labels: { team: "old" }, annotations, finalizers: ["theirs"] },
      spec,
    }) as KubeObject;
  const exposed = { "gateway.appmesh.k8s.aws/expose": "true" };
  const tls = { mode: "STRICT", certificate: { acm: { certificateARN: "arn:cert" } } };
  const backendDefaults = { clientPolicy: { tls: { enforce: true } } };
  const before = [
    theirs(
      "VirtualNode",
      "podinfo-primary",
      {
        backendDefaults,
        listeners: [{ portMapping: { port: 80, protocol: "http" }, tls }],
        logging: { accessLog: {} },
      },
      { theirs: "1" },
    ),
    theirs("VirtualRouter", "podinfo", { awsName: "old", routes: [{ name: "old" }] }, { theirs: "1" }),
    theirs("VirtualService", "podinfo", { provider: { virtualNode: { virtualNodeRef: { name: "old" } } } }, exposed),
  ];
  const canary = canaryWith({ service: { apex: { labels: { tier: "web" } } } });

  test("are used, and keep what is not the Canary's", () => {
    const { route, all } = operate(appMeshV1beta2, before);
    route(canary, share(30));
    const [usedNode, usedRouter, usedService] = all();
    const metadata = { namespace: "test", labels: { team: "old" }, finalizers: ["theirs"] };
    expect(usedNode).toMatchObject({
      metadata: { ...metadata, labels: { team: "old", tier: "web" }, annotations: { theirs: "1", ...fluxOptOut } },
      spec: {
        backendDefaults,
        listeners: [{ portMapping: { port: 9898, protocol: "http" }, tls }],
        logging: { accessLog: {} },
        podSelector: { matchLabels: { app: "podinfo-primary" } },
      },
    });
    expect(usedRouter).toMatchObject({
      metadata: { ...metadata, annotations: { theirs: "1" } },
      spec: { awsName: "old", routes: [{ name: "podinfo", httpRoute: { action: weighted(70, 30) } }] },
    });
    expect(usedService).toMatchObject({
      metadata: { ...metadata, annotations: exposed },
      spec: { provider: { virtualRouter: { virtualRouterRef: { name: "podinfo" } } } },
    });
    for (const used of [usedNode, usedRouter, usedService]) expect(used?.metadata.ownerReferences).toBeUndefined();
  });

  test("stay as they are when the Canary goes", () => {
    const { route, undo } = operate(appMeshV1beta2, before);
    route(canary, allToCanary);
    expect(undo(canary)).toEqual([]);
  });

  test("of this Canary get its labels in place of those before", () => {
    const owned = before.map((each) => ({
      ...each,
      metadata: { ...each.metadata, ownerReferences: [ownerReference(canary)] },
    }));
    const { route, all } = operate(appMeshV1beta2, owned);
    route(canary, allToPrimary);
    expect(all().map(({ metadata }) => metadata.labels)).toEqual([
      { tier: "web" },
      { team: "old" },
      { team: "old" },
      { tier: "web" },
      undefined,
      undefined,
    ]);
  });
});
