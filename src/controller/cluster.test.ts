import { expect, test } from "vitest";
import { InvalidSpec } from "../api/errors.ts";
import { createClient } from "../kubernetes/http-client.ts";
import { services } from "../kubernetes/resources.ts";
import { httpRoutes } from "../routing/gatewayapi/http-route.ts";
import { openCluster } from "../rehearsal/cluster.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import { createCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";

const key = { namespace: "test", name: "podinfo" };
const notServed = new InvalidSpec("HTTPRoute is not served by this cluster: install the CRDs of the Gateway API");

/** A cluster whose API server has the object podinfo in each of these kinds, and does not know the paths with these texts. */
async function started(...unknown: readonly string[]) {
  const clock = createVirtualClock();
  const { api, user } = await openCluster(clock);
  const absent = new Set(unknown);
  const known = api.connect(({ path }) =>
    [...absent].some((text) => path.includes(text)) ? { kind: "answer", status: 404 } : undefined,
  );
  const errors: string[] = [];
  const cluster: Cluster = createCluster(createClient(known, clock), clock, "", (kind) => errors.push(kind));
  const changes: string[] = [];
  cluster.onChange(({ kind, name }) => changes.push(`${kind} ${name}`));
  await user.create(services, { metadata: key, spec: { ports: [{ port: 80 }] } });
  await user.create(httpRoutes.v1, { metadata: key, spec: {} });
  const stop = new AbortController();
  let ready = false;
  void cluster.start(stop.signal).then(() => (ready = true));
  void cluster.need([httpRoutes.v1, httpRoutes.v1beta1]);
  await clock.advance(0);
  return { clock, cluster, user, absent, errors, changes, ready, stop };
}

test("knows what the cluster has, in each version of a kind", async () => {
  const { cluster, changes, ready, errors } = await started();
  expect([ready, cluster.synced(), changes, errors]).toEqual([
    true,
    true,
    ["Service podinfo", "HTTPRoute podinfo", "HTTPRoute podinfo"],
    [],
  ]);
  expect(cluster.find({ resource: httpRoutes.v1, key })).toMatchObject({ metadata: key });
  expect(cluster.find({ resource: httpRoutes.v1beta1, key })).toMatchObject({
    apiVersion: "gateway.networking.k8s.io/v1beta1",
  });
});

test("is not complete before it has begun", async () => {
  const clock = createVirtualClock();
  const { user } = await openCluster(clock);
  expect(createCluster(user, clock, "", () => undefined).synced()).toBe(false);
});

test("watches a kind that not every cluster has only when it is needed", async () => {
  const clock = createVirtualClock();
  const { api } = await openCluster(clock);
  const watches: string[] = [];
  const noting = api.connect(({ path }) => {
    if (path.includes("watch=true") && path.includes("httproutes")) watches.push(path.split("?")[0] ?? "");
    return undefined;
  });
  const cluster = createCluster(createClient(noting, clock), clock, "", () => undefined);
  expect(() => cluster.find({ resource: httpRoutes.v1, key })).toThrow("HTTPRoute is not watched");
  void cluster.start(new AbortController().signal);
  await clock.advance(0);
  expect([cluster.synced(), watches]).toEqual([true, []]);
  for (let times = 0; times < 2; times++) void cluster.need([httpRoutes.v1, services]);
  await clock.advance(0);
  expect(cluster.need([httpRoutes.v1, services])).toBeUndefined();
  expect(watches).toEqual(["/apis/gateway.networking.k8s.io/v1/httproutes"]);
});

test("says why a kind that is needed cannot be read, until it can", async () => {
  const clock = createVirtualClock();
  const { api } = await openCluster(clock);
  let status: number | undefined = 403;
  const refusing = api.connect(({ path }) =>
    status !== undefined && path.includes("httproutes") ? { kind: "answer", status } : undefined,
  );
  const errors: string[] = [];
  const cluster = createCluster(createClient(refusing, clock), clock, "", (kind) => errors.push(kind));
  void cluster.start(new AbortController().signal);
  void cluster.need([httpRoutes.v1]);
  await clock.advance(0);
  expect(() => cluster.find({ resource: httpRoutes.v1, key })).toThrow("HTTPRoute cannot be read: Forbidden");
  expect(errors).toEqual(["HTTPRoute"]);
  status = undefined;
  await clock.advance(5000);
  expect(cluster.find({ resource: httpRoutes.v1, key })).toBeUndefined();
});

test("does without kinds that only some Canaries need, until the cluster serves them", async () => {
  const { clock, cluster, absent, changes, ready, errors } = await started("httproutes");
  expect([ready, cluster.synced(), changes, errors]).toEqual([true, true, ["Service podinfo"], []]);
  expect(() => cluster.find({ resource: httpRoutes.v1, key })).toThrow(notServed);
  absent.clear();
  await clock.advance(60_000);
  expect(cluster.find({ resource: httpRoutes.v1, key })).toMatchObject({ metadata: key });
  expect(changes).toEqual(["Service podinfo", "HTTPRoute podinfo", "HTTPRoute podinfo"]);
});

test("does without one version of a kind", async () => {
  const { cluster } = await started("gateway.networking.k8s.io/v1beta1");
  expect(cluster.find({ resource: httpRoutes.v1, key })).toMatchObject({ metadata: key });
  expect(() => cluster.find({ resource: httpRoutes.v1beta1, key })).toThrow(notServed);
});

test("is not complete without a kind that all Canaries need", async () => {
  const { cluster, ready, errors } = await started("horizontalpodautoscalers");
  expect([ready, cluster.synced(), errors]).toEqual([true, false, ["HorizontalPodAutoscaler"]]);
});
