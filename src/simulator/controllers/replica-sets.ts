import type { PodSpec, PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import type { Resource } from "../../kubernetes/resources.ts";
import { kinds } from "./kinds.ts";
import type { PodObject, ReplicaSetObject } from "./kinds.ts";
import { claim, controllerReference, ownersOf } from "./ownership.ts";
import { isActive, isAvailable, isOver, isReady, nextAvailableIn } from "./pod-facts.ts";
import { replicasOf } from "./rolling-limits.ts";
import { hasLabels } from "./selectors.ts";
import { victims } from "./victims.ts";
import { count, follow, keyFrom, write, writeStatus } from "./world.ts";
import type { World } from "./world.ts";

const kinship = { ownerKind: kinds.replicaSets, ownedKind: kinds.pods };
/** The most pods that are created or deleted in one go. */
const burst = 500;

/** Gives each ReplicaSet as many pods as it wants. */
export function controlReplicaSets(world: World): void {
  const { client, clock, caches, record, suffix } = world;
  /** Pods whose deletion the cache does not show yet. */
  const doomed = new Set<string>();

  async function sync(key: string): Promise<void> {
    const set = caches.replicaSets.get(keyFrom(key));
    if (set === undefined) return;
    const all = await claim(client, { ...kinship, owned: caches.pods }, set);
    const pods = all.filter((pod) => isActive(pod) && !doomed.has(pod.metadata.uid ?? ""));
    if (set.metadata.deletionTimestamp === undefined) await adjust(set, pods);
    // One moment for both: a timer may come a millisecond early, and the next look must not be missed then.
    const now = clock.now();
    const status = statusOf(set, all, pods, now);
    await writeStatus(world, kinds.replicaSets, caches.replicaSets, set, status);
    const wait = nextAvailableIn(pods, set.spec?.minReadySeconds ?? 0, now);
    if (wait !== undefined) loop.addAfter(key, wait);
  }

  async function adjust(set: ReplicaSetObject, pods: readonly PodObject[]): Promise<void> {
    const missing = replicasOf(set) - pods.length;
    for (let n = 0; n < Math.min(missing, burst); n++) {
      const pod = podOf(kinds.replicaSets, set, set.spec?.template, suffix());
      const { metadata } = await write(caches.pods, () => client.create(kinds.pods, pod));
      tell(set, "SuccessfulCreate", `Created pod: ${metadata.name}`);
    }
    for (const { metadata } of victims(pods, Math.min(burst, Math.max(0, -missing)))) {
      const { uid = "" } = metadata;
      doomed.add(uid);
      try {
        await client.delete(kinds.pods, metadata, { uid });
      } catch (error) {
        doomed.delete(uid);
        throw error;
      }
      tell(set, "SuccessfulDelete", `Deleted pod: ${metadata.name}`);
    }
  }

  function tell(set: ReplicaSetObject, reason: string, message: string): void {
    record(kinds.replicaSets, set, { component: "replicaset-controller", type: "Normal", reason, message });
  }

  const loop = world.loop(sync);
  follow(caches.replicaSets, loop);
  caches.pods.onChange(({ kind, object }) => {
    if (kind === "deleted" || object.metadata.deletionTimestamp !== undefined) doomed.delete(object.metadata.uid ?? "");
    for (const key of ownersOf(kinds.replicaSets, caches.replicaSets, object)) loop.add(key);
  });
}

/** A pod of a template, controlled by its owner. */
export function podOf(
  ownerKind: Resource,
  owner: KubeObject,
  template: PodTemplateSpec | undefined,
  suffix: string,
): PodObject & { readonly metadata: { readonly generateName: string } } {
  const { labels, annotations, finalizers } = template?.metadata ?? {};
  return {
    metadata: {
      generateName: `${owner.metadata.name}-`,
      name: `${owner.metadata.name}-${suffix}`,
      namespace: owner.metadata.namespace ?? "",
      ...(labels !== undefined && { labels }),
      ...(annotations !== undefined && { annotations }),
      ...(finalizers !== undefined && { finalizers }),
      ownerReferences: [controllerReference(ownerKind, owner)],
    },
    spec: template?.spec ?? ({ containers: [] } satisfies PodSpec),
  };
}

/** What the pods of a ReplicaSet make of it. `now` in ms. */
function statusOf(
  set: ReplicaSetObject,
  all: readonly PodObject[],
  pods: readonly PodObject[],
  now: number,
): NonNullable<ReplicaSetObject["status"]> & { readonly terminatingReplicas: number } {
  const { metadata, spec, status } = set;
  const labels = spec?.template?.metadata?.labels;
  const numbers = {
    fullyLabeledReplicas: count(pods.filter((pod) => hasLabels(pod.metadata.labels, labels)).length),
    readyReplicas: count(pods.filter(isReady).length),
    availableReplicas: count(pods.filter((pod) => isAvailable(pod, spec?.minReadySeconds ?? 0, now)).length),
    observedGeneration: metadata.generation,
    conditions: status?.conditions,
  };
  return {
    replicas: pods.length,
    terminatingReplicas: all.filter((pod) => !pods.includes(pod) && !isOver(pod)).length,
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined)),
  };
}
