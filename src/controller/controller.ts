import { canaries } from "../api/canary.ts";
import type { Canary } from "../api/canary.ts";
import { InvalidSpec } from "../api/errors.ts";
import { apexName, canaryName, primaryName, sourceName, targetName } from "../api/names.ts";
import type { Clock } from "../clock.ts";
import { hookChecksum } from "../hooks/checksum.ts";
import { sendEvent } from "../hooks/event-webhook.ts";
import type { Http } from "../http.ts";
import { Conflict, NotFound } from "../kubernetes/errors.ts";
import type { RecordEvent } from "../kubernetes/events.ts";
import { keyOf } from "../kubernetes/informer.ts";
import type { ObjectRef } from "../kubernetes/objects.ts";
import type { Log } from "../log.ts";
import { nextStep } from "../release/release.ts";
import type { Announcement } from "../release/step.ts";
import { act } from "./act.ts";
import type { Tell } from "./act.ts";
import { callPostRollout, sendAlerts } from "./announce.ts";
import { ask } from "./ask.ts";
import type { Cluster } from "./cluster.ts";
import { observe } from "./observe.ts";
import type { Scene } from "./observe.ts";
import { createQueue } from "./queue.ts";
import type { Settings } from "./settings.ts";
import type { Telemetry } from "./telemetry.ts";

export interface ControllerOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly http: Http;
  readonly settings: Settings;
  readonly record: RecordEvent;
  readonly telemetry: Telemetry;
  readonly log: Log;
}

const shortestRetryMs = 1000;
const longestRetryMs = 30_000;

/**
 * The loop: whatever changes puts a Canary on the queue; its turn observes, asks, decides, acts and records.
 * Runs until the signal is aborted, then finishes the turns under way.
 */
export async function runController(options: ControllerOptions, signal: AbortSignal): Promise<void> {
  const { cluster, clock, http, settings, record, telemetry, log } = options;
  /** Which Canaries an object matters to, by the object's kind, namespace and name. */
  const watchers = new Map<string, Set<string>>();
  const failures = new Map<string, number>();
  /** The last thing said of each Canary: what merely goes on is not said again. */
  const lastSaid = new Map<string, string>();

  const tell: Tell = (canary, { type, text, phase = canary.status?.phase ?? "" }) => {
    const key = keyOf(canary.metadata);
    if (lastSaid.get(key) === text) return;
    lastSaid.set(key, text);
    log.info({ canary: sourceName(canary) }, text);
    record({ apiVersion: "flagger.app/v1beta1", kind: "Canary", metadata: canary.metadata }, type, text);
    const context = { canary, checksum: hookChecksum(canary.status ?? {}), globalUrl: settings.eventWebhook };
    sendEvent(http, clock, context, { type, text, phase }).then(
      (reasons) => {
        for (const reason of reasons) log.warn({ canary: sourceName(canary) }, `event webhook: ${reason}`);
      },
      (error: unknown) => {
        log.warn({ canary: sourceName(canary) }, `event webhook: ${String(error)}`);
      },
    );
  };

  async function turn(key: string): Promise<void> {
    const [namespace = "", name = ""] = key.split("/");
    const canary = cluster.canaries.get({ namespace, name });
    if (canary === undefined || signal.aborted) return;
    try {
      await step(key, canary);
      failures.delete(key);
    } catch (error) {
      if (error instanceof Conflict || error instanceof NotFound) {
        log.debug({ canary: sourceName(canary) }, String(error));
      } else if (error instanceof InvalidSpec) {
        tell(canary, { kind: "event", type: "Warning", text: error.message });
      } else {
        log.error({ canary: sourceName(canary), err: error }, "step failed, trying again");
        tell(canary, { kind: "event", type: "Warning", text: String(error) });
      }
      const failed = failures.get(key) ?? 0;
      failures.set(key, failed + 1);
      queue.addAt(key, clock.now() + Math.min(longestRetryMs, shortestRetryMs * 2 ** failed));
    }
  }

  async function step(key: string, canary: Canary): Promise<void> {
    const scene = observe(cluster, canary, settings, clock.now());
    follow(key, canary, scene);
    telemetry.observe(scene.seen);
    const asked = nextStep(scene.seen);
    const begun = clock.now();
    const note = (metric: string, value: number): void => {
      telemetry.value(canary, metric, value);
    };
    const results = await ask({ http, clock, cluster, settings, note }, scene.seen, asked.checks);
    if (asked.checks.length > 0) {
      telemetry.tick(scene.seen, (clock.now() - begun) / 1000);
      // What has changed while the answers were awaited may have made them worthless.
      const now = observe(cluster, cluster.canaries.get(canary.metadata) ?? canary, settings, clock.now());
      if (isOutdated(scene, now)) {
        queue.add(key);
        return;
      }
    }
    const { effects, status, announcements, wakeAt } = asked.conclude(results);
    for (const effect of effects) await act(cluster, settings, scene, effect, tell);
    if (wakeAt !== undefined) queue.addAt(key, wakeAt);
    if (status === scene.seen.status) return;
    const recorded = await cluster.client.replace(canaries, { ...canary, status }, { subresource: "status" });
    cluster.canaries.learn(recorded);
    for (const announcement of announcements) await announce(scene, recorded, announcement);
  }

  async function announce(scene: Scene, canary: Canary, announcement: Announcement): Promise<void> {
    const context = { http, clock, cluster, settings, tell };
    switch (announcement.kind) {
      case "alert":
        return sendAlerts(context, canary, announcement);
      case "postRollout":
        return callPostRollout(context, canary, announcement.phase);
      case "finished":
        telemetry.finished(scene.seen, announcement);
        return;
    }
  }

  /** Sees to it that a change of anything the Canary stands on gives it a turn. */
  function follow(key: string, canary: Canary, { copy }: Scene): void {
    const refs = [...dependencies(canary), ...copy.trackedConfigs];
    for (const { kind, name } of refs) {
      const watched = `${kind}/${keyOf({ namespace: canary.metadata.namespace ?? "", name })}`;
      const keys = watchers.get(watched) ?? new Set();
      watchers.set(watched, keys.add(key));
    }
  }

  const queue = createQueue(clock, turn);
  const running = (): boolean => !signal.aborted;

  cluster.canaries.onChange((change) => {
    const key = keyOf(change.object.metadata);
    if (change.kind === "deleted") {
      queue.forget(key);
      lastSaid.delete(key);
      failures.delete(key);
      telemetry.forget(change.object);
    } else if (running()) {
      // The target may be missing still: its arrival matters, too.
      for (const { kind, name } of dependencies(change.object)) {
        const watched = `${kind}/${keyOf({ namespace: change.object.metadata.namespace ?? "", name })}`;
        watchers.set(watched, (watchers.get(watched) ?? new Set()).add(key));
      }
      queue.add(key);
    }
    telemetry.total(countByNamespace(cluster));
  });
  cluster.onChange(({ kind, ...changed }) => {
    if (kind === "Canary") return;
    for (const key of watchers.get(`${kind}/${keyOf(changed)}`) ?? []) queue.add(key);
  });
  for (const canary of cluster.canaries.list()) queue.add(keyOf(canary.metadata));
  telemetry.total(countByNamespace(cluster));

  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => {
      resolve();
    });
  });
  queue.stop();
  await queue.idle();
}

/** The objects whose changes matter to a Canary, all in its namespace. */
function dependencies(canary: Canary): readonly Pick<ObjectRef, "kind" | "name">[] {
  const target = targetName(canary);
  const apex = apexName(canary);
  const scaler = canary.spec.autoscalerRef;
  return [
    { kind: canary.spec.targetRef.kind, name: target },
    { kind: canary.spec.targetRef.kind, name: primaryName(target) },
    ...[apex, primaryName(apex), canaryName(apex)].map((name) => ({ kind: "Service", name })),
    ...(scaler === undefined
      ? []
      : [scaler.name, primaryName(scaler.name)].map((name) => ({ kind: scaler.kind, name }))),
  ];
}

/** Whether the answers to a scene's questions no longer count: another revision, or another spec. */
function isOutdated({ seen: then }: Scene, { seen: now }: Scene): boolean {
  return (
    then.canary.metadata.generation !== now.canary.metadata.generation ||
    then.canary.metadata.deletionTimestamp !== now.canary.metadata.deletionTimestamp ||
    then.target.revision !== now.target.revision ||
    JSON.stringify(then.target.configs) !== JSON.stringify(now.target.configs)
  );
}

function countByNamespace({ canaries: cache }: Cluster): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { metadata } of cache.list()) {
    const namespace = metadata.namespace ?? "";
    counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  }
  return counts;
}
