import type { PodCondition } from "kubernetes-types/core/v1.d.ts";
import type { PodObject } from "./kinds.ts";
import { msOf } from "./time.ts";

/** Whether the pod counts: it is neither over nor being deleted. */
export function isActive({ metadata, status }: PodObject): boolean {
  return metadata.deletionTimestamp === undefined && !isOver({ metadata, status: status ?? {} });
}

/** Whether all its containers have ended for good. */
export function isOver({ status }: PodObject): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

export function isReady(pod: PodObject): boolean {
  return readiness(pod)?.status === "True";
}

/** Whether it has been ready for as long as it must be to count as available. `now` in ms. */
export function isAvailable(pod: PodObject, minReadySeconds: number, now: number): boolean {
  return isReady(pod) && readySince(pod) + 1000 * minReadySeconds <= now;
}

/** Since when it is as ready, or as unready, as it is, in milliseconds since the epoch. */
export function readySince(pod: PodObject): number {
  return msOf(readiness(pod)?.lastTransitionTime);
}

export function readiness({ status }: PodObject): PodCondition | undefined {
  return status?.conditions?.find(({ type }) => type === "Ready");
}

/**
 * In how many milliseconds the next of the ready pods becomes available by time alone; undefined when none will.
 * `now` in ms.
 */
export function nextAvailableIn(pods: readonly PodObject[], minReadySeconds: number, now: number): number | undefined {
  const waits = pods
    .filter((pod) => isReady(pod) && !isAvailable(pod, minReadySeconds, now))
    .map((pod) => readySince(pod) + 1000 * minReadySeconds - now);
  return waits.length === 0 ? undefined : Math.min(...waits);
}
