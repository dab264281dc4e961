import { equal } from "../merge/equal.ts";
import {
  conditionOf,
  deadlineIn,
  deadlineMs,
  isComplete,
  podStatus,
  rolloutStatus,
  withCondition,
} from "./deployment-status.ts";
import type { Verdict } from "./deployment-status.ts";
import { kinds } from "./kinds.ts";
import type { DeploymentObject, ReplicaSetObject } from "./kinds.ts";
import { claim, controllerOf, ownersOf } from "./ownership.ts";
import { isScaled, scaleSets } from "./proportional-scaling.ts";
import { newSet, nextRevision, refreshed, revisionAnnotation, splitSets } from "./revisions.ts";
import { replicasOf } from "./rolling-limits.ts";
import { newReplicas, shrinkOld } from "./rolling-update.ts";
import { createSetWriter } from "./set-writer.ts";
import { follow, keyFrom, within, write, writeStatus } from "./world.ts";
import type { World } from "./world.ts";

const kinship = { ownerKind: kinds.deployments, ownedKind: kinds.replicaSets };

/** Turns Deployments into ReplicaSets, one per pod template, and rolls from one to the next. */
export function controlDeployments(world: World): void {
  const { client, clock, caches } = world;
  const sets = createSetWriter(world);

  async function sync(key: string): Promise<void> {
    const found = caches.deployments.get(keyFrom(key));
    if (found === undefined) return;
    const owned = await claim(client, { ...kinship, owned: caches.replicaSets }, found);
    if (found.metadata.deletionTimestamp !== undefined) {
      const { current, old } = splitSets(found, owned);
      await report(found, podStatus(found, old, current, clock.now()));
      return;
    }
    const deployment = await notePause(found);
    if (deployment.spec?.paused === true || isScaled(deployment, owned)) {
      const { deployment: noted, current, old } = await settle(deployment, owned, false);
      for (const scaling of scaleSets(noted, old, current)) await sets.scale(noted, scaling);
      if (noted.spec?.paused === true) await sets.cleanUp(noted, old);
      await report(noted, podStatus(noted, latest(old), current && latestOf(current), clock.now()));
    } else {
      await roll(deployment, owned);
    }
    const seen = caches.deployments.get(keyFrom(key));
    const again = seen && deadlineIn(seen, clock.now());
    if (again !== undefined && seen?.spec?.paused !== true) loop.addAfter(key, again);
  }

  /** Makes the next step of a roll-out, one at a time: the ReplicaSets tell when another is due. */
  async function roll(deployment: DeploymentObject, owned: readonly ReplicaSetObject[]): Promise<void> {
    if (deployment.spec?.strategy?.type === "Recreate" && (await emptyOld(deployment, owned))) return;
    const { deployment: noted, current, old } = await settle(deployment, owned, true);
    if (current === undefined) return;
    const replicas = newReplicas(noted, old, current);
    const steps = replicas === replicasOf(current) ? shrinkOld(noted, old, current) : [{ set: current, replicas }];
    for (const step of steps) await sets.scale(noted, step);
    if (steps.length === 0 && isComplete(noted, noted.status ?? {})) await sets.cleanUp(noted, old);
    await report(noted, rolloutStatus(noted, latest(old), latestOf(current), clock.now()));
  }

  /** Recreate: no new pod before the last old one is gone. Tells whether there is still one. */
  async function emptyOld(deployment: DeploymentObject, owned: readonly ReplicaSetObject[]): Promise<boolean> {
    const { deployment: noted, current, old } = await settle(deployment, owned, false);
    const full = old.filter((set) => replicasOf(set) > 0);
    for (const set of full) await sets.scale(noted, { set, replicas: 0 });
    const uids = old.map(({ metadata }) => metadata.uid);
    const running = within(caches.pods, noted.metadata.namespace).some(
      (pod) => uids.includes(controllerOf(pod)?.uid) && !["Failed", "Succeeded"].includes(pod.status?.phase ?? ""),
    );
    if (full.length === 0 && !running) return false;
    await report(noted, rolloutStatus(noted, latest(old), current && latestOf(current), clock.now()));
    return true;
  }

  /** Finds the ReplicaSet of the Deployment's template, or creates it, and numbers it. */
  async function settle(deployment: DeploymentObject, owned: readonly ReplicaSetObject[], create: boolean) {
    const { current, old } = splitSets(deployment, owned);
    const revision = nextRevision(old);
    if (current !== undefined) {
      const wanted = refreshed(deployment, current, revision);
      const same = equal(wanted, current);
      const set = same ? current : await write(caches.replicaSets, () => client.replace(kinds.replicaSets, wanted));
      const isKnown = conditionOf(deployment, "Progressing") !== undefined;
      const verdict = progressing("FoundNewReplicaSet", `Found new replica set "${set.metadata.name}"`);
      return { deployment: await number(deployment, set, isKnown ? undefined : verdict), current: set, old };
    }
    if (!create) return { deployment, current, old };
    const set = await sets.create(deployment, newSet(deployment, newReplicas(deployment, old, undefined), revision));
    const verdict = progressing("NewReplicaSetCreated", `Created new replica set "${set.metadata.name}"`);
    return { deployment: await number(deployment, set, verdict), current: set, old };
  }

  async function notePause(deployment: DeploymentObject): Promise<DeploymentObject> {
    const before = conditionOf(deployment, "Progressing")?.reason;
    if (deadlineMs(deployment) === undefined || before === "ProgressDeadlineExceeded") return deployment;
    const isPaused = deployment.spec?.paused === true;
    if (isPaused === (before === "DeploymentPaused")) return deployment;
    return note(
      deployment,
      isPaused
        ? progressing("DeploymentPaused", "Deployment is paused", "Unknown")
        : progressing("DeploymentResumed", "Deployment is resumed", "Unknown"),
    );
  }

  async function note(deployment: DeploymentObject, verdict: Verdict): Promise<DeploymentObject> {
    const conditions = withCondition(deployment.status?.conditions, verdict, clock.now());
    return report(deployment, { ...deployment.status, conditions });
  }

  /**
   * Gives the Deployment the revision of its ReplicaSet as an annotation, and the condition, if it has a deadline. Both
   * are written as status: that does not count as a change of what is wanted.
   */
  async function number(
    deployment: DeploymentObject,
    set: ReplicaSetObject,
    verdict: Verdict | undefined,
  ): Promise<DeploymentObject> {
    const revision = set.metadata.annotations?.[revisionAnnotation] ?? "";
    const { metadata, status } = deployment;
    const conditions =
      verdict === undefined || deadlineMs(deployment) === undefined
        ? status?.conditions
        : withCondition(status?.conditions, verdict, clock.now());
    const next = {
      ...deployment,
      metadata: { ...metadata, annotations: { ...metadata.annotations, [revisionAnnotation]: revision } },
      status: { ...status, ...(conditions !== undefined && { conditions }) },
    };
    if (equal(next, deployment)) return deployment;
    return write(caches.deployments, () => client.replace(kinds.deployments, next, { subresource: "status" }));
  }

  function report(deployment: DeploymentObject, status: DeploymentObject["status"]): Promise<DeploymentObject> {
    return writeStatus(world, kinds.deployments, caches.deployments, deployment, status);
  }

  function latestOf(set: ReplicaSetObject): ReplicaSetObject {
    return caches.replicaSets.get(set.metadata) ?? set;
  }

  function latest(sets: readonly ReplicaSetObject[]): readonly ReplicaSetObject[] {
    return sets.map(latestOf);
  }

  const loop = world.loop(sync);
  follow(caches.deployments, loop);
  caches.replicaSets.onChange(({ object }) => {
    for (const key of ownersOf(kinds.deployments, caches.deployments, object)) loop.add(key);
  });
  // Recreate waits for the last pod.
  caches.pods.onChange(({ kind, object }) => {
    const owner = controllerOf(object);
    const set = owner && caches.replicaSets.get({ ...object.metadata, name: owner.name });
    if (kind === "deleted" && set !== undefined) {
      for (const key of ownersOf(kinds.deployments, caches.deployments, set)) loop.add(key);
    }
  });
}

function progressing(reason: string, message: string, status = "True"): Verdict {
  return { type: "Progressing", status, reason, message };
}
