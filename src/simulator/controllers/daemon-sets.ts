import { keyOf } from "../../kubernetes/informer.ts";
import { daemonStatus, planDaemonPods, revisionHash, revisionLabel } from "./daemon-plan.ts";
import { kinds } from "./kinds.ts";
import type { DaemonSetObject } from "./kinds.ts";
import { claim, ownersOf } from "./ownership.ts";
import { isActive, nextAvailableIn } from "./pod-facts.ts";
import { podOf } from "./replica-sets.ts";
import { follow, keyFrom, write, writeStatus } from "./world.ts";
import type { World } from "./world.ts";

const kinship = { ownerKind: kinds.daemonSets, ownedKind: kinds.pods };

/** Keeps a pod of each DaemonSet on each node that it chooses. */
export function controlDaemonSets(world: World): void {
  const { client, clock, caches, record, suffix } = world;
  /** Pods whose deletion the cache does not show yet. */
  const doomed = new Set<string>();

  async function sync(key: string): Promise<void> {
    const set = caches.daemonSets.get(keyFrom(key));
    if (set === undefined) return;
    const pods = await claim(client, { ...kinship, owned: caches.pods }, set);
    const nodes = caches.nodes.list();
    const plan = planDaemonPods(set, nodes, pods, clock.now());
    const isSettled = !pods.some((pod) => isActive(pod) && doomed.has(pod.metadata.uid ?? ""));
    if (set.metadata.deletionTimestamp === undefined && isSettled) {
      for (const node of plan.create) await create(set, node);
      for (const { metadata } of plan.remove) {
        const { uid = "" } = metadata;
        await client.delete(kinds.pods, metadata, { uid });
        doomed.add(uid);
        tell(set, "SuccessfulDelete", `Deleted pod: ${metadata.name}`);
      }
    }
    const now = clock.now();
    const status = daemonStatus(set, nodes, pods, now);
    await writeStatus(world, kinds.daemonSets, caches.daemonSets, set, status);
    const wait = nextAvailableIn(pods.filter(isActive), set.spec?.minReadySeconds ?? 0, now);
    if (wait !== undefined) loop.addAfter(key, wait);
  }

  async function create(set: DaemonSetObject, nodeName: string): Promise<void> {
    const pod = podOf(kinds.daemonSets, set, set.spec?.template, suffix());
    const labels = { ...pod.metadata.labels, [revisionLabel]: revisionHash(set) };
    const placed = {
      ...pod,
      metadata: { ...pod.metadata, labels },
      spec: { containers: [], ...pod.spec, nodeName },
    };
    const { metadata } = await write(caches.pods, () => client.create(kinds.pods, placed));
    tell(set, "SuccessfulCreate", `Created pod: ${metadata.name}`);
  }

  function tell(set: DaemonSetObject, reason: string, message: string): void {
    record(kinds.daemonSets, set, { component: "daemonset-controller", type: "Normal", reason, message });
  }

  const loop = world.loop(sync);
  follow(caches.daemonSets, loop);
  caches.pods.onChange(({ kind, object }) => {
    if (kind === "deleted" || object.metadata.deletionTimestamp !== undefined) doomed.delete(object.metadata.uid ?? "");
    for (const key of ownersOf(kinds.daemonSets, caches.daemonSets, object)) loop.add(key);
  });
  caches.nodes.onChange(() => {
    for (const { metadata } of caches.daemonSets.list()) loop.add(keyOf(metadata));
  });
}
