import { expect, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import { kinds } from "./kinds.ts";
import { podSpecOf } from "./samples.ts";
import { midnight, openStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

const key = { namespace: "test", name: "set" };

async function openSet(replicas: number): Promise<Stage> {
  const stage = await openStage(createVirtualClock(midnight));
  const template = { metadata: { labels: { app: "app" } }, spec: podSpecOf("app:1") };
  const spec = { replicas, selector: { matchLabels: { app: "app" } }, template };
  await stage.user.create(kinds.replicaSets, { metadata: key, spec });
  await stage.clock.advance(10_000);
  return stage;
}

test("a ReplicaSet makes pods, takes in what it selects, and replaces what is lost", async () => {
  const stage = await openSet(2);
  await stage.user.create(kinds.pods, {
    metadata: { namespace: "test", name: "orphan", labels: { app: "app" } },
    spec: podSpecOf("app:1"),
  });
  await stage.clock.advance(10_000);
  expect(stage.story).toMatchInlineSnapshot(`
    [
      "0s ReplicaSet set: of 2: 0 pods, 0 available",
      "0s Pod set-cpc5x: Pending",
      "0s Pod set-d5dwn: Pending",
      "0s ReplicaSet set: of 2: 2 pods, 0 available",
      "0s Pod set-cpc5x: Running",
      "0s Pod set-d5dwn: Running",
      "2s Pod set-cpc5x: Running, ready",
      "2s ReplicaSet set: of 2: 2 pods, 1 available",
      "2s Pod set-d5dwn: Running, ready",
      "2s ReplicaSet set: of 2: 2 pods, 2 available",
      "10s Pod orphan: Pending",
      "10s Pod orphan: Pending, ending",
      "10s ReplicaSet set: of 2: 3 pods, 2 available",
      "10s ReplicaSet set: of 2: 2 pods, 2 available",
      "10s Pod orphan: Running, ending",
      "10s Pod orphan: Failed, ending",
      "10s Pod orphan: gone",
    ]
  `);
  stage.turnPage();

  const { items } = await stage.user.list(kinds.pods, { namespace: "test" });
  const [first, second] = items;
  const body = { metadata: { labels: { app: "other" } } };
  await stage.user.patch(kinds.pods, first?.metadata ?? key, { type: "merge", body });
  await stage.user.delete(kinds.pods, second?.metadata ?? key);
  await stage.clock.advance(10_000);
  expect(stage.story).toMatchInlineSnapshot(`
    [
      "20s Pod set-fjgqd: Pending",
      "20s Pod set-d5dwn: Running, ready, ending",
      "20s ReplicaSet set: of 2: 1 pods, 1 available",
      "20s ReplicaSet set: of 2: 2 pods, 1 available",
      "20s Pod set-gwhk4: Pending",
      "20s ReplicaSet set: of 2: 1 pods, 0 available",
      "20s ReplicaSet set: of 2: 2 pods, 0 available",
      "20s Pod set-d5dwn: Failed, ending",
      "20s Pod set-d5dwn: gone",
      "20s Pod set-fjgqd: Running",
      "20s Pod set-gwhk4: Running",
      "22s Pod set-fjgqd: Running, ready",
      "22s ReplicaSet set: of 2: 2 pods, 1 available",
      "22s Pod set-gwhk4: Running, ready",
      "22s ReplicaSet set: of 2: 2 pods, 2 available",
    ]
  `);
  const released = await stage.user.get(kinds.pods, first?.metadata ?? key);
  expect(released.metadata.ownerReferences ?? []).toEqual([]);
  expect(stage.errors).toEqual([]);
});
