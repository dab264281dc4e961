import type { DeploymentSpec } from "kubernetes-types/apps/v1.d.ts";
import { expect, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import { kinds } from "./kinds.ts";
import { deploymentOf, podSpecOf } from "./samples.ts";
import { midnight, openStage } from "./stage.ts";
import type { Stage, StageOptions } from "./stage.ts";

const app = { namespace: "test", name: "app" };
const rolling = { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } };

/** A stage with a Deployment of `app:1` that is complete. */
async function openDeployed(
  replicas: number,
  spec: Partial<DeploymentSpec>,
  options: StageOptions = {},
): Promise<Stage> {
  const stage = await openStage(createVirtualClock(midnight), options);
  await stage.user.create(kinds.deployments, deploymentOf(replicas, spec));
  await stage.clock.advance(60_000);
  stage.turnPage();
  return stage;
}

async function change(stage: Stage, spec: object, ms: number): Promise<void> {
  await stage.user.patch(kinds.deployments, app, { type: "merge", body: { spec } });
  await stage.clock.advance(ms);
}

function image(text: string): object {
  return { template: { spec: podSpecOf(text) } };
}

/** What is told of these kinds, the last of each second about each object. */
function told(stage: Stage, ...only: readonly string[]): readonly string[] {
  const lines = stage.story.filter((line) => only.includes(line.split(" ")[1] ?? ""));
  return lines.filter((line, index) => !lines.slice(index + 1).some((later) => about(later) === about(line)));
}

function about(line: string): string {
  return line.split(":")[0] ?? "";
}

test("a rolling update of 4 pods, one more and one fewer at most", async () => {
  const stage = await openDeployed(4, rolling);
  await change(stage, image("app:2"), 60_000);
  expect(told(stage, "Deployment", "ReplicaSet")).toMatchInlineSnapshot(`
    [
      "60s ReplicaSet app-qhkvspjvmd: of 3: 3 pods, 3 available",
      "60s ReplicaSet app-xtbq48xh9k: of 2: 2 pods, 0 available",
      "60s Deployment app: of 4: 5 pods, 2 updated, 3 ready, 3 available; Available=True MinimumReplicasAvailable; Progressing=True ReplicaSetUpdated",
      "62s ReplicaSet app-qhkvspjvmd: of 1: 1 pods, 1 available",
      "62s ReplicaSet app-xtbq48xh9k: of 4: 4 pods, 2 available",
      "62s Deployment app: of 4: 5 pods, 4 updated, 3 ready, 3 available; Available=True MinimumReplicasAvailable; Progressing=True ReplicaSetUpdated",
      "64s ReplicaSet app-qhkvspjvmd: of 0: 0 pods, 0 available",
      "64s ReplicaSet app-xtbq48xh9k: of 4: 4 pods, 4 available",
      "64s Deployment app: of 4: 4 pods, 4 updated, 4 ready, 4 available; Available=True MinimumReplicasAvailable; Progressing=True NewReplicaSetAvailable",
    ]
  `);
  expect(stage.events.filter((line) => line.includes("ScalingReplicaSet"))).toMatchInlineSnapshot(`
    [
      "60s Deployment app ScalingReplicaSet: Scaled up replica set app-xtbq48xh9k from 0 to 1",
      "60s Deployment app ScalingReplicaSet: Scaled down replica set app-qhkvspjvmd from 4 to 3",
      "60s Deployment app ScalingReplicaSet: Scaled up replica set app-xtbq48xh9k from 1 to 2",
      "62s Deployment app ScalingReplicaSet: Scaled down replica set app-qhkvspjvmd from 3 to 2",
      "62s Deployment app ScalingReplicaSet: Scaled up replica set app-xtbq48xh9k from 2 to 3",
      "62s Deployment app ScalingReplicaSet: Scaled down replica set app-qhkvspjvmd from 2 to 1",
      "62s Deployment app ScalingReplicaSet: Scaled up replica set app-xtbq48xh9k from 3 to 4",
      "64s Deployment app ScalingReplicaSet: Scaled down replica set app-qhkvspjvmd from 1 to 0",
    ]
  `);
  expect(stage.errors).toEqual([]);
});

test("the status and the revisions of a Deployment", async () => {
  const stage = await openDeployed(2, {});
  await change(stage, image("app:2"), 60_000);
  const { metadata, status } = await stage.user.get(kinds.deployments, app);
  const { observedGeneration, ...rest } = status ?? {};
  expect(observedGeneration).toBe(metadata.generation);
  expect({ annotations: metadata.annotations, status: rest }).toMatchInlineSnapshot(`
    {
      "annotations": {
        "deployment.kubernetes.io/revision": "2",
      },
      "status": {
        "availableReplicas": 2,
        "conditions": [
          {
            "lastTransitionTime": "2026-01-01T00:00:02Z",
            "lastUpdateTime": "2026-01-01T00:00:02Z",
            "message": "Deployment has minimum availability.",
            "reason": "MinimumReplicasAvailable",
            "status": "True",
            "type": "Available",
          },
          {
            "lastTransitionTime": "2026-01-01T00:00:00Z",
            "lastUpdateTime": "2026-01-01T00:01:04Z",
            "message": "ReplicaSet "app-xtbq48xh9k" has successfully progressed.",
            "reason": "NewReplicaSetAvailable",
            "status": "True",
            "type": "Progressing",
          },
        ],
        "readyReplicas": 2,
        "replicas": 2,
        "terminatingReplicas": 0,
        "updatedReplicas": 2,
      },
    }
  `);
  const { items } = await stage.user.list(kinds.replicaSets, { namespace: "test" });
  expect(items.map((set) => [set.metadata.name, set.metadata.labels, set.metadata.annotations, set.status]))
    .toMatchInlineSnapshot(`
    [
      [
        "app-qhkvspjvmd",
        {
          "app": "app",
          "pod-template-hash": "qhkvspjvmd",
        },
        {
          "deployment.kubernetes.io/desired-replicas": "2",
          "deployment.kubernetes.io/max-replicas": "3",
          "deployment.kubernetes.io/revision": "1",
        },
        {
          "observedGeneration": 3,
          "replicas": 0,
          "terminatingReplicas": 0,
        },
      ],
      [
        "app-xtbq48xh9k",
        {
          "app": "app",
          "pod-template-hash": "xtbq48xh9k",
        },
        {
          "deployment.kubernetes.io/desired-replicas": "2",
          "deployment.kubernetes.io/max-replicas": "3",
          "deployment.kubernetes.io/revision": "2",
        },
        {
          "availableReplicas": 2,
          "fullyLabeledReplicas": 2,
          "observedGeneration": 2,
          "readyReplicas": 2,
          "replicas": 2,
          "terminatingReplicas": 0,
        },
      ],
    ]
  `);
});

test("a roll-out that is stuck runs into its deadline; going back uses the old ReplicaSet again", async () => {
  const stage = await openDeployed(
    2,
    { progressDeadlineSeconds: 30 },
    {
      courseOf: ({ container }) => ({ kind: "runs", readyAfterMs: container.image === "app:1" ? 2000 : "never" }),
    },
  );
  await change(stage, image("app:2"), 60_000);
  expect(told(stage, "Deployment", "ReplicaSet")).toMatchInlineSnapshot(`
    [
      "60s ReplicaSet app-xtbq48xh9k: of 1: 1 pods, 0 available",
      "60s Deployment app: of 2: 3 pods, 1 updated, 2 ready, 2 available; Available=True MinimumReplicasAvailable; Progressing=True ReplicaSetUpdated",
      "91s Deployment app: of 2: 3 pods, 1 updated, 2 ready, 2 available; Available=True MinimumReplicasAvailable; Progressing=False ProgressDeadlineExceeded",
    ]
  `);
  stage.turnPage();
  await change(stage, image("app:1"), 60_000);
  expect(told(stage, "Deployment", "ReplicaSet")).toMatchInlineSnapshot(`
    [
      "120s ReplicaSet app-xtbq48xh9k: of 0: 0 pods, 0 available",
      "120s Deployment app: of 2: 2 pods, 2 updated, 2 ready, 2 available; Available=True MinimumReplicasAvailable; Progressing=True NewReplicaSetAvailable",
    ]
  `);
  const { metadata } = await stage.user.get(kinds.deployments, app);
  expect(metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3");
});

test("Recreate waits until the last old pod is gone", async () => {
  const stage = await openDeployed(
    2,
    { strategy: { type: "Recreate" } },
    { courseOf: () => ({ kind: "runs", readyAfterMs: 2000, stopsAfterMs: 5000 }) },
  );
  await change(stage, image("app:2"), 60_000);
  expect(told(stage, "Deployment", "ReplicaSet", "Pod")).toMatchInlineSnapshot(`
    [
      "60s Pod app-qhkvspjvmd-cpc5x: Running, ready, ending",
      "60s Pod app-qhkvspjvmd-d5dwn: Running, ready, ending",
      "60s ReplicaSet app-qhkvspjvmd: of 0: 0 pods, 0 available",
      "60s Deployment app: of 2: 0 pods, 0 updated, 0 ready, 0 available; Progressing=True NewReplicaSetAvailable; Available=False MinimumReplicasUnavailable",
      "65s Pod app-qhkvspjvmd-cpc5x: gone",
      "65s Pod app-qhkvspjvmd-d5dwn: gone",
      "65s ReplicaSet app-xtbq48xh9k: of 2: 2 pods, 0 available",
      "65s Deployment app: of 2: 2 pods, 2 updated, 0 ready, 0 available; Available=False MinimumReplicasUnavailable; Progressing=True ReplicaSetUpdated",
      "65s Pod app-xtbq48xh9k-fjgqd: Running",
      "65s Pod app-xtbq48xh9k-gwhk4: Running",
      "67s Pod app-xtbq48xh9k-fjgqd: Running, ready",
      "67s Pod app-xtbq48xh9k-gwhk4: Running, ready",
      "67s ReplicaSet app-xtbq48xh9k: of 2: 2 pods, 2 available",
      "67s Deployment app: of 2: 2 pods, 2 updated, 2 ready, 2 available; Available=True MinimumReplicasAvailable; Progressing=True NewReplicaSetAvailable",
    ]
  `);
});

test("pods count when they have been ready for long enough", async () => {
  const stage = await openDeployed(2, { ...rolling, minReadySeconds: 10 });
  await change(stage, image("app:2"), 60_000);
  expect(told(stage, "Deployment")).toMatchInlineSnapshot(`
    [
      "60s Deployment app: of 2: 3 pods, 2 updated, 1 ready, 1 available; Available=True MinimumReplicasAvailable; Progressing=True ReplicaSetUpdated",
      "62s Deployment app: of 2: 3 pods, 2 updated, 3 ready, 1 available; Available=True MinimumReplicasAvailable; Progressing=True ReplicaSetUpdated",
      "72s Deployment app: of 2: 2 pods, 2 updated, 2 ready, 2 available; Available=True MinimumReplicasAvailable; Progressing=True NewReplicaSetAvailable",
    ]
  `);
});

test("a Deployment that is paused is scaled but does not roll", async () => {
  const stage = await openDeployed(2, rolling);
  await change(stage, { paused: true, ...image("app:2") }, 10_000);
  await change(stage, { replicas: 3 }, 10_000);
  await change(stage, { paused: false }, 60_000);
  expect(told(stage, "Deployment", "ReplicaSet")).toMatchInlineSnapshot(`
    [
      "60s Deployment app: of 2: 2 pods, 0 updated, 2 ready, 2 available; Available=True MinimumReplicasAvailable; Progressing=Unknown DeploymentPaused",
      "70s ReplicaSet app-qhkvspjvmd: of 3: 3 pods, 2 available",
      "70s Deployment app: of 3: 3 pods, 0 updated, 2 ready, 2 available; Available=True MinimumReplicasAvailable; Progressing=Unknown DeploymentPaused",
      "72s ReplicaSet app-qhkvspjvmd: of 3: 3 pods, 3 available",
      "72s Deployment app: of 3: 3 pods, 0 updated, 3 ready, 3 available; Available=True MinimumReplicasAvailable; Progressing=Unknown DeploymentPaused",
      "80s ReplicaSet app-qhkvspjvmd: of 2: 2 pods, 2 available",
      "80s ReplicaSet app-xtbq48xh9k: of 2: 2 pods, 0 available",
      "80s Deployment app: of 3: 4 pods, 2 updated, 2 ready, 2 available; Available=True MinimumReplicasAvailable; Progressing=True ReplicaSetUpdated",
      "82s ReplicaSet app-xtbq48xh9k: of 3: 3 pods, 2 available",
      "82s ReplicaSet app-qhkvspjvmd: of 0: 0 pods, 0 available",
      "82s Deployment app: of 3: 3 pods, 3 updated, 2 ready, 2 available; Available=True MinimumReplicasAvailable; Progressing=True ReplicaSetUpdated",
      "84s ReplicaSet app-xtbq48xh9k: of 3: 3 pods, 3 available",
      "84s Deployment app: of 3: 3 pods, 3 updated, 3 ready, 3 available; Available=True MinimumReplicasAvailable; Progressing=True NewReplicaSetAvailable",
    ]
  `);
});

test("scaling during a roll-out shares out what is added", async () => {
  const stage = await openDeployed(
    4,
    { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } } },
    { courseOf: ({ container }) => ({ kind: "runs", readyAfterMs: container.image === "app:1" ? 2000 : "never" }) },
  );
  await change(stage, image("app:2"), 10_000);
  await change(stage, { replicas: 8 }, 10_000);
  expect(told(stage, "Deployment", "ReplicaSet")).toMatchInlineSnapshot(`
    [
      "60s ReplicaSet app-qhkvspjvmd: of 3: 3 pods, 3 available",
      "60s ReplicaSet app-xtbq48xh9k: of 3: 3 pods, 0 available",
      "60s Deployment app: of 4: 6 pods, 3 updated, 3 ready, 3 available; Available=True MinimumReplicasAvailable; Progressing=True ReplicaSetUpdated",
      "70s ReplicaSet app-xtbq48xh9k: of 5: 5 pods, 0 available",
      "70s ReplicaSet app-qhkvspjvmd: of 5: 5 pods, 3 available",
      "70s Deployment app: of 8: 10 pods, 5 updated, 3 ready, 3 available; Available=False MinimumReplicasUnavailable; Progressing=True ReplicaSetUpdated",
      "72s ReplicaSet app-qhkvspjvmd: of 5: 5 pods, 5 available",
      "72s Deployment app: of 8: 10 pods, 5 updated, 5 ready, 5 available; Available=False MinimumReplicasUnavailable; Progressing=True ReplicaSetUpdated",
    ]
  `);
});

test("ReplicaSets of the past are kept up to the limit", async () => {
  const stage = await openDeployed(1, { revisionHistoryLimit: 1 });
  for (const tag of [2, 3, 4]) await change(stage, image(`app:${tag}`), 30_000);
  const { items } = await stage.user.list(kinds.replicaSets, { namespace: "test" });
  const revisions = items.map(({ metadata, spec }) => [
    metadata.annotations?.["deployment.kubernetes.io/revision"],
    spec?.template?.spec?.containers[0]?.image,
  ]);
  expect(revisions.sort()).toEqual([
    ["3", "app:3"],
    ["4", "app:4"],
  ]);
});

test("a Deployment takes over ReplicaSets that nobody owns", async () => {
  const stage = await openDeployed(1, {});
  await stage.client.remove(kinds.deployments, app, { propagationPolicy: "Orphan" });
  await stage.clock.advance(1000);
  stage.turnPage();
  await stage.user.create(kinds.deployments, deploymentOf(1));
  await stage.clock.advance(30_000);
  expect(told(stage, "Deployment", "ReplicaSet", "Pod")).toMatchInlineSnapshot(`
    [
      "61s Deployment app: of 1: 1 pods, 1 updated, 1 ready, 1 available; Available=True MinimumReplicasAvailable; Progressing=True NewReplicaSetAvailable",
    ]
  `);
});

test("a ReplicaSet of another that has the name is left alone", async () => {
  const stage = await openDeployed(1, {});
  const [taken] = (await stage.user.list(kinds.replicaSets, { namespace: "test" })).items;
  await stage.user.delete(kinds.deployments, app);
  await stage.clock.advance(10_000);
  const labels = { app: "other" };
  const template = { metadata: { labels }, spec: podSpecOf("other:1") };
  const key = { namespace: "test", name: taken?.metadata.name ?? "" };
  await stage.user.create(kinds.replicaSets, { metadata: key, spec: { selector: { matchLabels: labels }, template } });
  await stage.user.create(kinds.deployments, deploymentOf(1));
  await stage.clock.advance(60_000);
  const { status } = await stage.user.get(kinds.deployments, app);
  expect([status?.collisionCount, status?.availableReplicas]).toEqual([1, 1]);
});
