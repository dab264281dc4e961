import { kinds } from "./kinds.ts";
import type { PodObject } from "./kinds.ts";
import { nodeIP, nodeLabels, nodeName } from "./node.ts";
import { isOver } from "./pod-facts.ts";
import { startPod } from "./pod-run.ts";
import type { PodRun } from "./pod-run.ts";
import type { PodRuntime } from "./pod-runtime.ts";
import { noFit, podStatus, unschedulable } from "./pod-status.ts";
import { hasLabels } from "./selectors.ts";
import { msOf } from "./time.ts";
import { follow, keyFrom, writeStatus } from "./world.ts";
import type { World } from "./world.ts";

const scheduler = "default-scheduler";

/** Schedules pods to the one node and runs them there: starts and ends their containers, and tells of them. */
export function runKubelet(world: World, runtime: PodRuntime): void {
  const { client, clock, caches, record } = world;
  const runs = new Map<string, PodRun>();

  async function sync(key: string): Promise<void> {
    const pod = caches.pods.get(keyFrom(key));
    const run = runs.get(key);
    if (run !== undefined && run.pod.metadata.uid !== pod?.metadata.uid) abandon(key, run);
    else if (pod !== undefined) await (run === undefined ? begin(key, pod) : goOn(run, pod));
  }

  /** Schedules a pod, then starts it. */
  async function begin(key: string, pod: PodObject): Promise<void> {
    const { metadata, spec } = pod;
    const node = spec?.nodeName;
    if (metadata.deletionTimestamp !== undefined) {
      if (node === undefined || node === nodeName) await remove(pod);
    } else if (isOver(pod)) {
      return;
    } else if (node === undefined) {
      // Pods of other schedulers wait for those.
      if ((spec?.schedulerName ?? scheduler) === scheduler) await schedule(key, pod);
    } else if (node === nodeName) {
      const onChange = (): void => {
        loop.add(key);
      };
      runs.set(key, startPod({ clock, runtime, pod, onChange, tell }));
      loop.add(key);
    }
  }

  async function schedule(key: string, pod: PodObject): Promise<void> {
    if (!hasLabels(nodeLabels, pod.spec?.nodeSelector)) {
      const written = await writeStatus(world, kinds.pods, caches.pods, pod, unschedulable(pod, clock.now()));
      if (written !== pod) tellScheduler(pod, "Warning", "FailedScheduling", noFit);
      return;
    }
    await client.patch(kinds.pods, pod.metadata, { type: "merge", body: { spec: { nodeName } } });
    tellScheduler(pod, "Normal", "Scheduled", `Successfully assigned ${key} to ${nodeName}`);
  }

  /** Tells how a pod is, and ends it when it is being deleted: the API server has set the time for that. */
  async function goOn(run: PodRun, pod: PodObject): Promise<void> {
    run.pod = pod;
    const isDeleted = pod.metadata.deletionTimestamp !== undefined;
    if (isDeleted) {
      if (!run.isEnding()) {
        for (const { container } of run.records()) {
          tell(pod, "Normal", "Killing", `Stopping container ${container.name}`);
        }
      }
      run.end(msOf(pod.metadata.deletionTimestamp));
    }
    const { podIP, startedAt } = run;
    const status = podStatus(pod, { containers: run.records(), podIP, hostIP: nodeIP, startedAt }, clock.now());
    const written = await writeStatus(world, kinds.pods, caches.pods, pod, status);
    if (isDeleted && run.hasEnded()) await remove(written);
  }

  /** The pod is gone from the API, and perhaps another of its name is there. */
  function abandon(key: string, run: PodRun): void {
    run.end(0);
    if (!run.hasEnded()) return;
    runs.delete(key);
    runtime.remove(run.pod);
    loop.add(key);
  }

  async function remove({ metadata }: PodObject): Promise<void> {
    const { uid } = metadata;
    await client.remove(kinds.pods, metadata, { gracePeriodSeconds: 0, ...(uid !== undefined && { uid }) });
  }

  function tell(pod: PodObject, type: "Normal" | "Warning", reason: string, message: string): void {
    record(kinds.pods, pod, { component: "kubelet", type, reason, message });
  }

  function tellScheduler(pod: PodObject, type: "Normal" | "Warning", reason: string, message: string): void {
    record(kinds.pods, pod, { component: scheduler, type, reason, message });
  }

  const loop = world.loop(sync);
  follow(caches.pods, loop);
}
