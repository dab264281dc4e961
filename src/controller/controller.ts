import { canaries } from "../api/canary.ts";
import type { Canary, CanarySpec } from "../api/canary.ts";
import { InvalidSpec, NothingToRelease } from "../api/errors.ts";
import { apexName, canaryName, primaryName, sourceName } from "../api/names.ts";
import type { Clock } from "../clock.ts";
import { hookChecksum } from "../hooks/checksum.ts";
import { createEventSender } from "../hooks/event-webhook.ts";
import type { Http } from "../http.ts";
import { Conflict, NotFound } from "../kubernetes/errors.ts";
import type { ObjectAt } from "../kubernetes/change.ts";
import type { RecordEvent } from "../kubernetes/events.ts";
import { keyOf } from "../kubernetes/informer.ts";
import type { Log } from "../log.ts";
import { finalizer } from "../release/finalize.ts";
import { nextStep } from "../release/release.ts";
import { act, setFinalizer } from "./act.ts";
import { ask } from "./ask.ts";
import type { Cluster } from "./cluster.ts";
import { fenced } from "./fence.ts";
import { createFollowers } from "./followers.ts";
import type { Followed } from "./followers.ts";
import { observe, routeKinds } from "./observe.ts";
import type { Scene } from "./observe.ts";
import { createQueue } from "./queue.ts";
import { refuseRivals } from "./rivals.ts";
import type { Settings } from "./settings.ts";
import type { Telemetry } from "./telemetry.ts";
import type { Tell } from "./tell.ts";
import { Unconfirmed, reread } from "./unconfirmed.ts";

export interface ControllerOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly http: Http;
  readonly settings: Settings;
  readonly record: RecordEvent;
  readonly telemetry: Telemetry;
  readonly log: Log;
  /** Decides: `nextStep` unless somebody wants to see what comes of another one. */
  readonly decide?: typeof nextStep;
}

const shortestRetryMs = 1000;
const longestRetryMs = 30_000;

/** What this process remembers of a Canary, beside the caches. */
interface Memory {
  /** Turns that failed in a row. */
  failures: number;
  /** The last thing said since the last record: what merely goes on is not said again. */
  said: string;
  /** What was told and could not be recorded as told: it is not told again. */
  told: string;
  /** What the cache may be wrong about, as nobody knows whether the last write was carried out. */
  doubt: ObjectAt | undefined;
}

/**
 * The loop: whatever changes puts a Canary on the queue; its turn observes, asks, decides, acts and records.
 * Runs until the signal is aborted, then finishes the turns under way.
 */
export async function runController(options: ControllerOptions, signal: AbortSignal): Promise<void> {
  const { cluster, clock, http, settings, record, telemetry, log, decide = nextStep } = options;
  const followers = createFollowers();
  const memories = new Map<string, Memory>();
  const sendEvent = createEventSender(http, clock);

  function memoryOf({ metadata }: Canary): Memory {
    const key = keyOf(metadata);
    const memory = memories.get(key) ?? { failures: 0, said: "", told: "", doubt: undefined };
    if (cluster.canaries.get(metadata) !== undefined) memories.set(key, memory);
    return memory;
  }

  const tell: Tell = (canary, { type, text, phase = canary.status?.phase ?? "" }) => {
    const memory = memoryOf(canary);
    if (memory.said === text) return;
    memory.said = text;
    log.info({ canary: sourceName(canary) }, text);
    record({ apiVersion: "flagger.app/v1beta1", kind: "Canary", metadata: canary.metadata }, type, text);
    const context = { canary, checksum: hookChecksum(canary.status ?? {}), globalUrl: settings.eventWebhook };
    sendEvent(context, { type, text, phase }).then(
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
    const memory = memoryOf(canary);
    try {
      if (memory.doubt !== undefined) await reread(cluster, memory.doubt);
      memory.doubt = undefined;
      await step(key, canary, memory);
      memory.failures = 0;
    } catch (error) {
      if (error instanceof Unconfirmed) memory.doubt = error.at;
      explain(canary, error instanceof Unconfirmed ? error.cause : error);
      queue.addAt(key, clock.now() + Math.min(longestRetryMs, shortestRetryMs * 2 ** memory.failures));
      memory.failures++;
    }
  }

  function explain(canary: Canary, error: unknown): void {
    if (error instanceof Conflict || error instanceof NotFound) {
      log.debug({ canary: sourceName(canary) }, String(error));
    } else if (error instanceof InvalidSpec) {
      tell(canary, { kind: "event", type: "Warning", text: error.message });
    } else {
      log.error({ canary: sourceName(canary), err: error }, "step failed, trying again");
      tell(canary, { kind: "event", type: "Warning", text: String(error) });
    }
  }

  async function step(key: string, canary: Canary, memory: Memory): Promise<void> {
    const scene = await look(canary);
    if (scene === undefined) return;
    const { namespace = "" } = canary.metadata;
    followers.follow(key, [
      ...scene.copy.trackedConfigs.map(({ kind, name }) => ({ kind, namespace, name })),
      ...scene.router.inputs(canary).map(({ resource, key: at }) => ({ kind: resource.kind, ...at })),
    ]);
    telemetry.observe(scene.seen);
    const asked = decide(scene.seen);
    const begun = clock.now();
    const note = (metric: string, value: number): void => {
      telemetry.value(canary, metric, value);
    };
    const results = await ask({ http, clock, cluster, settings, note }, scene.seen, asked.checks);
    let present = scene;
    if (asked.checks.length > 0) {
      telemetry.tick(scene.seen, (clock.now() - begun) / 1000);
      // What has changed while the answers were awaited may have made them worthless.
      const live = cluster.canaries.get(canary.metadata);
      if (live?.metadata.uid !== canary.metadata.uid || live === undefined) return;
      const isSame = live.metadata.generation === canary.metadata.generation;
      if (isSame) present = observe(cluster, live, settings, clock.now());
      if (!isSame || isOutdated(scene, present)) {
        queue.add(key);
        return;
      }
    }
    const { effects, status, finished, wakeAt } = asked.conclude(results);
    const deciding = { ...present, source: { ...present.source, canary: { ...canary, status } } };
    const context = { http, clock, settings, tell, cluster: fenced(cluster, canary) };
    for (const effect of effects) {
      const telling = effect.kind === "alert" || effect.kind === "postRollout";
      const told = telling ? JSON.stringify([status.run?.id, effect]) : "";
      if (telling && memory.told === told) continue;
      await act(context, deciding, effect);
      if (telling) memory.told = told;
    }
    if (wakeAt !== undefined) queue.addAt(key, wakeAt);
    if (status === scene.seen.status) return;
    const recorded = await cluster.client.replace(canaries, { ...canary, status }, { subresource: "status" });
    memory.told = "";
    memory.said = "";
    cluster.canaries.learn(recorded);
    if (finished !== undefined) telemetry.finished(scene.seen, finished);
  }

  /** Observes. A Canary that is being deleted and has nothing to give back is let go. */
  async function look(canary: Canary): Promise<Scene | undefined> {
    const { deletionTimestamp, finalizers = [] } = canary.metadata;
    const isHeld = deletionTimestamp !== undefined && finalizers.includes(finalizer);
    try {
      refuseRivals(cluster.canaries, followers, canary);
      const watching = cluster.need(routeKinds(canary, settings));
      if (watching !== undefined) await watching;
      return observe(cluster, canary, settings, clock.now());
    } catch (error) {
      if (!isHeld || !(error instanceof InvalidSpec)) throw error;
      if (!(error instanceof NothingToRelease)) {
        throw new InvalidSpec(`${error.message}; until then, or until ${finalizer} is taken off it, the Canary stays`);
      }
      explain(canary, error);
      await setFinalizer(cluster, canary, false);
      return undefined;
    }
  }

  /** Whether it can be worked on. The target may be missing still: its arrival matters, too. */
  function follow(canary: Canary): boolean {
    if (isComplete(canary)) {
      followers.follow(keyOf(canary.metadata), dependencies(canary));
      return true;
    }
    log.warn({ canary: sourceName(canary) }, "ignored: it has no spec.targetRef or no spec.analysis");
    return false;
  }

  const queue = createQueue(clock, turn);

  cluster.canaries.onChange(({ kind, object }) => {
    if (kind === "deleted") {
      const key = keyOf(object.metadata);
      queue.forget(key);
      followers.forget(key);
      memories.delete(key);
      telemetry.forget(object);
    } else if (!signal.aborted && follow(object)) {
      queue.add(keyOf(object.metadata));
    }
    telemetry.total(countByNamespace(cluster));
  });
  cluster.onChange((changed) => {
    if (changed.kind === "Canary") return;
    for (const key of followers.of(changed)) queue.add(key);
  });
  for (const { metadata } of cluster.canaries.list().filter(follow)) queue.add(keyOf(metadata));
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

/** Older definitions of Canaries let one in without a spec. */
function isComplete({ spec }: { readonly spec?: Partial<CanarySpec> }): boolean {
  return spec?.targetRef !== undefined && spec.analysis !== undefined;
}

/** The objects whose changes matter to a Canary, all in its namespace. */
function dependencies(canary: Canary): readonly Followed[] {
  const { namespace = "" } = canary.metadata;
  const { targetRef, autoscalerRef } = canary.spec;
  const apex = apexName(canary);
  const at = (kind: string, ...names: readonly string[]): readonly Followed[] =>
    names.map((name) => ({ kind, namespace, name }));
  return [
    ...at(targetRef.kind, targetRef.name, primaryName(targetRef.name)),
    ...at("Service", apex, primaryName(apex), canaryName(apex)),
    ...(autoscalerRef === undefined ? [] : at(autoscalerRef.kind, autoscalerRef.name, primaryName(autoscalerRef.name))),
  ];
}

/** Whether the answers to a scene's questions no longer count: another revision, or the Canary is to go. */
function isOutdated({ seen: then }: Scene, { seen: now }: Scene): boolean {
  return (
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
