import type { DeploymentObject, ReplicaSetObject } from "./kinds.ts";
import { mostPodsAnnotation, wantedPodsAnnotation } from "./revisions.ts";
import { mostPods, replicasOf, sum } from "./rolling-limits.ts";
import type { Scaling } from "./rolling-update.ts";

/** Whether the Deployment wants another number of pods than when its ReplicaSets were last scaled. */
export function isScaled(deployment: DeploymentObject, sets: readonly ReplicaSetObject[]): boolean {
  return active(sets).some(({ metadata }) => {
    const wanted = metadata.annotations?.[wantedPodsAnnotation];
    return wanted !== undefined && Number(wanted) !== deployment.spec?.replicas;
  });
}

/**
 * What scaling a Deployment means for its ReplicaSets, while it rolls as well as when it does not: one set alone gets
 * all pods; of several each gets its share of what is added or taken away, so that a roll-out stays where it is.
 */
export function scaleSets(
  deployment: DeploymentObject,
  old: readonly ReplicaSetObject[],
  current: ReplicaSetObject | undefined,
): readonly Scaling[] {
  const wanted = deployment.spec?.replicas ?? 1;
  const sets = active(current === undefined ? old : [...old, current]);
  if (sets.length <= 1) {
    const only = sets[0] ?? current ?? old.at(-1);
    return only === undefined ? [] : [{ set: only, replicas: wanted }];
  }
  if (current !== undefined && isSaturated(deployment, current)) {
    return active(old).map((set) => ({ set, replicas: 0 }));
  }
  return deployment.spec?.strategy?.type === "Recreate" ? [] : shareOut(deployment, sets);
}

function shareOut(deployment: DeploymentObject, sets: readonly ReplicaSetObject[]): readonly Scaling[] {
  const allowed = deployment.spec?.replicas === 0 ? 0 : mostPods(deployment);
  const change = allowed - sum(sets, replicasOf);
  const age = (set: ReplicaSetObject): number => Date.parse(set.metadata.creationTimestamp ?? "");
  // The largest first; of equal ones the newer gains and the older loses.
  const inOrder = [...sets].sort(
    (a, b) => replicasOf(b) - replicasOf(a) || (change > 0 ? age(b) - age(a) : age(a) - age(b)),
  );
  let rest = change;
  const scaled = inOrder.map((set) => {
    const share = shareOf(deployment, set, rest);
    rest -= share;
    return { set, replicas: replicasOf(set) + share };
  });
  // What rounding leaves over is the first one's.
  return scaled.map(({ set, replicas }, index) => ({
    set,
    replicas: Math.max(0, index === 0 ? replicas + rest : replicas),
  }));
}

/** What one set gains or loses: its share in the most pods that there could be before, of those that there can be now. */
function shareOf(deployment: DeploymentObject, set: ReplicaSetObject, rest: number): number {
  if (rest === 0) return 0;
  const replicas = replicasOf(set);
  const before = Number(set.metadata.annotations?.[mostPodsAnnotation] ?? 0) || (deployment.status?.replicas ?? 0);
  const now = deployment.spec?.replicas === 0 ? 0 : mostPods(deployment);
  const share = before === 0 ? 0 : Math.round((replicas * now) / before) - replicas;
  return rest > 0 ? Math.min(share, rest) : Math.max(share, rest);
}

function isSaturated({ spec }: DeploymentObject, set: ReplicaSetObject): boolean {
  const wanted = spec?.replicas ?? 1;
  const known = Number(set.metadata.annotations?.[wantedPodsAnnotation]);
  return known === wanted && replicasOf(set) === wanted && set.status?.availableReplicas === wanted;
}

function active(sets: readonly ReplicaSetObject[]): readonly ReplicaSetObject[] {
  return sets.filter((set) => replicasOf(set) > 0);
}
