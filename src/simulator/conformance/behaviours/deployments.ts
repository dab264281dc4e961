import { deepEqual, equal, match, notEqual, ok, partialDeepStrictEqual as matches } from "node:assert/strict";
import { deployments, events } from "../../../kubernetes/resources.ts";
import { at, done, listAt } from "../answers.ts";
import type { Api } from "../api.ts";
import type { Topic } from "../behaviour.ts";
import { daemonSets, pods, replicaSets } from "../resources.ts";
import { deployment } from "../samples.ts";
import {
  allReady,
  conditionOf,
  countPods,
  podsOf,
  replicaSetsOf,
  report,
  revisionOf,
  settled,
  templateOf,
} from "../workloads.ts";

/** Creates Deployment `a` with pods of image `1.0` and waits until all of them are ready. */
async function start(api: Api, replicas: number, spec: object = {}): Promise<void> {
  done(await api.create(deployments, deployment("a", { replicas, template: templateOf("a"), ...spec })));
  await countPods(api, "a", "1.0", replicas);
  await allReady(api, "a");
  await settled(api, "a", "all pods are available", (status) => at(status, "availableReplicas") === replicas);
}

/** Changes the spec of Deployment `a`. */
async function change(api: Api, spec: object): Promise<void> {
  done(await api.patch(deployments, "a", { type: "merge", body: { spec } }));
}

async function release(api: Api, image: string): Promise<void> {
  await change(api, { template: templateOf("a", image) });
}

const rolling = (maxSurge: number, maxUnavailable: number): object => ({
  strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } },
});

/** The replicas that each ReplicaSet of Deployment `a` is to have, by revision. */
async function wanted(api: Api): Promise<readonly unknown[]> {
  return (await replicaSetsOf(api, "a")).map((set) => at(set, "spec.replicas"));
}

async function eventuallyWanted(api: Api, replicas: readonly number[]): Promise<void> {
  await api.eventually(`ReplicaSets of ${replicas.join(", ")}`, async () => {
    deepEqual(await wanted(api), replicas);
    return true;
  });
}

/** What the controllers of workloads do, with pods of which the behaviours themselves say how they are. */
export const deploymentTopic: Topic = {
  name: "Deployments, ReplicaSets, DaemonSets",
  behaviours: {
    "a Deployment has a ReplicaSet with its template, marked by a hash": async (api) => {
      const owner = done(await api.create(deployments, deployment("a")));
      const set = await api.eventually("there is a ReplicaSet", async () => (await replicaSetsOf(api, "a"))[0]);
      const hash = set.metadata.labels?.["pod-template-hash"] ?? "";
      match(hash, /^[a-z0-9]+$/);
      equal(set.metadata.name, `a-${hash}`);
      matches(set, {
        metadata: {
          labels: { app: "a", "pod-template-hash": hash },
          annotations: { "deployment.kubernetes.io/revision": "1", "deployment.kubernetes.io/desired-replicas": "0" },
          ownerReferences: [
            {
              apiVersion: "apps/v1",
              kind: "Deployment",
              name: "a",
              uid: owner.metadata.uid,
              controller: true,
              blockOwnerDeletion: true,
            },
          ],
        },
        spec: {
          replicas: 0,
          selector: { matchLabels: { app: "a", "pod-template-hash": hash } },
          template: { metadata: { labels: { app: "a", "pod-template-hash": hash } } },
        },
      });
      const after = await settled(api, "a", "the revision is told", (_, each) => revisionOf(each) === 1);
      equal(after.metadata.generation, 1);
    },
    "a Deployment of no replicas is available and complete": async (api) => {
      done(await api.create(deployments, deployment("a")));
      const after = await settled(
        api,
        "a",
        "it is complete",
        (_, each) => conditionOf(each, "Progressing") === "True NewReplicaSetAvailable",
      );
      equal(conditionOf(after, "Available"), "True MinimumReplicasAvailable");
      equal(at(after, "status.replicas"), undefined);
    },
    "pods belong to the ReplicaSet and are named after it": async (api) => {
      done(await api.create(deployments, deployment("a", { replicas: 2 })));
      await countPods(api, "a", "1.0", 2);
      const [set] = await replicaSetsOf(api, "a");
      for (const pod of await podsOf(api, "a")) {
        matches(pod.metadata, {
          labels: set?.metadata.labels ?? {},
          ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: set?.metadata.name, controller: true }],
        });
        equal(at(pod, "metadata.generateName"), `${set?.metadata.name ?? ""}-`);
        match(pod.metadata.name, new RegExp(`^${set?.metadata.name ?? ""}-[a-z0-9]{5}$`));
      }
    },
    "pods that are not ready make a Deployment unavailable, and it is progressing": async (api) => {
      done(await api.create(deployments, deployment("a", { replicas: 2 })));
      const after = await settled(
        api,
        "a",
        "its pods are counted",
        (status) => at(status, "unavailableReplicas") === 2 && at(status, "replicas") === 2,
      );
      matches(after["status"], { replicas: 2, updatedReplicas: 2 });
      equal(at(after, "status.readyReplicas"), undefined);
      equal(conditionOf(after, "Available"), "False MinimumReplicasUnavailable");
      match(conditionOf(after, "Progressing") ?? "", /^True (ReplicaSetUpdated|NewReplicaSetCreated)$/);
    },
    "pods that are ready make a Deployment available and complete": async (api) => {
      await start(api, 2);
      const after = await settled(
        api,
        "a",
        "it is complete",
        (_, each) => conditionOf(each, "Progressing") === "True NewReplicaSetAvailable",
      );
      matches(after["status"], { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 });
      equal(at(after, "status.unavailableReplicas"), undefined);
      equal(conditionOf(after, "Available"), "True MinimumReplicasAvailable");
      matches(done(await api.get(replicaSets, (await replicaSetsOf(api, "a"))[0]?.metadata.name ?? ""))["status"], {
        replicas: 2,
        fullyLabeledReplicas: 2,
        readyReplicas: 2,
        availableReplicas: 2,
      });
    },
    "a pod that ceases to be ready is told": async (api) => {
      await start(api, 2, rolling(1, 0));
      const [pod] = await podsOf(api, "a");
      ok(pod !== undefined);
      await report(api, pod, false);
      const after = await settled(
        api,
        "a",
        "a pod is unavailable",
        (status) => at(status, "unavailableReplicas") === 1,
      );
      equal(conditionOf(after, "Available"), "False MinimumReplicasUnavailable");
    },
    "a pod that is deleted is replaced": async (api) => {
      await start(api, 1);
      const [before] = await podsOf(api, "a");
      done(await api.delete(pods, before?.metadata.name ?? ""));
      const after = await api.eventually("there is another pod", async () =>
        (await podsOf(api, "a")).find(({ metadata }) => metadata.uid !== before?.metadata.uid),
      );
      notEqual(after.metadata.name, before?.metadata.name);
    },
    "a release with a surge starts a new pod before it ends an old one": async (api) => {
      await start(api, 2, rolling(1, 0));
      await release(api, "2.0");
      await eventuallyWanted(api, [2, 1]);
      await countPods(api, "a", "2.0", 1);
      await settled(api, "a", "the new pod is counted", (status) => at(status, "replicas") === 3);
      equal((await podsOf(api, "a", "1.0")).length, 2);
      await allReady(api, "a", "2.0");
      await eventuallyWanted(api, [1, 2]);
      await countPods(api, "a", "2.0", 2);
      await allReady(api, "a", "2.0");
      await eventuallyWanted(api, [0, 2]);
      const after = await settled(
        api,
        "a",
        "the release is complete",
        (status, each) =>
          at(status, "replicas") === 2 && conditionOf(each, "Progressing") === "True NewReplicaSetAvailable",
      );
      matches(after["status"], { replicas: 2, updatedReplicas: 2, availableReplicas: 2 });
      equal(revisionOf(after), 2);
    },
    "a release without a surge ends an old pod before it starts a new one": async (api) => {
      await start(api, 3, rolling(0, 1));
      await release(api, "2.0");
      await eventuallyWanted(api, [2, 1]);
      await countPods(api, "a", "2.0", 1);
      equal((await podsOf(api, "a", "1.0")).length, 2);
      await allReady(api, "a", "2.0");
      await eventuallyWanted(api, [1, 2]);
    },
    "the bounds of a release may be percentages: a surge is rounded up, what may be missing is rounded down": async (
      api,
    ) => {
      await start(api, 3);
      await release(api, "2.0");
      await eventuallyWanted(api, [3, 1]);
    },
    "a release that recreates ends all old pods before it starts new ones": async (api) => {
      await start(api, 2, { strategy: { type: "Recreate" } });
      await release(api, "2.0");
      await countPods(api, "a", "2.0", 2);
      equal((await podsOf(api, "a", "1.0")).length, 0);
      deepEqual(await wanted(api), [0, 2]);
    },
    "a release that never becomes ready exceeds its deadline, and the old pods stay": async (api) => {
      await start(api, 1, { progressDeadlineSeconds: 2, ...rolling(1, 0) });
      await release(api, "broken");
      const after = await settled(
        api,
        "a",
        "the deadline is exceeded",
        (_, each) => conditionOf(each, "Progressing") === "False ProgressDeadlineExceeded",
      );
      equal(conditionOf(after, "Available"), "True MinimumReplicasAvailable");
      const [condition] = listAt(after, "status.conditions").filter((each) => at(each, "type") === "Progressing");
      match(String(at(condition, "message")), /^ReplicaSet "a-\w+" has timed out progressing\.$/);
      equal((await podsOf(api, "a", "1.0")).length, 1);
    },
    "a release in the middle of another one takes over": async (api) => {
      await start(api, 1, rolling(1, 0));
      await release(api, "broken");
      await countPods(api, "a", "broken", 1);
      await release(api, "3.0");
      await countPods(api, "a", "3.0", 1);
      await countPods(api, "a", "broken", 0);
      await allReady(api, "a", "3.0");
      await countPods(api, "a", "1.0", 0);
      await eventuallyWanted(api, [0, 0, 1]);
    },
    "a former template is released by its former ReplicaSet, with a new revision": async (api) => {
      done(await api.create(deployments, deployment("a", { template: templateOf("a", "1.0") })));
      const [first] = await api.eventually("revision 1", async () => {
        const sets = await replicaSetsOf(api, "a");
        return sets.length === 1 ? sets : undefined;
      });
      await release(api, "2.0");
      await settled(api, "a", "revision 2", (_, each) => revisionOf(each) === 2);
      await release(api, "1.0");
      await settled(api, "a", "revision 3", (_, each) => revisionOf(each) === 3);
      const sets = await replicaSetsOf(api, "a");
      deepEqual(sets.map(revisionOf), [2, 3]);
      equal(sets[1]?.metadata.uid, first?.metadata.uid);
      equal(sets[1]?.metadata.annotations?.["deployment.kubernetes.io/revision-history"], "1");
    },
    "no more old ReplicaSets are kept than the limit says": async (api) => {
      done(await api.create(deployments, deployment("a", { revisionHistoryLimit: 1, template: templateOf("a", "1") })));
      for (const revision of [2, 3]) {
        await settled(api, "a", "the last release is complete", (_, each) => revisionOf(each) === revision - 1);
        await release(api, `${revision}`);
      }
      await settled(api, "a", "revision 3", (_, each) => revisionOf(each) === 3);
      await api.eventually("the first revision is gone", async () => {
        deepEqual((await replicaSetsOf(api, "a")).map(revisionOf), [2, 3]);
        return true;
      });
    },
    "labels of a Deployment do not start a release, its replicas scale the ReplicaSet": async (api) => {
      done(await api.create(deployments, deployment("a")));
      await settled(api, "a", "revision 1", (_, each) => revisionOf(each) === 1);
      done(await api.patch(deployments, "a", { type: "merge", body: { metadata: { labels: { a: "b" } } } }));
      await change(api, { replicas: 2 });
      await countPods(api, "a", "1.0", 2);
      await change(api, { replicas: 0 });
      await countPods(api, "a", "1.0", 0);
      deepEqual(await wanted(api), [0]);
    },
    "pods that are not ready go first when there are to be fewer": async (api) => {
      await start(api, 3);
      const [first, , last] = await podsOf(api, "a");
      ok(first !== undefined && last !== undefined);
      await report(api, first, false);
      await report(api, last, false);
      await change(api, { replicas: 1 });
      await countPods(api, "a", "1.0", 1);
      const [left] = await podsOf(api, "a");
      ok(left?.metadata.uid !== first.metadata.uid && left?.metadata.uid !== last.metadata.uid);
    },
    "a paused Deployment releases nothing until it goes on": async (api) => {
      await start(api, 1);
      await change(api, { paused: true });
      await settled(
        api,
        "a",
        "it is paused",
        (_, each) => conditionOf(each, "Progressing") === "Unknown DeploymentPaused",
      );
      await release(api, "2.0");
      await settled(api, "a", "the change is seen", () => true);
      equal((await replicaSetsOf(api, "a")).length, 1);
      await change(api, { paused: null });
      await countPods(api, "a", "2.0", 1);
    },
    "a paused Deployment is scaled": async (api) => {
      await start(api, 1, { paused: undefined });
      await change(api, { paused: true, replicas: 2 });
      await countPods(api, "a", "1.0", 2);
    },
    "with a Deployment its ReplicaSets and pods go": async (api) => {
      await start(api, 1);
      done(await api.delete(deployments, "a", { body: { propagationPolicy: "Background" } }));
      await api.eventually("all is gone", async () => {
        deepEqual([(await replicaSetsOf(api, "a")).length, (await podsOf(api, "a")).length], [0, 0]);
        return true;
      });
    },
    "in the foreground a Deployment goes after its ReplicaSets and pods": async (api) => {
      await start(api, 1);
      done(await api.delete(deployments, "a", { body: { propagationPolicy: "Foreground" } }));
      await api.eventually("the Deployment is gone", async () =>
        (await api.get(deployments, "a")).status === 404 ? true : undefined,
      );
      deepEqual([(await replicaSetsOf(api, "a")).length, (await podsOf(api, "a")).length], [0, 0]);
    },
    "a Deployment adopts the ReplicaSet that its predecessor left as an orphan": async (api) => {
      await start(api, 1);
      const [orphan] = await replicaSetsOf(api, "a");
      done(await api.delete(deployments, "a", { body: { propagationPolicy: "Orphan" } }));
      await api.eventually("the Deployment is gone", async () =>
        (await api.get(deployments, "a")).status === 404 ? true : undefined,
      );
      equal((await podsOf(api, "a")).length, 1);
      const heir = done(await api.create(deployments, deployment("a", { replicas: 1, template: templateOf("a") })));
      await api.eventually("the ReplicaSet is adopted", async () => {
        const [set] = await replicaSetsOf(api, "a");
        equal(set?.metadata.uid, orphan?.metadata.uid);
        equal(set?.metadata.ownerReferences?.[0]?.uid, heir.metadata.uid);
        return true;
      });
    },
    "events tell how ReplicaSets are scaled": async (api) => {
      done(await api.create(deployments, deployment("a", { replicas: 1 })));
      const query = { fieldSelector: "involvedObject.kind=Deployment,involvedObject.name=a" };
      const event = await api.eventually("there is an event", async () =>
        listAt(done(await api.list(events, { query })), "items").find(
          (each) => at(each, "reason") === "ScalingReplicaSet",
        ),
      );
      match(String(at(event, "message")), /^Scaled up replica set a-\w+ from 0 to 1$/);
      matches(event, { type: "Normal", source: { component: "deployment-controller" } });
    },
    "events tell which pods a ReplicaSet creates": async (api) => {
      done(await api.create(deployments, deployment("a", { replicas: 1 })));
      const query = { fieldSelector: "involvedObject.kind=ReplicaSet,reason=SuccessfulCreate" };
      const event = await api.eventually(
        "there is an event",
        async () => listAt(done(await api.list(events, { query })), "items")[0],
      );
      match(String(at(event, "message")), /^Created pod: a-\w+-\w{5}$/);
    },
    "a DaemonSet that fits no node is up to date with no pods": async (api) => {
      const nodeSelector = { "example.com/nowhere": "true" };
      const template = {
        metadata: { labels: { app: "a" } },
        spec: { nodeSelector, containers: [{ name: "app", image: "a" }] },
      };
      const spec = { selector: { matchLabels: { app: "a" } }, template };
      done(await api.create(daemonSets, { metadata: { name: "a" }, spec }));
      const set = await api.eventually("the DaemonSet is looked at", async () => {
        const found = done(await api.get(daemonSets, "a"));
        return at(found, "status.observedGeneration") === 1 ? found : undefined;
      });
      matches(set["status"], {
        desiredNumberScheduled: 0,
        currentNumberScheduled: 0,
        numberMisscheduled: 0,
        numberReady: 0,
      });
    },
  },
};
