/** How many pods are asked for, and what the target's autoscaler would ask for at least. */
export interface Sizes {
  readonly target: number;
  /** Undefined when there is no primary. */
  readonly primary: number | undefined;
  /** Undefined when the Canary names no autoscaler. */
  readonly scalerMinimum: number | undefined;
}

/** How many pods the target gets when a run begins: at least 1. A target that has pods keeps their number. */
export function startReplicas({ target, primary, scalerMinimum }: Sizes): number {
  return target > 0 ? target : Math.max(1, scalerMinimum ?? primary ?? 1);
}

/** How many pods the target gets when it is given back to the user: as many as served until now. */
export function revertReplicas(sizes: Sizes): number {
  return sizes.primary !== undefined && sizes.primary > 0 ? sizes.primary : startReplicas(sizes);
}
