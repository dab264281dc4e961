import type { DaemonSetStatus } from "kubernetes-types/apps/v1.d.ts";
import type { DaemonSetObject, NodeObject, PodObject } from "./kinds.ts";
import { hashOf } from "./names.ts";
import { isActive, isAvailable, isOver, isReady } from "./pod-facts.ts";
import { podsOf } from "./rolling-limits.ts";
import { hasLabels } from "./selectors.ts";
import { count } from "./world.ts";

/** The label of a DaemonSet's pods that tells of which template they are. */
export const revisionLabel = "controller-revision-hash";

/** The next step of a DaemonSet. */
export interface DaemonPlan {
  /** The names of the nodes that lack a pod. */
  readonly create: readonly string[];
  readonly remove: readonly PodObject[];
}

/**
 * One pod on each node that the template's node selector chooses. In an update, old pods give way: those not available
 * at once, others while no more than `maxUnavailable` nodes are without an available pod. `now` in ms.
 */
export function planDaemonPods(
  set: DaemonSetObject,
  nodes: readonly NodeObject[],
  pods: readonly PodObject[],
  now: number,
): DaemonPlan {
  const { updateStrategy, minReadySeconds = 0 } = set.spec ?? {};
  const places = placesOf(set, nodes, pods);
  const chosen = places.filter(({ eligible }) => eligible);
  const isUp = (pod: PodObject): boolean => isAvailable(pod, minReadySeconds, now);

  const over = pods.filter((pod) => isOver(pod) && pod.metadata.deletionTimestamp === undefined);
  // Where there are several, the oldest stays.
  const astray = places.flatMap(({ eligible, active }) => (eligible ? active.slice(1) : active));
  const empty = chosen.filter(({ all }) => all.length === 0).map(({ name }) => name);

  const current = chosen.flatMap(({ active }) => active.slice(0, 1));
  const old = updateStrategy?.type === "OnDelete" ? [] : current.filter((pod) => !isUpdated(set, pod));
  const most = podsOf(updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, chosen.length, Math.ceil);
  const down = chosen.length - current.filter(isUp).length - old.filter((pod) => !isUp(pod)).length;
  const replaced = [
    ...old.filter((pod) => !isUp(pod)),
    ...old.filter(isUp).slice(0, Math.max(0, Math.max(1, most) - down)),
  ];
  return { create: empty, remove: [...over, ...astray, ...replaced] };
}

/** What the pods make of a DaemonSet. `now` in ms. */
export function daemonStatus(
  set: DaemonSetObject,
  nodes: readonly NodeObject[],
  pods: readonly PodObject[],
  now: number,
): DaemonSetStatus {
  const places = placesOf(set, nodes, pods);
  const chosen = places.filter(({ eligible }) => eligible);
  const current = chosen.flatMap(({ active }) => active.slice(0, 1));
  const available = current.filter((pod) => isAvailable(pod, set.spec?.minReadySeconds ?? 0, now)).length;
  const numbers = {
    observedGeneration: set.metadata.generation,
    updatedNumberScheduled: count(current.filter((pod) => isUpdated(set, pod)).length),
    numberAvailable: count(available),
    numberUnavailable: count(chosen.length - available),
  };
  return {
    currentNumberScheduled: current.length,
    numberMisscheduled: places.filter(({ eligible, active }) => !eligible && active.length > 0).length,
    desiredNumberScheduled: chosen.length,
    numberReady: current.filter(isReady).length,
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined)),
  };
}

/** The value of the revision label for the DaemonSet's template. */
export function revisionHash({ spec }: DaemonSetObject): string {
  return hashOf(spec?.template);
}

function isUpdated(set: DaemonSetObject, { metadata }: PodObject): boolean {
  return metadata.labels?.[revisionLabel] === revisionHash(set);
}

interface Place {
  readonly name: string;
  readonly eligible: boolean;
  /** The pods there, also those on their way out; the oldest first. */
  readonly all: readonly PodObject[];
  readonly active: readonly PodObject[];
}

function placesOf(set: DaemonSetObject, nodes: readonly NodeObject[], pods: readonly PodObject[]): readonly Place[] {
  const selector = set.spec?.template.spec?.nodeSelector;
  const byAge = [...pods].sort((a, b) => (ageKey(a) < ageKey(b) ? -1 : 1));
  return nodes.map(({ metadata: { name, labels } }) => {
    const all = byAge.filter(({ spec }) => spec?.nodeName === name);
    return { name, eligible: hasLabels(labels, selector), all, active: all.filter(isActive) };
  });
}

function ageKey({ metadata }: PodObject): string {
  return `${metadata.creationTimestamp ?? ""} ${metadata.name}`;
}
