import { describe, expect, test } from "vitest";
import { InvalidSpec } from "../../api/errors.ts";
import { allToCanary, allToPrimary, everyoneToCanary } from "../../api/routes.ts";
import type { Routes } from "../../api/routes.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import { canaryWith, keepsContract, operate, share } from "../testdata/contract.ts";
import type { Given } from "../testdata/contract.ts";
import { appMesh, appMeshV1beta1 } from "./appmesh-v1beta1.ts";
import { fluxOptOut, ownerReferences } from "../testdata/podinfo.ts";

function object<Spec>(kind: string, name: string, spec: Spec, more: object = {}) {
  return {
    apiVersion: "appmesh.k8s.aws/v1beta1",
    kind,
    metadata: { name, namespace: "test", ownerReferences, ...more },
    spec,
  };
}

const inMesh = (given: Given = {}): Given => ({ ...given, service: { meshName: "global", ...given.service } });

/** The objects that a Canary without any makes, in order. */
function made(given: Given, routes: Routes): readonly unknown[] {
  return operate(appMesh)
    .route(canaryWith(inMesh(given)), routes)
    .map((change) => change.kind === "create" && change.object);
}

/** The object as App Mesh's controller leaves it. */
function taken(live: KubeObject): KubeObject {
  const types =
    live.kind === "VirtualNode"
      ? ["VirtualNodeActive"]
      : ["VirtualServiceActive", "VirtualRouterActive", "RoutesActive"];
  return { ...live, status: { conditions: types.map((type) => ({ type, status: "True" })) } } as KubeObject;
}

const usual: Given = { service: { portName: "http", backends: ["backend.test"] } };
const listeners = [{ portMapping: { port: 9898, protocol: "http" } }];

const node = (name: string, service: string) =>
  object(
    "VirtualNode",
    name,
    {
      meshName: "global",
      listeners,
      serviceDiscovery: { dns: { hostName: `${service}.test` } },
      backends: [{ virtualService: { virtualServiceName: "backend.test" } }],
    },
    { annotations: fluxOptOut },
  );
const weighted = (primary: number, canary: number) => ({
  weightedTargets: [
    { virtualNodeName: "podinfo-canary", weight: canary },
    { virtualNodeName: "podinfo-primary", weight: primary },
  ],
});
const service = (name: string, primary: number, canary: number) =>
  object("VirtualService", `${name}.test`, {
    meshName: "global",
    virtualRouter: { name, listeners },
    routes: [{ name, http: { match: { prefix: "/" }, action: weighted(primary, canary) } }],
  });

test.each([0, 20, 60, 100])("makes all that a canary with a share of %d needs", (canary) => {
  expect(made(usual, share(canary))).toEqual([
    node("podinfo", "podinfo-primary"),
    node("podinfo-primary", "podinfo-primary"),
    node("podinfo-canary", "podinfo-canary"),
    service("podinfo", 100 - canary, canary),
    service("podinfo-canary", 0, 100),
  ]);
});

test("a share changes nothing but the service that users call", () => {
  const canary = canaryWith(inMesh(usual));
  const { route, edit, find } = operate(appMesh);
  route(canary, allToPrimary);
  edit(taken);
  const at = appMesh.inputs(canary)[3];
  const resourceVersion = find(at)?.metadata.resourceVersion;
  const { routes } = service("podinfo", 80, 20).spec;
  expect(route(canary, share(20))).toEqual([
    { kind: "patch", ...at, patch: { type: "merge", body: { metadata: { resourceVersion }, spec: { routes } } } },
  ]);
});

test("VirtualNodes with labels and annotations are not written again", () => {
  const apex = { labels: { team: "a" }, annotations: { note: "n" } };
  const canary = canaryWith(inMesh({ service: { apex } }));
  const { route, edit, all } = operate(appMesh);
  route(canary, allToPrimary);
  edit(taken);
  expect(route(canary, allToPrimary)).toEqual([]);
  expect(all().map(({ metadata: { labels, annotations } }) => ({ labels, annotations }))).toEqual([
    ...Array.from({ length: 3 }, () => ({ labels: { team: "a" }, annotations: { note: "n", ...fluxOptOut } })),
    ...Array.from({ length: 2 }, () => ({ labels: undefined, annotations: undefined })),
  ]);
});

test.each([
  ["the primary", allToCanary, "podinfo-primary"],
  ["the canary", everyoneToCanary, "podinfo-canary"],
])("an A/B test sends everybody else to %s", (_, routes, rest) => {
  const given: Given = {
    service: {
      hosts: ["example.com", "www.example.com"],
      timeout: "25s",
      match: [{ uri: { prefix: "/api" } }],
      retries: { attempts: 3, perTryTimeout: "1s", retryOn: "gateway-error,connection-error" },
    },
    analysis: { iterations: 5, match: [{ headers: { "x-user": { suffix: "-insider" } } }] },
  };
  const retryPolicy = {
    maxRetries: 3,
    perRetryTimeoutMillis: 1000,
    httpRetryEvents: ["gateway-error"],
    tcpRetryEvents: ["connection-error"],
  };
  const spec = (name: string, routesOfIt: readonly unknown[]) => ({
    meshName: "global",
    virtualRouter: { name, listeners },
    routes: routesOfIt,
  });
  expect(made(given, routes).slice(3)).toEqual([
    object(
      "VirtualService",
      "podinfo.test",
      spec("podinfo", [
        {
          name: "podinfo-a",
          priority: 10,
          http: {
            match: { prefix: "/api", headers: [{ name: "x-user", match: { suffix: "-insider" } }] },
            action: weighted(0, 100),
            retryPolicy,
          },
        },
        {
          name: "podinfo-b",
          priority: 20,
          http: {
            match: { prefix: "/api" },
            action: { weightedTargets: [{ virtualNodeName: rest, weight: 100 }] },
            retryPolicy,
          },
        },
      ]),
      {
        annotations: {
          "gateway.appmesh.k8s.aws/expose": "true",
          "gateway.appmesh.k8s.aws/domain": "example.com,www.example.com,",
          "gateway.appmesh.k8s.aws/timeout": "25s",
          "gateway.appmesh.k8s.aws/retries": "3",
        },
      },
    ),
    object(
      "VirtualService",
      "podinfo-canary.test",
      spec("podinfo-canary", [
        {
          name: "podinfo-canary",
          http: { match: { prefix: "/api" }, action: weighted(0, 100), retryPolicy },
        },
      ]),
    ),
  ]);
});

test("follows the rest of the Canary", () => {
  const given: Given = {
    annotations: { "appmesh.flagger.app/accesslog": "enabled" },
    service: { name: "shop", port: 80, targetPort: 8080, portName: "grpc", timeout: "15s" },
  };
  const [, , tested] = made(given, allToPrimary);
  expect(tested).toEqual(
    object(
      "VirtualNode",
      "shop-canary",
      {
        meshName: "global",
        listeners: [{ portMapping: { port: 80, protocol: "grpc" } }],
        serviceDiscovery: { dns: { hostName: "shop-canary.test" } },
        logging: { accessLog: { file: { path: "/dev/stdout" } } },
      },
      { annotations: fluxOptOut },
    ),
  );
});

test("has a name with the version, too", () => {
  expect([appMesh.name, appMeshV1beta1.name]).toEqual(["appmesh", "appmesh:v1beta1"]);
  expect(appMeshV1beta1).toEqual({ ...appMesh, name: "appmesh:v1beta1" });
});

describe("keeps the contract", () => {
  const services: readonly Given["service"][] = [
    {},
    { hosts: ["example.com"], timeout: "15s", retries: { attempts: 2 }, backends: ["one.test"] },
    { portName: "grpc", match: [{ uri: { prefix: "/api" } }], meshName: "other" },
  ];
  const matches = [[], [{ headers: { a: { exact: "1" } } }], [{ headers: { a: { suffix: "1" }, b: { regex: "2" } } }]];
  const annotations = { "appmesh.flagger.app/accesslog": "enabled" };
  const canaries = services.flatMap((each) =>
    matches.flatMap((match): Given[] => [
      inMesh({ service: { ...each }, analysis: { match } }),
      inMesh({ service: { ...each }, analysis: { match: [...match, ...match] }, annotations }),
    ]),
  );
  keepsContract(appMesh, { canaries, stored: taken });
});

test.each([undefined, ""])("does not work in the mesh %j", (meshName) => {
  const canary = canaryWith({ service: meshName === undefined ? {} : { meshName } });
  expect(() => appMesh.inputs(canary)).toThrow(
    new InvalidSpec("canary podinfo.test must have spec.service.meshName: name its App Mesh mesh"),
  );
});

test("refuses retries on statuses of gRPC, for which v1beta1 has no routes", () => {
  const given = inMesh({ service: { portName: "grpc", retries: { retryOn: "unavailable" } } });
  expect(() => operate(appMesh).route(canaryWith(given), allToPrimary)).toThrow(InvalidSpec);
});

describe("reads", () => {
  const canary = canaryWith(inMesh());

  /** The cluster with a share of 40, taken by App Mesh, after this edit of the objects of that kind and name. */
  function readAfter(kind: string, name: string, edited: (live: KubeObject) => object): unknown {
    const { route, edit, read } = operate(appMesh);
    route(canary, share(40));
    edit(taken);
    edit((live) => (live.kind === kind && live.metadata.name === name ? (edited(live) as KubeObject) : live));
    return read(canary);
  }
  const withTargets =
    (...weightedTargets: readonly object[]) =>
    (live: KubeObject) => ({ ...live, spec: { routes: [{ name: "podinfo", http: { action: { weightedTargets } } }] } });
  const target = (virtualNodeName: string, weight: number) => ({ virtualNodeName, weight });
  const neither = { notReady: "VirtualService podinfo.test.test sends requests to neither primary nor canary" };

  test.each<[string, string, string, (live: KubeObject) => object, unknown]>([
    ["what it has written", "VirtualService", "podinfo.test", (live) => live, share(40)],
    [
      "other weights",
      "VirtualService",
      "podinfo.test",
      withTargets(target("podinfo-primary", 1), target("podinfo-canary", 1)),
      share(50),
    ],
    [
      "no weights",
      "VirtualService",
      "podinfo.test",
      withTargets(target("podinfo-primary", 0), target("podinfo-canary", 0)),
      neither,
    ],
    ["only the primary", "VirtualService", "podinfo.test", withTargets(target("podinfo-primary", 1)), neither],
    [
      "routes without HTTP",
      "VirtualService",
      "podinfo.test",
      (live) => ({
        ...live,
        spec: {
          routes: [
            { name: "tcp", tcp: {} },
            { name: "null", http: null },
          ],
        },
      }),
      neither,
    ],
    ["null for routes", "VirtualService", "podinfo.test", (live) => ({ ...live, spec: { routes: null } }), neither],
    [
      "routes that are not active",
      "VirtualService",
      "podinfo.test",
      (live) => ({
        ...live,
        status: {
          conditions: [
            { type: "VirtualServiceActive", status: "True" },
            { type: "RoutesActive", status: "False" },
          ],
        },
      }),
      { notReady: "VirtualService podinfo.test.test not ready: RoutesActive is False" },
    ],
    [
      "a node with the status that Flagger leaves",
      "VirtualNode",
      "podinfo",
      (live) => ({ ...live, status: { conditions: null } }),
      { notReady: "VirtualNode podinfo.test not ready: no App Mesh controller has looked at it" },
    ],
  ])("%s", (_, kind, name, edited, routes) => {
    expect(readAfter(kind, name, edited)).toEqual(routes);
  });

  test("that there is nothing", () => {
    expect(operate(appMesh).read(canary)).toEqual({ notReady: "VirtualNode podinfo.test does not exist" });
  });
});

describe("objects that were there before", () => {
  const healthCheck = { protocol: "http", path: "/healthz" };
  const metadata = { namespace: "test", labels: { team: "old" }, annotations: { theirs: "1" }, finalizers: ["theirs"] };
  const before = [
    {
      apiVersion: "appmesh.k8s.aws/v1beta1",
      kind: "VirtualNode",
      metadata: { ...metadata, name: "podinfo-primary" },
      spec: { meshName: "old", listeners: [{ portMapping: { port: 80, protocol: "tcp" }, healthCheck }] },
    },
    {
      apiVersion: "appmesh.k8s.aws/v1beta1",
      kind: "VirtualService",
      metadata: { ...metadata, name: "podinfo.test" },
      spec: { meshName: "old", theirs: true, routes: [{ name: "old" }] },
    },
  ] as const;
  const canary = canaryWith(inMesh({ service: { apex: { labels: { tier: "web" } } } }));

  test("are used, and keep what is not the Canary's", () => {
    const { route, all } = operate(appMesh, before);
    route(canary, share(30));
    const [usedNode, usedService] = all();
    expect(usedNode).toMatchObject({
      metadata: { ...metadata, labels: { team: "old", tier: "web" }, annotations: { theirs: "1", ...fluxOptOut } },
      spec: { meshName: "global", listeners: [{ portMapping: { port: 9898, protocol: "http" }, healthCheck }] },
    });
    expect(usedService).toMatchObject({
      metadata,
      spec: { ...service("podinfo", 70, 30).spec, theirs: true },
    });
    expect([usedNode, usedService].map((used) => used?.metadata.ownerReferences)).toEqual([undefined, undefined]);
  });

  test("stay as they are when the Canary goes", () => {
    const { route, undo } = operate(appMesh, before);
    route(canary, allToCanary);
    expect(undo(canary)).toEqual([]);
  });
});
