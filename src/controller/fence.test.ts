import { expect, test } from "vitest";
import { canaries } from "../api/canary.ts";
import { Conflict, NotFound } from "../kubernetes/errors.ts";
import { createClient } from "../kubernetes/http-client.ts";
import { deployments } from "../kubernetes/resources.ts";
import { openCluster } from "../rehearsal/cluster.ts";
import { canaryOf, deploymentOf } from "../rehearsal/podinfo.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import { createCluster } from "./cluster.ts";
import { fenced } from "./fence.ts";

const key = { namespace: "test", name: "podinfo" };

/** A turn of an operator whose watch of Canaries has fallen silent after its first list. */
async function turn() {
  const clock = createVirtualClock();
  const { api, user } = await openCluster(clock);
  await user.create(deployments, deploymentOf({}));
  const canary = await user.create(canaries, canaryOf());
  const requests: string[] = [];
  const connection = api.connect(({ method, path }) => {
    requests.push(`${method} ${path.split("?")[0]?.split("/").slice(-2).join("/") ?? ""}`);
    return path.includes("canaries") && path.includes("watch=true") ? { kind: "hang", served: false } : undefined;
  });
  const cluster = createCluster(createClient(connection, clock), clock, "", () => undefined);
  void cluster.start(new AbortController().signal);
  await clock.advance(0);
  requests.length = 0;
  const { client } = fenced(cluster, canary);
  const scale = (replicas: number) => client.patch(deployments, key, { type: "merge", body: { spec: { replicas } } });
  return { user, cluster, requests, scale };
}

test("a turn that writes reads its Canary once", async () => {
  const { scale, requests } = await turn();
  await scale(3);
  await scale(4);
  expect(requests).toEqual(["GET canaries/podinfo", "PATCH deployments/podinfo", "PATCH deployments/podinfo"]);
});

test("a turn writes nothing once its Canary has changed, and knows the change", async () => {
  const { user, cluster, scale, requests } = await turn();
  const { metadata } = await user.patch(canaries, key, { type: "merge", body: { spec: { suspend: true } } });
  await expect(scale(3)).rejects.toThrow(Conflict);
  await expect(scale(4)).rejects.toThrow(Conflict);
  expect(requests).toEqual(["GET canaries/podinfo"]);
  expect(cluster.canaries.get(key)?.metadata.resourceVersion).toBe(metadata.resourceVersion);
});

test("a turn writes nothing once its Canary is gone", async () => {
  const { user, scale, requests } = await turn();
  await user.delete(canaries, key);
  await expect(scale(3)).rejects.toThrow(NotFound);
  expect(requests).toEqual(["GET canaries/podinfo"]);
});
