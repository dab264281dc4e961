import type { Event } from "kubernetes-types/core/v1.d.ts";
import type { Clock } from "../../clock.ts";
import type { KubeClient } from "../../kubernetes/client.ts";
import { createClient } from "../../kubernetes/http-client.ts";
import { createApiServer } from "../apiserver.ts";
import type { StoredObject } from "../resource.ts";
import type { Usage } from "./autoscalers.ts";
import type { ControllerClient } from "./controller-client.ts";
import { controllerManager, runControllers } from "./controllers.ts";
import type { AutoscalerObject, DaemonSetObject, DeploymentObject, PodObject, ReplicaSetObject } from "./kinds.ts";
import { readiness } from "./pod-facts.ts";
import type { ContainerStart } from "./pod-runtime.ts";
import { createSimulatedPods } from "./simulated-pods.ts";
import type { Course, SimulatedPods } from "./simulated-pods.ts";

/** When tests begin, in ms since the epoch. */
export const midnight = Date.parse("2026-01-01T00:00:00Z");

/** A clock that tests move on, by milliseconds. */
type SteppedClock = Clock & { advance(ms: number): Promise<void> };

export interface StageOptions {
  /** How pods run: ready after 2 seconds unless it says otherwise. */
  readonly courseOf?: (start: ContainerStart) => Course;
  readonly usage?: Usage;
}

/** A cluster with all its controllers, under a virtual clock, and what can be seen of it. */
export interface Stage {
  readonly clock: SteppedClock;
  /** What users do. */
  readonly user: KubeClient;
  /** As a user with kubectl: with options for deletions. */
  readonly client: ControllerClient;
  readonly pods: SimulatedPods;
  /** What changed, each line with its time in seconds: numbers of workloads, phases of pods, endpoints. */
  readonly story: readonly string[];
  /** The events, as `SECONDS KIND NAME REASON MESSAGE`. */
  readonly events: readonly string[];
  /** What went wrong. */
  readonly errors: readonly unknown[];
  /** Begins the story and the events anew. */
  readonly turnPage: () => void;
  /** Stops the controllers. */
  readonly stop: () => void;
}

/** Begins when the clock stands at; the namespace `test` is there. */
export async function openStage(clock: SteppedClock, { courseOf, usage }: StageOptions = {}): Promise<Stage> {
  const started = clock.now();
  const api = createApiServer({ clock });
  const [story, events, errors]: [string[], string[], unknown[]] = [[], [], []];
  const seconds = (): string => `${(clock.now() - started) / 1000}s`;
  api.onWrite(({ type, object, previous }) => {
    const { kind = "", metadata } = object;
    if (kind === "Event") {
      const { involvedObject, reason = "", message = "" } = object as unknown as Event;
      events.push(`${seconds()} ${involvedObject.kind ?? ""} ${involvedObject.name ?? ""} ${reason}: ${message}`);
      return;
    }
    const line = type === "DELETED" ? "gone" : describe(object);
    if (line === undefined || (type !== "DELETED" && previous !== undefined && describe(previous) === line)) return;
    if (type === "DELETED" && describe(object) === undefined) return;
    story.push(`${seconds()} ${kind} ${metadata.name}: ${line}`);
  });
  const pods = createSimulatedPods(clock, courseOf ?? (() => ({ kind: "runs", readyAfterMs: 2000 })));
  const client = api.direct(controllerManager);
  const onError = (error: unknown): void => {
    errors.push(error);
  };
  const controllers = new AbortController();
  const options = { client, clock, runtime: pods, usage: usage ?? (() => undefined), onError };
  await runControllers(options, controllers.signal);
  const user = createClient(api.transport, clock);
  await user.create(
    { group: "", version: "v1", kind: "Namespace", plural: "namespaces", namespaced: false },
    { metadata: { name: "test" } },
  );
  await clock.advance(0);
  story.length = 0;
  const turnPage = (): void => {
    story.length = 0;
    events.length = 0;
  };
  const stop = (): void => {
    controllers.abort();
  };
  return { clock, user, client, pods, story, events, errors, turnPage, stop };
}

/** What a story tells of an object: a line that is as it was is not told again. */
function describe(object: StoredObject): string | undefined {
  const { deletionTimestamp } = object.metadata;
  const ending = deletionTimestamp === undefined ? "" : ", ending";
  switch (object.kind) {
    case "Deployment": {
      const { spec, status = {}, metadata } = object as unknown as DeploymentObject;
      const seen = status.observedGeneration === metadata.generation ? "" : " (unseen)";
      const conditions = (status.conditions ?? []).map(
        ({ type, status: is, reason }) => `${type}=${is} ${reason ?? ""}`,
      );
      const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
      const numbers = `${replicas} pods, ${updatedReplicas} updated, ${readyReplicas} ready, ${availableReplicas} available`;
      return `of ${spec?.replicas ?? 0}: ${numbers}${seen}; ${conditions.join("; ")}${ending}`;
    }
    case "ReplicaSet": {
      const { spec, status } = object as unknown as ReplicaSetObject;
      return `of ${spec?.replicas ?? 0}: ${status?.replicas ?? 0} pods, ${status?.availableReplicas ?? 0} available${ending}`;
    }
    case "DaemonSet": {
      const { status } = object as unknown as DaemonSetObject;
      const { desiredNumberScheduled = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = status ?? {};
      return `of ${desiredNumberScheduled}: ${updatedNumberScheduled} updated, ${numberAvailable} available${ending}`;
    }
    case "Pod": {
      const { status } = object as unknown as PodObject;
      const ready = readiness(object as unknown as PodObject)?.status === "True" ? ", ready" : "";
      const [container] = status?.containerStatuses ?? [];
      const waiting = container?.state?.waiting?.reason;
      const why = waiting === undefined || waiting === "ContainerCreating" ? "" : ` ${waiting}`;
      const restarts = (container?.restartCount ?? 0) > 0 ? `, restarted ${container?.restartCount ?? 0}` : "";
      return `${status?.phase ?? ""}${why}${ready}${restarts}${ending}`;
    }
    case "HorizontalPodAutoscaler": {
      const { status } = object as unknown as AutoscalerObject;
      const conditions = (status?.conditions ?? []).map(
        ({ type, status: is, reason }) => `${type}=${is} ${reason ?? ""}`,
      );
      return `${status?.currentReplicas ?? 0} to ${status?.desiredReplicas ?? 0}; ${conditions.join("; ")}`;
    }
    case "Namespace":
    case "ConfigMap":
      return `there${ending}`;
    default:
      return undefined;
  }
}
