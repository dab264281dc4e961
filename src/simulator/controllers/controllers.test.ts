import { expect, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import { kinds } from "./kinds.ts";
import { deploymentOf, podSpecOf } from "./samples.ts";
import { midnight, openStage } from "./stage.ts";

test("the same calls give the same story, every time", async () => {
  const tell = async (): Promise<readonly string[]> => {
    const stage = await openStage(createVirtualClock(midnight));
    await stage.user.create(kinds.deployments, deploymentOf(3));
    await stage.clock.advance(10_000);
    const scaled = { spec: { replicas: 1 } };
    const body = { spec: { replicas: 5, template: { spec: podSpecOf("app:2") } } };
    await stage.user.patch(kinds.deployments, { namespace: "test", name: "app" }, { type: "merge", body });
    // Long enough for watches to end and to be begun anew.
    await stage.clock.advance(3_600_000);
    await stage.user.patch(kinds.deployments, { namespace: "test", name: "app" }, { type: "merge", body: scaled });
    await stage.clock.advance(60_000);
    expect(stage.errors).toEqual([]);
    return [...stage.story, ...stage.events];
  };
  const first = await tell();
  expect(first.length).toBeGreaterThan(50);
  expect(first.findLast((line) => line.includes(" Deployment app:"))).toMatch(/^3610s .* of 1: 1 pods, 1 updated/);
  expect(await tell()).toEqual(first);
});

test("there is one node, which is ready", async () => {
  const stage = await openStage(createVirtualClock(midnight));
  const { items } = await stage.user.list(kinds.nodes);
  expect(items.map(({ metadata, status }) => [metadata.name, status?.conditions?.[0]?.type])).toEqual([
    ["node1", "Ready"],
  ]);
});

test("nothing is done any more once the signal is aborted", async () => {
  const stage = await openStage(createVirtualClock(midnight));
  stage.stop();
  await stage.user.create(kinds.deployments, deploymentOf(1));
  await stage.clock.advance(60_000);
  expect(stage.story).toEqual(["0s Deployment app: of 1: 0 pods, 0 updated, 0 ready, 0 available (unseen); "]);
  expect(stage.errors).toEqual([]);
});
