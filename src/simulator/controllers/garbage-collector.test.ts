import { expect, test } from "vitest";
import type { Resource } from "../../kubernetes/resources.ts";
import { configMaps } from "../../kubernetes/resources.ts";
import { createVirtualClock } from "../../virtual-clock.ts";
import { kinds } from "./kinds.ts";
import { deploymentOf } from "./samples.ts";
import { midnight, openStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

const app = { namespace: "test", name: "app" };

async function openDeployed(): Promise<Stage> {
  const stage = await openStage(createVirtualClock(midnight), {
    courseOf: () => ({ kind: "runs", readyAfterMs: 0, stopsAfterMs: 5000 }),
  });
  await stage.user.create(kinds.deployments, deploymentOf(1));
  await stage.clock.advance(10_000);
  stage.turnPage();
  return stage;
}

/** The first time that each object is said to be ending, and its end. */
function told({ story }: Stage): readonly string[] {
  const ends = story
    .map((line) => line.replace(/: .*ending$/, ": ending"))
    .filter((line) => /ending$|gone$/.test(line));
  const about = (line: string): string => line.split(" ").slice(1).join(" ");
  return ends.filter((line, index) => ends.findIndex((other) => about(other) === about(line)) === index);
}

test.each([
  [
    "Background",
    [
      "10s Deployment app: gone",
      "10s ReplicaSet app-qhkvspjvmd: gone",
      "10s Pod app-qhkvspjvmd-cpc5x: ending",
      "15s Pod app-qhkvspjvmd-cpc5x: gone",
    ],
  ],
  [
    "Foreground",
    [
      "10s Deployment app: ending",
      "10s ReplicaSet app-qhkvspjvmd: ending",
      "10s Pod app-qhkvspjvmd-cpc5x: ending",
      "15s Pod app-qhkvspjvmd-cpc5x: gone",
      "15s ReplicaSet app-qhkvspjvmd: gone",
      "15s Deployment app: gone",
    ],
  ],
  ["Orphan", ["10s Deployment app: ending", "10s Deployment app: gone"]],
] as const)("a Deployment that is deleted: %s", async (propagationPolicy, expected) => {
  const stage = await openDeployed();
  await stage.client.remove(kinds.deployments, app, { propagationPolicy });
  await stage.clock.advance(10_000);
  expect(told(stage)).toEqual(expected);
  expect(stage.errors).toEqual([]);
});

const widgets: Resource = {
  group: "example.com",
  version: "v1",
  kind: "Widget",
  plural: "widgets",
  namespaced: true,
};

const definition = {
  metadata: { name: "widgets.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};

test("what a custom resource owns goes with it", async () => {
  const stage = await openStage(createVirtualClock(midnight));
  const definitions = {
    group: "apiextensions.k8s.io",
    version: "v1",
    kind: "CustomResourceDefinition",
    plural: "customresourcedefinitions",
    namespaced: false,
  };
  await stage.user.create(definitions, definition);
  await stage.clock.advance(1000);
  const widget = await stage.user.create(widgets, { metadata: { namespace: "test", name: "w" } });
  const owner = { apiVersion: "example.com/v1", kind: "Widget", name: "w" };
  const owned = (name: string, uid: string) =>
    stage.user.create(configMaps, { metadata: { namespace: "test", name, ownerReferences: [{ ...owner, uid }] } });
  await owned("kept", widget.metadata.uid ?? "");
  await owned("stray", "another");
  await stage.clock.advance(1000);
  await stage.user.delete(widgets, { namespace: "test", name: "w" });
  await stage.clock.advance(1000);
  expect(stage.story).toMatchInlineSnapshot(`
    [
      "1s ConfigMap kept: there",
      "1s ConfigMap stray: there",
      "1s ConfigMap stray: gone",
      "2s ConfigMap kept: gone",
    ]
  `);
});
