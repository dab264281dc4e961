import { describe, expect, test } from "vitest";
import type { CanaryService } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { allToCanary, allToPrimary, everyoneToCanary } from "../../api/routes.ts";
import type { Routes } from "../../api/routes.ts";
import type { RouterView } from "../router.ts";
import { canaryWith, keepsContract, share } from "../testdata/contract.ts";
import type { Given } from "../testdata/contract.ts";
import { after, fluxOptOut, ownerReferences, source } from "../testdata/podinfo.ts";
import { traefikServices } from "./traefik-service.ts";
import type { TraefikService, WeightedService } from "./traefik-service.ts";
import { traefik } from "./traefik.ts";

function view(live?: TraefikService, given?: Given): RouterView<readonly [TraefikService]> {
  return { ...source(), canary: canaryWith(given), live: [live] };
}

/** The TraefikService after `render`. */
function rendered(routes: Routes, live?: TraefikService, given?: Given): TraefikService {
  return after<TraefikService>(traefik.render(view(live, given), routes)[0], live);
}

const primary = (weight: number) => ({ name: "podinfo-primary", namespace: "test", port: 9898, weight });
const canary = (weight: number) => ({ name: "podinfo-canary", namespace: "test", port: 9898, weight });
const withServices = (services: readonly WeightedService[]): TraefikService => ({
  metadata: { name: "podinfo", namespace: "test" },
  spec: { weighted: { services } },
});

test("asks for the TraefikService of the apex", () => {
  expect(traefik.inputs(canaryWith({ service: { name: "shop" } }))).toEqual([
    { resource: traefikServices, key: { name: "shop", namespace: "test" } },
  ]);
});

test("makes it, and takes from the Canary what Traefik can do", () => {
  const service: Partial<CanaryService> = {
    timeout: "15s",
    hosts: ["app.example.com"],
    retries: { attempts: 3, perTryTimeout: "1s", retryOn: "gateway-error" },
    headers: { request: { add: { "x-a": "1" } }, response: { remove: ["x-b"] } },
    apex: { labels: { tier: "web" }, annotations: { note: "x" } },
  };
  const analysis = { match: [{ headers: { "x-user": { exact: "insider" } } }] };
  expect(traefik.render(view(undefined, { service, analysis }), share(20))).toEqual([
    {
      kind: "create",
      resource: traefikServices,
      object: {
        apiVersion: "traefik.io/v1alpha1",
        kind: "TraefikService",
        metadata: {
          name: "podinfo",
          namespace: "test",
          labels: { tier: "web" },
          annotations: { note: "x", ...fluxOptOut },
          ownerReferences,
        },
        spec: { weighted: { services: [primary(80), canary(20)] } },
      },
    },
  ]);
});

test("needs a service", () => {
  const bare = source().canary;
  const { service: _, ...spec } = bare.spec;
  expect(() => traefik.render({ ...view(), canary: { ...bare, spec } }, allToPrimary)).toThrow(
    new InvalidSpec("canary podinfo.test must have spec.service.port"),
  );
});

test.each<[string, Routes, readonly WeightedService[]]>([
  ["at rest", allToPrimary, [primary(100)]],
  ["in a first step", share(1), [primary(99), canary(1)]],
  ["in a further step", share(60), [primary(40), canary(60)]],
  ["with all users on the canary", allToCanary, [canary(100)]],
  ["with everybody on the canary", everyoneToCanary, [canary(100)]],
  ["with a mirror, which it has not", { ...allToPrimary, mirrored: true }, [primary(100)]],
])("names only Services that have a share: %s", (_, routes, services) => {
  for (const live of [undefined, rendered(allToPrimary), rendered(share(50)), rendered(allToCanary)]) {
    const object = rendered(routes, live);
    expect(object.spec).toEqual({ weighted: { services } });
    expect(traefik.read(view(object))).toEqual(share(routes.canary));
  }
});

test("changes its weights and nothing else", () => {
  const live = rendered(share(20));
  const stored = { ...live, metadata: { ...live.metadata, resourceVersion: "5" } };
  expect(traefik.render(view(stored), share(40))).toEqual([
    {
      kind: "patch",
      resource: traefikServices,
      key: { name: "podinfo", namespace: "test" },
      patch: {
        type: "merge",
        body: {
          metadata: { resourceVersion: "5" },
          spec: { weighted: { services: [primary(60), canary(40)] } },
        },
      },
    },
  ]);
});

describe("a TraefikService that exists", () => {
  const made = rendered(share(40), undefined, { service: { apex: { labels: { team: "old" } } } });

  test("keeps its weights when the spec changes in the middle of a run", () => {
    const service = { port: 80, apex: { labels: { team: "new" } } };
    expect(rendered(share(40), made, { service })).toEqual({
      ...made,
      metadata: { ...made.metadata, labels: { team: "new" } },
      spec: {
        weighted: {
          services: [
            { ...primary(60), port: 80 },
            { ...canary(40), port: 80 },
          ],
        },
      },
    });
  });

  test("loses labels that are no longer wanted", () => {
    const { labels: _, ...metadata } = made.metadata;
    expect(rendered(share(40), made)).toEqual({ ...made, metadata });
  });

  test("is used when a user made it, stays theirs and keeps what they put on it", () => {
    const sticky = { cookie: { name: "shop" } };
    const theirs = {
      metadata: { name: "podinfo", namespace: "test", labels: { team: "a" }, annotations: { theirs: "1" } },
      spec: { weighted: { services: [{ name: "podinfo", port: 9898 }], sticky } },
    };
    const taken = rendered(share(40), theirs, { service: { apex: { labels: { tier: "web" } } } });
    expect(taken).toEqual({
      metadata: {
        name: "podinfo",
        namespace: "test",
        labels: { team: "a", tier: "web" },
        annotations: { theirs: "1", ...fluxOptOut },
      },
      spec: { weighted: { services: [primary(60), canary(40)], sticky } },
    });
    expect(traefik.undo(view(taken))).toEqual([]);
  });

  test("has nothing to give back, nor has one that is gone", () => {
    expect(traefik.undo(view(made))).toEqual([]);
    expect(traefik.undo(view())).toEqual([]);
  });

  test("with both weights at 100 is corrected", () => {
    const even = withServices([primary(100), canary(100)]);
    expect(traefik.read(view(even))).toEqual(share(50));
    expect(rendered(allToPrimary, even).spec).toEqual({ weighted: { services: [primary(100)] } });
  });
});

const neither = { notReady: "TraefikService podinfo.test sends requests to neither primary nor canary" };

test.each<[string, TraefikService | undefined, ReturnType<typeof traefik.read>]>([
  ["that does not exist", undefined, { notReady: "TraefikService podinfo.test does not exist" }],
  ["with other weights", withServices([primary(3), canary(1)]), share(25)],
  ["with weights that do not come out even", withServices([primary(2), canary(1)]), share(33)],
  ["that Flagger left with all users on the canary", withServices([primary(0), canary(100)]), allToCanary],
  ["with a weight that is not given", withServices([primary(3), { name: "podinfo-canary", port: 9898 }]), share(25)],
  ["of one Service without a weight", withServices([{ name: "podinfo-canary" }]), allToCanary],
  ["without weights", withServices([primary(0), canary(0)]), neither],
  ["for others", withServices([{ name: "podinfo", port: 9898, weight: 1 }]), neither],
  ["for another TraefikService", withServices([{ ...primary(1), kind: "TraefikService" }]), neither],
  ["without services", withServices([]), neither],
  ["for something else", { metadata: { name: "podinfo" }, spec: {} }, neither],
  ["without a spec", { metadata: { name: "podinfo" } }, neither],
])("reads one %s", (_, live, routes) => {
  expect(traefik.read(view(live))).toEqual(routes);
});

describe("the contract", () => {
  const canaries: readonly Given[] = [
    {},
    { service: { port: 80 } },
    { service: { apex: { labels: { tier: "web" } }, timeout: "15s", hosts: ["app.example.com"] } },
    { analysis: { match: [{ headers: { "x-user": { exact: "insider" } } }] } },
  ];
  keepsContract(traefik, { canaries });
});

describe("the contract, with a TraefikService that was there before", () => {
  const theirs = { ...withServices([primary(100), canary(100)]), apiVersion: "traefik.io/v1alpha1" };
  keepsContract(traefik, {
    canaries: [{}, { service: { port: 80 } }],
    objects: [{ ...theirs, kind: "TraefikService" }],
  });
});
