import { expect, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import { kinds } from "./kinds.ts";
import type { DaemonSetObject } from "./kinds.ts";
import { podSpecOf } from "./samples.ts";
import { midnight, openStage } from "./stage.ts";

const key = { namespace: "test", name: "app" };

function daemonSet(): DaemonSetObject {
  const template = { metadata: { labels: { app: "app" } }, spec: podSpecOf("app:1") };
  return { metadata: key, spec: { selector: { matchLabels: { app: "app" } }, template } };
}

test("a DaemonSet: created, updated, sent away by its node selector, and back", async () => {
  const stage = await openStage(createVirtualClock(midnight), {
    courseOf: () => ({ kind: "runs", readyAfterMs: 2000, stopsAfterMs: 3000 }),
  });
  const change = async (spec: object): Promise<void> => {
    await stage.user.patch(kinds.daemonSets, key, { type: "merge", body: { spec: { template: { spec } } } });
    await stage.clock.advance(30_000);
  };
  await stage.user.create(kinds.daemonSets, daemonSet());
  await stage.clock.advance(30_000);
  await change(podSpecOf("app:2"));
  await change({ nodeSelector: { nowhere: "true" } });
  await change({ nodeSelector: null });
  expect(stage.story).toMatchInlineSnapshot(`
    [
      "0s DaemonSet app: of 0: 0 updated, 0 available",
      "0s Pod app-cpc5x: Pending",
      "0s DaemonSet app: of 1: 0 updated, 0 available",
      "0s DaemonSet app: of 1: 1 updated, 0 available",
      "0s Pod app-cpc5x: Running",
      "2s Pod app-cpc5x: Running, ready",
      "2s DaemonSet app: of 1: 1 updated, 1 available",
      "30s Pod app-cpc5x: Running, ready, ending",
      "30s DaemonSet app: of 1: 0 updated, 1 available",
      "30s DaemonSet app: of 1: 0 updated, 0 available",
      "33s Pod app-cpc5x: Failed, ending",
      "33s Pod app-cpc5x: gone",
      "33s Pod app-d5dwn: Pending",
      "33s DaemonSet app: of 1: 1 updated, 0 available",
      "33s Pod app-d5dwn: Running",
      "35s Pod app-d5dwn: Running, ready",
      "35s DaemonSet app: of 1: 1 updated, 1 available",
      "60s Pod app-d5dwn: Running, ready, ending",
      "60s DaemonSet app: of 0: 0 updated, 0 available",
      "63s Pod app-d5dwn: Failed, ending",
      "63s Pod app-d5dwn: gone",
      "90s Pod app-fjgqd: Pending",
      "90s DaemonSet app: of 1: 0 updated, 0 available",
      "90s DaemonSet app: of 1: 1 updated, 0 available",
      "90s Pod app-fjgqd: Running",
      "92s Pod app-fjgqd: Running, ready",
      "92s DaemonSet app: of 1: 1 updated, 1 available",
    ]
  `);
  const { status } = await stage.user.get(kinds.daemonSets, key);
  expect(status).toMatchInlineSnapshot(`
    {
      "currentNumberScheduled": 1,
      "desiredNumberScheduled": 1,
      "numberAvailable": 1,
      "numberMisscheduled": 0,
      "numberReady": 1,
      "observedGeneration": 4,
      "updatedNumberScheduled": 1,
    }
  `);
  expect(stage.errors).toEqual([]);
});
