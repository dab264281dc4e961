import type { DeploymentObject, ReplicaSetObject } from "./kinds.ts";

/** How many pods of a Deployment there may be beyond those wanted, and how many of those wanted may be missing. */
export interface RollingLimits {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

const usual = "25%";

/**
 * The limits in pods. A share of the wanted pods is rounded up for the surge and down for what may be missing; where
 * both come to nothing, one may be missing, or no update could ever go on.
 */
export function rollingLimits({ spec }: DeploymentObject): RollingLimits {
  const { type = "RollingUpdate", rollingUpdate } = spec?.strategy ?? {};
  if (type !== "RollingUpdate") return { maxSurge: 0, maxUnavailable: 0 };
  const wanted = spec?.replicas ?? 1;
  const maxSurge = podsOf(rollingUpdate?.maxSurge ?? usual, wanted, Math.ceil);
  const missing = podsOf(rollingUpdate?.maxUnavailable ?? usual, wanted, Math.floor);
  const maxUnavailable = maxSurge === 0 && missing === 0 ? 1 : missing;
  return { maxSurge, maxUnavailable: Math.min(maxUnavailable, wanted) };
}

/** A number of pods, or a share of all as `25%`, in pods. */
export function podsOf(value: number | string, all: number, round: (pods: number) => number): number {
  return typeof value === "number" ? value : round((Number.parseInt(value, 10) * all) / 100);
}

/** The most pods that the Deployment may have at all, in pods. */
export function mostPods(deployment: DeploymentObject): number {
  return (deployment.spec?.replicas ?? 1) + rollingLimits(deployment).maxSurge;
}

export function replicasOf({ spec }: ReplicaSetObject): number {
  return spec?.replicas ?? 1;
}

export function sum<T>(items: readonly T[], numberOf: (item: T) => number): number {
  return items.reduce((total, item) => total + numberOf(item), 0);
}
