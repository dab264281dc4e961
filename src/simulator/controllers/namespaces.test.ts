import { expect, test } from "vitest";
import { configMaps } from "../../kubernetes/resources.ts";
import { createVirtualClock } from "../../virtual-clock.ts";
import { kinds } from "./kinds.ts";
import { deploymentOf } from "./samples.ts";
import { midnight, openStage } from "./stage.ts";

test("a namespace that is deleted goes after all that it holds", async () => {
  const stage = await openStage(createVirtualClock(midnight), {
    courseOf: () => ({ kind: "runs", readyAfterMs: 0, stopsAfterMs: 5000 }),
  });
  await stage.user.create(configMaps, { metadata: { namespace: "test", name: "config" } });
  await stage.user.create(kinds.deployments, deploymentOf(1));
  await stage.clock.advance(10_000);
  stage.turnPage();
  await stage.user.delete(kinds.namespaces, { name: "test" });
  await stage.clock.advance(10_000);
  expect(stage.story).toMatchInlineSnapshot(`
    [
      "10s Namespace test: there, ending",
      "10s Pod app-qhkvspjvmd-cpc5x: Running, ready, ending",
      "10s ConfigMap config: gone",
      "10s Deployment app: gone",
      "10s ReplicaSet app-qhkvspjvmd: gone",
      "15s Pod app-qhkvspjvmd-cpc5x: Failed, ending",
      "15s Pod app-qhkvspjvmd-cpc5x: gone",
      "15s Namespace test: gone",
    ]
  `);
  expect(stage.errors).toEqual([]);
});

test("each namespace has a ServiceAccount", async () => {
  const stage = await openStage(createVirtualClock(midnight));
  await stage.user.delete(kinds.serviceAccounts, { namespace: "test", name: "default" });
  await stage.clock.advance(0);
  const { items } = await stage.user.list(kinds.serviceAccounts);
  expect(items.map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`)).toEqual([
    "default/default",
    "kube-node-lease/default",
    "kube-public/default",
    "kube-system/default",
    "test/default",
  ]);
});
