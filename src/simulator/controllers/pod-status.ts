import type { Container, ContainerStatus, PodCondition, PodStatus } from "kubernetes-types/core/v1.d.ts";
import type { PodObject } from "./kinds.ts";
import type { ContainerState } from "./pod-runtime.ts";
import { timestamp } from "../../timestamp.ts";

/** What the kubelet knows of a container. Times in milliseconds since the epoch. */
export interface ContainerRecord {
  readonly container: Container;
  /** Undefined before its first start is reported. */
  readonly state: ContainerState | undefined;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly restarts: number;
  /** How its last run ended. */
  readonly last: EndedRun | undefined;
  /** How long it waits before its next run, in ms, while it waits for it. */
  readonly backoffMs: number | undefined;
}

export interface EndedRun {
  readonly state: ContainerState & { readonly kind: "terminated" };
  /** How often the container had been restarted before. */
  readonly restarts: number;
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** What the kubelet knows of a pod that it runs. */
export interface PodRecord {
  readonly containers: readonly ContainerRecord[];
  readonly podIP: string;
  readonly hostIP: string;
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
}

/** The pod's status as the kubelet writes it. Conditions keep their times until they change. `now` in ms. */
export function podStatus(pod: PodObject, { containers, podIP, hostIP, startedAt }: PodRecord, now: number): PodStatus {
  const phase = phaseOf(pod, containers);
  const unready = containers.filter(({ state }) => !(state?.kind === "running" && state.ready));
  const over = phase === "Succeeded" || phase === "Failed";
  const ready: Verdict =
    unready.length === 0
      ? { status: "True" }
      : phase === "Succeeded"
        ? { status: "False", reason: "PodCompleted" }
        : phase === "Failed"
          ? { status: "False", reason: "PodFailed" }
          : {
              status: "False",
              reason: "ContainersNotReady",
              message: `containers with unready status: [${unready.map(({ container }) => container.name).join(" ")}]`,
            };
  const verdicts = {
    PodReadyToStartContainers: { status: over ? "False" : "True" },
    Initialized: over ? { status: "True", reason: "PodCompleted" } : { status: "True" },
    Ready: ready,
    ContainersReady: ready,
    PodScheduled: { status: "True" },
  };
  return {
    phase,
    conditions: Object.entries(verdicts).map(([type, verdict]) => conditionOf(pod, type, verdict, now)),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: timestamp(startedAt),
    containerStatuses: containers.map((record) => containerStatus(pod, record)),
    qosClass: qosOf(pod),
  };
}

/** Why a pod fits on no node. */
export const noFit = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.";

/** The status of a pod that fits on no node. `now` in ms. */
export function unschedulable(pod: PodObject, now: number): PodStatus {
  const verdict = { status: "False", reason: "Unschedulable", message: noFit };
  return { phase: "Pending", conditions: [conditionOf(pod, "PodScheduled", verdict, now)], qosClass: qosOf(pod) };
}

/** Whether a container that has ended so is to run again. */
export function restarts({ spec }: PodObject, exitCode: number): boolean {
  const policy = spec?.restartPolicy ?? "Always";
  return policy === "Always" || (policy === "OnFailure" && exitCode !== 0);
}

type Verdict = Pick<PodCondition, "status" | "reason" | "message">;

function conditionOf({ metadata, status }: PodObject, type: string, verdict: Verdict, now: number): PodCondition {
  const before = status?.conditions?.find((condition) => condition.type === type);
  const { generation } = metadata;
  return {
    type,
    ...(generation !== undefined && { observedGeneration: generation }),
    ...verdict,
    lastTransitionTime: (before?.status === verdict.status ? before.lastTransitionTime : undefined) ?? timestamp(now),
  };
}

function phaseOf(pod: PodObject, containers: readonly ContainerRecord[]): string {
  const ended = containers.flatMap(({ state }) => (state?.kind === "terminated" ? [state.exitCode] : []));
  const isDeleted = pod.metadata.deletionTimestamp !== undefined;
  if (ended.length === containers.length && ended.every((code) => isDeleted || !restarts(pod, code))) {
    return ended.some((code) => code !== 0) ? "Failed" : "Succeeded";
  }
  const neverRan = ({ state, last }: ContainerRecord): boolean =>
    (state === undefined || state.kind === "waiting") && last === undefined;
  return containers.some(neverRan) ? "Pending" : "Running";
}

function containerStatus(pod: PodObject, record: ContainerRecord): ContainerStatus {
  const { container, state, restarts: restartCount, last } = record;
  const { name, image = "" } = container;
  const idOf = (run: number): string => `simulated://${pod.metadata.uid ?? ""}/${name}/${run}`;
  const hasRun = (state !== undefined && state.kind !== "waiting") || last !== undefined;
  return {
    name,
    state: stateOf(pod, record, idOf(restartCount)),
    lastState: last === undefined ? {} : { terminated: endOf(last, idOf(last.restarts)) },
    ready: state?.kind === "running" && state.ready,
    restartCount,
    image,
    imageID: hasRun ? image : "",
    ...(hasRun && { containerID: idOf(restartCount) }),
    started: state?.kind === "running" && state.started,
  };
}

function stateOf(
  { metadata }: PodObject,
  { container, state, startedAt, finishedAt, restarts: restartCount, backoffMs }: ContainerRecord,
  containerID: string,
): NonNullable<ContainerStatus["state"]> {
  if (backoffMs !== undefined && state?.kind !== "waiting") {
    const { name, namespace = "", uid = "" } = metadata;
    const pod = `${name}_${namespace}(${uid})`;
    const message = `back-off ${backoffText(backoffMs)} restarting failed container=${container.name} pod=${pod}`;
    return { waiting: { reason: "CrashLoopBackOff", message } };
  }
  switch (state?.kind) {
    case undefined:
      return { waiting: { reason: "ContainerCreating" } };
    case "waiting":
      return { waiting: { reason: state.reason, message: state.message } };
    case "running":
      return { running: { startedAt: timestamp(startedAt) } };
    case "terminated":
      return { terminated: endOf({ state, startedAt, finishedAt, restarts: restartCount }, containerID) };
  }
}

function endOf({ state, startedAt, finishedAt }: EndedRun, containerID: string) {
  const { exitCode, reason = exitCode === 0 ? "Completed" : "Error", message } = state;
  return {
    exitCode,
    reason,
    ...(message !== undefined && { message }),
    startedAt: timestamp(startedAt),
    finishedAt: timestamp(finishedAt),
    containerID,
  };
}

/** As Go writes a duration of whole seconds: `10s`, `1m20s`. */
function backoffText(ms: number): string {
  const seconds = ms / 1000;
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

/** How sure a pod's resources are: Guaranteed when all are limited to what they request, BestEffort when none is named. */
function qosOf({ spec }: PodObject): string {
  const containers = spec?.containers ?? [];
  const named = containers.flatMap(({ resources }) => [resources?.requests, resources?.limits]);
  if (named.every((list) => list === undefined || Object.keys(list).length === 0)) return "BestEffort";
  const isGuaranteed = containers.every(({ resources: { limits = {}, requests = {} } = {} }) =>
    ["cpu", "memory"].every((name) => limits[name] !== undefined && (requests[name] ?? limits[name]) === limits[name]),
  );
  return isGuaranteed ? "Guaranteed" : "Burstable";
}
