import type { DeploymentCondition, DeploymentStatus } from "kubernetes-types/apps/v1.d.ts";
import type { DeploymentObject, ReplicaSetObject } from "./kinds.ts";
import { replicasOf, rollingLimits, sum } from "./rolling-limits.ts";
import { msOf } from "./time.ts";
import { count } from "./world.ts";
import { timestamp } from "../../timestamp.ts";

/** Pods on their way out, which the package of types does not know yet. */
type Status = DeploymentStatus & { readonly terminatingReplicas?: number | undefined };

/** A condition without its times. */
export type Verdict = Pick<DeploymentCondition, "type" | "status" | "reason" | "message">;

/** The longest deadline stands for none. */
const noDeadline = 2 ** 31 - 1;

/** How long the Deployment may go without progress, in milliseconds; undefined for as long as it likes. */
export function deadlineMs({ spec }: DeploymentObject): number | undefined {
  const seconds = spec?.progressDeadlineSeconds;
  return seconds === undefined || seconds === noDeadline ? undefined : 1000 * seconds;
}

/** What the pods of its ReplicaSets make of a Deployment, without a word on its progress. `now` in ms. */
export function podStatus(
  deployment: DeploymentObject,
  old: readonly ReplicaSetObject[],
  current: ReplicaSetObject | undefined,
  now: number,
): Status {
  const { spec, metadata, status = {} } = deployment;
  const sets = current === undefined ? old : [...old, current];
  const available = sum(sets, (set) => set.status?.availableReplicas ?? 0);
  const enough = available >= (spec?.replicas ?? 1) - rollingLimits(deployment).maxUnavailable;
  const { conditions, collisionCount } = status;
  return withoutGaps({
    observedGeneration: metadata.generation,
    replicas: count(sum(sets, (set) => set.status?.replicas ?? 0)),
    updatedReplicas: count(current?.status?.replicas ?? 0),
    readyReplicas: count(sum(sets, (set) => set.status?.readyReplicas ?? 0)),
    availableReplicas: count(available),
    unavailableReplicas: count(Math.max(0, sum(sets, replicasOf) - available)),
    terminatingReplicas: sum(sets, (set) => (set.status as Status | undefined)?.terminatingReplicas ?? 0),
    collisionCount,
    conditions: withCondition(
      conditions,
      enough
        ? {
            type: "Available",
            status: "True",
            reason: "MinimumReplicasAvailable",
            message: "Deployment has minimum availability.",
          }
        : {
            type: "Available",
            status: "False",
            reason: "MinimumReplicasUnavailable",
            message: "Deployment does not have minimum availability.",
          },
      now,
    ),
  });
}

/** The status of a Deployment that is rolling out or has done so: with its progress. `now` in ms. */
export function rolloutStatus(
  deployment: DeploymentObject,
  old: readonly ReplicaSetObject[],
  current: ReplicaSetObject | undefined,
  now: number,
): Status {
  const status = podStatus(deployment, old, current, now);
  const deadline = deadlineMs(deployment);
  if (deadline === undefined) return { ...status, conditions: without(status.conditions, "Progressing") };
  const before = conditionOf(deployment, "Progressing");
  if (status.replicas === status.updatedReplicas && before?.reason === "NewReplicaSetAvailable") return status;

  const what =
    current === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${current.metadata.name}"`;
  const type = "Progressing";
  if (isComplete(deployment, status)) {
    const message = `${what} has successfully progressed.`;
    const verdict = { type, status: "True", reason: "NewReplicaSetAvailable", message };
    return { ...status, conditions: withCondition(status.conditions, verdict, now) };
  }
  if (hasProgressed(deployment.status ?? {}, status)) {
    const verdict = { type, status: "True", reason: "ReplicaSetUpdated", message: `${what} is progressing.` };
    const [time, since] = [timestamp(now), before?.status === "True" ? before.lastTransitionTime : undefined];
    const condition = { ...verdict, lastUpdateTime: time, lastTransitionTime: since ?? time };
    return { ...status, conditions: [...without(status.conditions, type), condition] };
  }
  if (isTimedOut(before, deadline, now)) {
    const message = `${what} has timed out progressing.`;
    const verdict = { type, status: "False", reason: "ProgressDeadlineExceeded", message };
    return { ...status, conditions: withCondition(status.conditions, verdict, now) };
  }
  return status;
}

/** Whether all pods are of the new template, and available. */
export function isComplete({ spec, metadata }: DeploymentObject, status: DeploymentStatus): boolean {
  const wanted = spec?.replicas ?? 1;
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, observedGeneration = 0 } = status;
  return (
    [updatedReplicas, replicas, availableReplicas].every((number) => number === wanted) &&
    observedGeneration >= (metadata.generation ?? 0)
  );
}

/** When the Deployment must be looked at again lest its deadline pass unseen, in ms from now; undefined for never. */
export function deadlineIn(deployment: DeploymentObject, now: number): number | undefined {
  const deadline = deadlineMs(deployment);
  const condition = conditionOf(deployment, "Progressing");
  if (deadline === undefined || condition === undefined) return undefined;
  if (isComplete(deployment, deployment.status ?? {}) || condition.reason === "ProgressDeadlineExceeded") {
    return undefined;
  }
  return Math.max(0, msOf(condition.lastUpdateTime) + deadline - now) + 1000;
}

export function conditionOf({ status }: DeploymentObject, type: string): DeploymentCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

/** The conditions with this one: as it was, if it says the same for the same reason. */
export function withCondition(
  conditions: readonly DeploymentCondition[] | undefined,
  verdict: Verdict,
  now: number,
): DeploymentCondition[] {
  const before = conditions?.find(({ type }) => type === verdict.type);
  if (before?.status === verdict.status && before.reason === verdict.reason) return [...(conditions ?? [])];
  const time = timestamp(now);
  const since = before?.status === verdict.status ? before.lastTransitionTime : undefined;
  const condition = { ...verdict, lastUpdateTime: time, lastTransitionTime: since ?? time };
  return [...without(conditions, verdict.type), condition];
}

function without(conditions: readonly DeploymentCondition[] = [], type: string): DeploymentCondition[] {
  return conditions.filter((condition) => condition.type !== type);
}

/** More new pods or fewer old ones, more ready or more available. */
function hasProgressed(before: DeploymentStatus, now: DeploymentStatus): boolean {
  const oldPods = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus): number => replicas - updatedReplicas;
  return (
    (now.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    oldPods(now) < oldPods(before) ||
    (now.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (now.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function isTimedOut(condition: DeploymentCondition | undefined, deadline: number, now: number): boolean {
  if (condition === undefined || condition.reason === "NewReplicaSetAvailable") return false;
  return condition.reason === "ProgressDeadlineExceeded" || msOf(condition.lastUpdateTime) + deadline < now;
}

function withoutGaps(status: { readonly [K in keyof Status]: Status[K] | undefined }): Status {
  return Object.fromEntries(Object.entries(status).filter(([, value]) => value !== undefined));
}
