import type { DeploymentObject, ReplicaSetObject } from "./kinds.ts";
import { replicasOf, rollingLimits, sum } from "./rolling-limits.ts";

/** A ReplicaSet that is to have another number of replicas. */
export interface Scaling {
  readonly set: ReplicaSetObject;
  readonly replicas: number;
}

/** How many replicas the new ReplicaSet may have now: as many as the limits leave room for beside the old ones. */
export function newReplicas(
  deployment: DeploymentObject,
  old: readonly ReplicaSetObject[],
  current: ReplicaSetObject | undefined,
): number {
  const wanted = deployment.spec?.replicas ?? 1;
  const has = current === undefined ? 0 : replicasOf(current);
  if (deployment.spec?.strategy?.type === "Recreate" || has > wanted) return wanted;
  const room = wanted + rollingLimits(deployment).maxSurge - sum(old, replicasOf) - has;
  return room <= 0 ? has : has + Math.min(room, wanted - has);
}

/**
 * Which old ReplicaSets give up pods now: first those pods that are not available, as nobody misses them, then as many
 * others as the available pods of all sets exceed what must remain. Older sets go first.
 */
export function shrinkOld(
  deployment: DeploymentObject,
  old: readonly ReplicaSetObject[],
  current: ReplicaSetObject,
): readonly Scaling[] {
  const mustRemain = (deployment.spec?.replicas ?? 1) - rollingLimits(deployment).maxUnavailable;
  const coming = replicasOf(current) - availableOf(current);
  const spare = sum([...old, current], replicasOf) - mustRemain - coming;
  if (spare <= 0) return [];

  const unavailable = spread(spare, old, (set) => replicasOf(set) - availableOf(set));
  const excess = sum([...old, current], availableOf) - mustRemain;
  const left = (set: ReplicaSetObject): number => replicasOf(set) - (unavailable.get(set) ?? 0);
  const available = spread(excess, old, left);
  return old
    .map((set) => ({ set, replicas: left(set) - (available.get(set) ?? 0) }))
    .filter(({ set, replicas }) => replicas !== replicasOf(set));
}

/** Shares out `total` among the sets in their order, to each at most what it can take. */
function spread(
  total: number,
  sets: readonly ReplicaSetObject[],
  most: (set: ReplicaSetObject) => number,
): ReadonlyMap<ReplicaSetObject, number> {
  const shares = new Map<ReplicaSetObject, number>();
  let rest = Math.max(0, total);
  for (const set of sets) {
    const share = Math.max(0, Math.min(rest, most(set)));
    shares.set(set, share);
    rest -= share;
  }
  return shares;
}

function availableOf({ status }: ReplicaSetObject): number {
  return status?.availableReplicas ?? 0;
}
