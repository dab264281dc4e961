import type { PodObject } from "./kinds.ts";
import { isReady, readySince } from "./pod-facts.ts";
import { msOf } from "./time.ts";

const costAnnotation = "controller.kubernetes.io/pod-deletion-cost";
const phases = ["Pending", "Unknown", "Running"];

/**
 * Which pods go when there are too many: those that nobody misses first (not on a node, not running, not ready, of a
 * low deletion cost), then those ready for the shortest time, restarted most, and newest. What is left is by name.
 */
export function victims(pods: readonly PodObject[], howMany: number): readonly PodObject[] {
  return pods
    .map((pod) => ({ pod, rank: rankOf(pod) }))
    .sort((a, b) => compare(a.rank, b.rank) || (a.pod.metadata.name < b.pod.metadata.name ? -1 : 1))
    .slice(0, howMany)
    .map(({ pod }) => pod);
}

/** The lower, the sooner it goes; the first number that differs decides. */
function rankOf(pod: PodObject): readonly number[] {
  const { metadata, spec, status } = pod;
  const restarts = (status?.containerStatuses ?? []).map(({ restartCount }) => restartCount);
  return [
    spec?.nodeName === undefined ? 0 : 1,
    phases.indexOf(status?.phase ?? "Pending"),
    isReady(pod) ? 1 : 0,
    Number(metadata.annotations?.[costAnnotation] ?? 0),
    isReady(pod) ? -readySince(pod) : 0,
    -Math.max(0, ...restarts),
    -msOf(metadata.creationTimestamp),
  ];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
