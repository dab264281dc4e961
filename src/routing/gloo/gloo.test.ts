import { describe, expect, test } from "vitest";
import type { CanarySpec } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { allToCanary, allToPrimary, everyoneToCanary } from "../../api/routes.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import { gloo } from "./gloo.ts";
import { routeTables } from "./route-table.ts";
import type { RouteTable } from "./route-table.ts";
import { upstreams } from "./upstream.ts";
import type { Upstream, UpstreamSpec } from "./upstream.ts";
import { canaryWith, keepsContract, operate, share } from "../testdata/contract.ts";
import type { Given } from "../testdata/contract.ts";
import { fluxOptOut, ownerReferences, source } from "../testdata/podinfo.ts";

type Named = NonNullable<CanarySpec["upstreamRef"]>;

/** A Canary that takes over the settings of an Upstream. */
const taking = (ref: Partial<Named> = {}): Given => ({
  spec: { upstreamRef: { apiVersion: "gloo.solo.io/v1", kind: "Upstream", name: "model", ...ref } },
});

const object = (kind: string, apiVersion: string, name: string, namespace: string): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
});
const upstream = (name: string, spec: UpstreamSpec, namespace = "test"): Upstream => ({
  ...object("Upstream", "gloo.solo.io/v1", name, namespace),
  spec,
});

const primaryUpstream = "test-podinfo-primaryupstream-9898";
const canaryUpstream = "test-podinfo-canaryupstream-9898";
const kube = (workload: string, app: string) => ({
  serviceName: workload,
  serviceNamespace: "test",
  servicePort: 9898,
  selector: { app },
});
const to = (name: string) => ({ upstream: { name, namespace: "test" } });
/** The action of a route with these weights. */
const weighted = (primary: object, canary: object) => ({
  multi: {
    destinations: [
      { destination: to(primaryUpstream), ...primary },
      { destination: to(canaryUpstream), ...canary },
    ],
  },
});

/** The objects of a cluster by kind and name, without what the API server adds. */
function objectsOf(all: readonly KubeObject[]): Readonly<Record<string, object>> {
  return Object.fromEntries(
    all.map(({ metadata: { uid: _, resourceVersion: __, ...metadata }, ...rest }) => [
      `${rest.kind ?? ""} ${metadata.name}`,
      { ...rest, metadata },
    ]),
  );
}

/** What is there after the first `render`. */
function made(given: Given, routes = allToPrimary, objects: readonly KubeObject[] = []) {
  const cluster = operate(gloo, objects);
  cluster.route(canaryWith(given), routes);
  return objectsOf(cluster.all());
}

describe("inputs", () => {
  test("asks for the RouteTable and both Upstreams", () => {
    expect(gloo.inputs(canaryWith({ service: { name: "shop", port: 80 } }))).toEqual([
      { resource: routeTables, key: { name: "shop", namespace: "test" } },
      { resource: upstreams, key: { name: "test-shop-primaryupstream-80", namespace: "test" } },
      { resource: upstreams, key: { name: "test-shop-canaryupstream-80", namespace: "test" } },
    ]);
  });

  test.each([
    ["its own namespace", {}, "test"],
    ["its own namespace, written empty", { namespace: "" }, "test"],
    ["another namespace", { namespace: "gloo-system" }, "gloo-system"],
  ])("asks for the Upstream of upstreamRef in %s", (_, ref, namespace) => {
    expect(gloo.inputs(canaryWith(taking(ref)))[3]).toEqual({ resource: upstreams, key: { name: "model", namespace } });
  });

  test("does not work without a service", () => {
    const { canary } = source();
    const { service: _, ...spec } = canary.spec;
    expect(() => gloo.inputs({ ...canary, spec })).toThrow(
      new InvalidSpec("canary podinfo.test must have spec.service.port"),
    );
  });
});

describe("a Canary with step weights", () => {
  const canary = canaryWith({ analysis: { iterations: 0, stepWeight: 20, maxWeight: 60 } });

  test("gets two Upstreams, then the RouteTable", () => {
    const upstreamOf = (name: string, spec: UpstreamSpec) => ({
      kind: "create",
      resource: upstreams,
      object: {
        apiVersion: "gloo.solo.io/v1",
        kind: "Upstream",
        metadata: { name, namespace: "test", ownerReferences },
        spec,
      },
    });
    expect(operate(gloo).route(canary, allToPrimary)).toEqual([
      upstreamOf(primaryUpstream, { kube: kube("podinfo-primary", "podinfo-primary") }),
      upstreamOf(canaryUpstream, { kube: kube("podinfo-canary", "podinfo") }),
      {
        kind: "create",
        resource: routeTables,
        object: {
          apiVersion: "gateway.solo.io/v1",
          kind: "RouteTable",
          metadata: { name: "podinfo", namespace: "test", annotations: fluxOptOut, ownerReferences },
          spec: { routes: [{ inheritablePathMatchers: true, routeAction: weighted({ weight: 100 }, {}) }] },
        },
      },
    ]);
  });

  test("goes through its steps by changes of the RouteTable alone", () => {
    const { route, read } = operate(gloo);
    route(canary, allToPrimary);
    const steps = [share(20), share(60), allToCanary, allToPrimary].map((routes) => {
      const changes = route(canary, routes);
      expect(read(canary)).toEqual(routes);
      expect(route(canary, routes)).toEqual([]);
      return changes.map((change) => (change.kind === "patch" ? [change.resource, change.patch.body] : change));
    });
    const patch = (resourceVersion: string, primary: object, tested: object) => [
      [
        routeTables,
        {
          metadata: { resourceVersion },
          spec: { routes: [{ inheritablePathMatchers: true, routeAction: weighted(primary, tested) }] },
        },
      ],
    ];
    expect(steps).toEqual([
      patch("3", { weight: 80 }, { weight: 20 }),
      patch("4", { weight: 40 }, { weight: 60 }),
      patch("5", {}, { weight: 100 }),
      patch("6", { weight: 100 }, {}),
    ]);
  });

  test("keeps its weights when the spec changes in the middle of a run", () => {
    const { route, read } = operate(gloo);
    route(canary, share(40));
    const changed = canaryWith({ service: { apex: { labels: { team: "a" } } } });
    expect(route(changed, share(40))).toEqual([
      {
        kind: "patch",
        resource: routeTables,
        key: { name: "podinfo", namespace: "test" },
        patch: { type: "merge", body: { metadata: { labels: { team: "a" }, resourceVersion: "3" } } },
      },
    ]);
    expect(read(changed)).toEqual(share(40));
  });
});

test("puts the labels and annotations of the apex on the RouteTable only", () => {
  const apex = {
    labels: { team: "a" },
    annotations: { note: "n", "kustomize.toolkit.fluxcd.io/reconcile": "enabled" },
  };
  const objects = made({ service: { apex } });
  expect(objects).toMatchObject({
    "RouteTable podinfo": { metadata: { labels: { team: "a" }, annotations: { note: "n", ...fluxOptOut } } },
  });
  for (const name of [primaryUpstream, canaryUpstream]) {
    expect(objects[`Upstream ${name}`]).toMatchObject({ metadata: { name, namespace: "test", ownerReferences } });
    expect(objects[`Upstream ${name}`]).not.toHaveProperty("metadata.labels");
    expect(objects[`Upstream ${name}`]).not.toHaveProperty("metadata.annotations");
  }
});

describe("A/B testing", () => {
  const match = [
    { headers: { "x-canary": { exact: "insider" }, cookie: { regex: "^(.*?;)?(canary=always)(;.*)?$" } } },
    { queryParams: { beta: { exact: "yes" } } },
  ];
  const given: Given = { analysis: { iterations: 5, match } };
  const matchers = [
    {
      headers: [
        { name: "cookie", value: "^(.*?;)?(canary=always)(;.*)?$", regex: true },
        { name: "x-canary", value: "insider" },
      ],
    },
    { queryParameters: [{ name: "beta", value: "yes" }] },
  ];
  const inheritablePathMatchers = true;

  test.each([
    ["at rest", allToPrimary, weighted({ weight: 100 }, {}), primaryUpstream],
    ["during a run", allToCanary, weighted({}, { weight: 100 }), primaryUpstream],
    ["with weights", share(30), weighted({ weight: 70 }, { weight: 30 }), primaryUpstream],
    ["with nobody on the primary", everyoneToCanary, weighted({}, { weight: 100 }), canaryUpstream],
  ])("has a further route for everybody else: %s", (_, routes, routeAction, rest) => {
    const { [`RouteTable podinfo`]: table } = made(given, routes);
    expect(table).toMatchObject({
      spec: {
        routes: [
          { inheritablePathMatchers, matchers, routeAction },
          { inheritablePathMatchers, routeAction: { single: to(rest) } },
        ],
      },
    });
  });

  test("gives the table that Flagger left a route for everybody else", () => {
    const { route, read, all } = operate(gloo);
    route(canaryWith(), allToCanary);
    expect(read(canaryWith(given))).toEqual(allToCanary);
    route(canaryWith(given), allToCanary);
    expect(objectsOf(all())).toEqual(made(given, allToCanary));
  });

  test("ends with its conditions", () => {
    const { route, all } = operate(gloo);
    route(canaryWith(given), allToPrimary);
    route(canaryWith(), allToPrimary);
    expect(objectsOf(all())).toEqual(made({}));
  });
});

describe("the Upstream of upstreamRef", () => {
  /** All that is copied. */
  const copied = {
    labels: { tier: "web" },
    sslConfig: { secretRef: { name: "tls", namespace: "gloo-system" } },
    circuitBreakers: { maxConnections: 10 },
    connectionConfig: { maxRequestsPerConnection: 51, connectTimeout: "2s" },
    loadBalancerConfig: { roundRobin: { slowStartConfig: { slowStartWindow: "120s" } } },
    useHttp2: true,
    initialStreamWindowSize: 70000,
    initialConnectionWindowSize: 80000,
    httpProxyHostname: "proxy.example.com:443",
  };
  const spec = { ...copied, healthChecks: [{ interval: "5s" }], kube: kube("elsewhere", "elsewhere") };
  const model = upstream("model", spec, "gloo-system");
  const canary = canaryWith(taking({ namespace: "gloo-system" }));
  const specsOf = (all: readonly KubeObject[]) =>
    [primaryUpstream, canaryUpstream].map((name) => {
      const found: Upstream | undefined = all.find(({ metadata }) => metadata.name === name);
      return found?.spec;
    });
  const both = (settings: UpstreamSpec) => [
    { ...settings, kube: kube("podinfo-primary", "podinfo-primary") },
    { ...settings, kube: kube("podinfo-canary", "podinfo") },
  ];

  test("gives its settings to both, and nothing else", () => {
    const { route, all } = operate(gloo, [model]);
    route(canary, allToPrimary);
    expect(specsOf(all())).toEqual(both(copied));
  });

  test.each<[string, UpstreamSpec]>([
    ["a changed load balancer", { ...copied, loadBalancerConfig: { leastRequest: { choiceCount: 2 } } }],
    ["changed connections", { ...copied, connectionConfig: { maxRequestsPerConnection: 20 } }],
    ["one setting alone", { useHttp2: true }],
    ["none", {}],
  ])("is kept in step with: %s", (_, settings) => {
    const { route, edit, all, read } = operate(gloo, [model]);
    route(canary, share(40));
    edit((each) => (each.metadata.name === "model" ? { ...each, spec: settings } : each));
    expect(route(canary, share(40)).map(({ kind, resource }) => [kind, resource.kind])).toEqual([
      ["patch", "Upstream"],
      ["patch", "Upstream"],
    ]);
    expect(specsOf(all())).toEqual(both(settings));
    expect(read(canary)).toEqual(share(40));
    expect(route(canary, share(40))).toEqual([]);
  });

  test("leaves its settings when it goes, and a rollback goes on", () => {
    const { route, all } = operate(gloo, [model]);
    route(canary, share(40));
    const without = operate(
      gloo,
      all().filter(({ metadata }) => metadata.name !== "model"),
    );
    expect(without.route(canary, allToPrimary).map(({ resource }) => resource.kind)).toEqual(["RouteTable"]);
    expect(specsOf(without.all())).toEqual(both(copied));
  });

  test("leaves its settings when it is no longer named", () => {
    const { route, all } = operate(gloo, [model]);
    route(canary, share(40));
    expect(route(canaryWith(), share(40))).toEqual([]);
    expect(specsOf(all())).toEqual(both(copied));
  });

  test("must exist in the beginning", () => {
    expect(() => operate(gloo).route(canary, allToPrimary)).toThrow(
      new InvalidSpec(
        "spec.upstreamRef: Upstream model.gloo-system does not exist: create it, or correct name and namespace",
      ),
    );
  });
});

describe("objects that were there before", () => {
  const theirTable = {
    ...object("RouteTable", "gateway.solo.io/v1", "podinfo", "test"),
    metadata: { name: "podinfo", namespace: "test", labels: { team: "old" }, annotations: { theirs: "1" } },
    spec: { weight: 5, routes: [{ matchers: [{ prefix: "/" }], routeAction: { single: to("theirs") } }] },
  };
  const theirUpstream = upstream(primaryUpstream, {
    circuitBreakers: { maxConnections: 3 },
    kube: { ...kube("old", "old"), serviceSpec: { rest: {} } } as NonNullable<UpstreamSpec["kube"]>,
  });
  const given: Given = { service: { apex: { labels: { tier: "web" } } } };

  test("are used, and stay theirs", () => {
    const objects = made(given, share(40), [theirTable, theirUpstream]);
    expect(objects["RouteTable podinfo"]).toEqual({
      ...theirTable,
      metadata: {
        name: "podinfo",
        namespace: "test",
        labels: { team: "old", tier: "web" },
        annotations: { theirs: "1", ...fluxOptOut },
      },
      spec: {
        weight: 5,
        routes: [{ inheritablePathMatchers: true, routeAction: weighted({ weight: 60 }, { weight: 40 }) }],
      },
    });
    expect(objects[`Upstream ${primaryUpstream}`]).toEqual({
      ...theirUpstream,
      spec: {
        circuitBreakers: { maxConnections: 3 },
        kube: { ...kube("podinfo-primary", "podinfo-primary"), serviceSpec: { rest: {} } },
      },
    });
  });

  test("are not given back, as little as those that the Canary has made", () => {
    const { route, undo } = operate(gloo, [theirTable]);
    route(canaryWith(given), share(40));
    expect(undo(canaryWith(given))).toEqual([]);
  });

  test("lose labels that the Canary no longer asks for if it has made them", () => {
    const { route, all } = operate(gloo);
    route(canaryWith(given), share(40));
    route(canaryWith(), share(40));
    expect(objectsOf(all())).toEqual(made({}, share(40)));
  });
});

describe("the routes that are in effect", () => {
  const canary = canaryWith();
  const needed = () => {
    const cluster = operate(gloo);
    cluster.route(canary, share(40));
    return cluster.all();
  };
  /** What is read when these objects differ. */
  const read = (change: (each: KubeObject) => KubeObject | undefined) =>
    operate(
      gloo,
      needed().flatMap((each) => change(each) ?? []),
    ).read(canary);
  const table = (fields: Partial<RouteTable>) => (each: KubeObject) =>
    each.kind === "RouteTable" ? { ...each, ...fields } : each;
  const routes = (...list: NonNullable<NonNullable<RouteTable["spec"]>["routes"]>) => table({ spec: { routes: list } });

  test.each([
    ["RouteTable", "podinfo", "RouteTable podinfo.test does not exist"],
    ["Upstream", primaryUpstream, `Upstream ${primaryUpstream}.test does not exist`],
    ["Upstream", canaryUpstream, `Upstream ${canaryUpstream}.test does not exist`],
  ])("need the %s %s", (kind, name, notReady) => {
    expect(read((each) => (each.kind === kind && each.metadata.name === name ? undefined : each))).toEqual({
      notReady,
    });
  });

  test.each([
    [{ "gloo-system": { state: "Accepted" } }, share(40)],
    [
      { "gloo-system": { state: "Rejected", reason: "bad matcher" } },
      { notReady: "RouteTable podinfo.test not ready: Gloo in gloo-system says Rejected: bad matcher" },
    ],
    [
      { "gloo-system": { state: "Warning", reason: "route left out" } },
      { notReady: "RouteTable podinfo.test not ready: Gloo in gloo-system says Warning: route left out" },
    ],
  ])("follow what Gloo says of the RouteTable: %j", (statuses, expected) => {
    expect(read(table({ status: { statuses } }))).toEqual(expected);
  });

  test("follow what Gloo says of the Upstreams", () => {
    const status = { statuses: { "gloo-system": { state: "Rejected", reason: "secret not found" } } };
    expect(
      read((each) => (each.metadata.name === canaryUpstream ? ({ ...each, status } as KubeObject) : each)),
    ).toEqual({
      notReady: `Upstream ${canaryUpstream}.test not ready: Gloo in gloo-system says Rejected: secret not found`,
    });
  });

  const nobody = { notReady: "RouteTable podinfo.test sends requests to neither primary nor canary" };
  test.each<[string, (each: KubeObject) => KubeObject, unknown]>([
    ["weights that somebody has made up", routes({ routeAction: weighted({ weight: 2 }, { weight: 1 }) }), share(33)],
    ["weights in another order", routes({ routeAction: weighted({ weight: 1 }, { weight: 3 }) }), share(75)],
    ["weights of 0", routes({ routeAction: weighted({ weight: 0 }, { weight: 0 }) }), nobody],
    ["no weights", routes({ routeAction: weighted({}, {}) }), nobody],
    [
      "somebody else's routes around them",
      routes({ routeAction: { single: to("theirs") } }, {}, { routeAction: weighted({ weight: 90 }, { weight: 10 }) }),
      share(10),
    ],
    ["the primary alone", routes({ routeAction: { single: to(primaryUpstream) } }), nobody],
    ["one destination", routes({ routeAction: { multi: { destinations: [{ weight: 100 }] } } }), nobody],
    ["no destinations", routes({ routeAction: { multi: {} } }), nobody],
    ["an empty action", routes({ routeAction: {} }), nobody],
    ["no routes", routes(), nobody],
    ["an empty spec", table({ spec: {} }), nobody],
    ["a null status", table({ status: null }), share(40)],
  ])("with %s", (_, change, expected) => {
    expect(read(change)).toEqual(expected);
  });

  test("without a spec", () => {
    expect(
      read((each) => {
        if (each.kind !== "RouteTable") return each;
        const { apiVersion = "", kind, metadata } = each;
        return { apiVersion, kind, metadata };
      }),
    ).toEqual(nobody);
  });
});

const features: readonly Given[] = [
  {},
  { service: { apex: { labels: { team: "a" } } } },
  { analysis: { match: [{ headers: { a: { exact: "1" } } }, { queryParams: { b: { regex: "2" } } }] } },
  { analysis: { iterations: 0, stepWeight: 10, mirror: true } },
  { analysis: { sessionAffinity: { cookieName: "c" } } },
];

describe("without upstreamRef", () => {
  keepsContract(gloo, { canaries: features });
});

describe("with upstreamRef", () => {
  keepsContract(gloo, {
    canaries: [...features.map((each) => ({ ...each, ...taking() })), taking({ namespace: "gloo-system" })],
    objects: [
      upstream("model", { useHttp2: true, connectionConfig: { connectTimeout: "2s" } }),
      upstream("model", { loadBalancerConfig: { random: {} } }, "gloo-system"),
    ],
  });
});
