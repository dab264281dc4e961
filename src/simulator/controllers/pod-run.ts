import type { Container } from "kubernetes-types/core/v1.d.ts";
import type { Clock } from "../../clock.ts";
import type { PodObject } from "./kinds.ts";
import type { ContainerState, PodRuntime, RunningContainer } from "./pod-runtime.ts";
import { restarts } from "./pod-status.ts";
import type { ContainerRecord } from "./pod-status.ts";

/** The first restart is immediate; pauses before others double from the shortest to the longest, in ms. */
const shortestPauseMs = 10_000;
const longestPauseMs = 300_000;
/** A container that ran for longer begins with the shortest pause again, in ms. */
const forgivenMs = 600_000;
/** How soon a container is tried again that could not be started, in ms. */
const startAgainMs = 10_000;

/** The containers of a pod, from the first start until all have ended for good. */
export interface PodRun {
  /** The pod as it was last seen. */
  pod: PodObject;
  readonly podIP: string;
  /** In ms since the epoch. */
  readonly startedAt: number;
  readonly records: () => readonly ContainerRecord[];
  /** Whether nothing runs. */
  readonly hasEnded: () => boolean;
  /** Whether it is to end. */
  readonly isEnding: () => boolean;
  /** Ends all containers by then, in ms since the epoch; once more if that is sooner than before. */
  readonly end: (by: number) => void;
}

export interface PodRunOptions {
  readonly clock: Clock;
  readonly runtime: PodRuntime;
  readonly pod: PodObject;
  /** Called back when a record has changed. */
  readonly onChange: () => void;
  readonly tell: (pod: PodObject, type: "Normal" | "Warning", reason: string, message: string) => void;
}

/** A container and its current run, if it has one. */
interface Slot {
  record: ContainerRecord;
  /** Undefined while nothing runs. */
  running: RunningContainer | undefined;
  /** The pause before the next restart, in ms. */
  pauseMs: number;
  /** Cancels the next start. */
  cancel: () => void;
}

/** Starts the containers of a pod, and starts each again when it ends, as far as the pod's restart policy goes. */
export function startPod({ clock, runtime, pod, onChange, tell }: PodRunOptions): PodRun {
  const slots = (pod.spec?.containers ?? []).map(newSlot);
  let endBy: number | undefined;
  const run: PodRun = {
    pod,
    podIP: runtime.addressOf(pod),
    startedAt: clock.now(),
    records: () => slots.map(({ record }) => record),
    hasEnded: () => slots.every(({ running }) => running === undefined),
    isEnding: () => endBy !== undefined,
    end: (by) => {
      if (endBy !== undefined && endBy <= by) return;
      endBy = by;
      for (const slot of slots) {
        slot.cancel();
        slot.running?.stop(Math.max(0, by - clock.now()));
      }
    },
  };

  function start(slot: Slot): void {
    let isOver = false;
    slot.running = runtime.start({
      pod: { ...run.pod, status: { ...run.pod.status, podIP: run.podIP } },
      container: slot.record.container,
      restarts: slot.record.restarts,
      report: (state) => {
        if (isOver) return;
        isOver = state.kind !== "running";
        take(slot, state);
        onChange();
      },
      event: (type, reason, message) => {
        tell(run.pod, type, reason, message);
      },
    });
  }

  /** Takes in what has become of a container, and plans what comes next. */
  function take(slot: Slot, state: ContainerState): void {
    const before = slot.record;
    const { name } = before.container;
    const now = clock.now();
    const isStart = state.kind === "running" && before.state?.kind !== "running";
    slot.record = {
      ...before,
      state,
      backoffMs: undefined,
      ...(isStart && { startedAt: now }),
      ...(state.kind === "terminated" && { finishedAt: now }),
    };
    if (isStart) tell(run.pod, "Normal", "Started", `Started container ${name}`);
    if (state.kind === "running") return;
    slot.running = undefined;
    if (endBy !== undefined) return;
    if (state.kind === "waiting") {
      tell(run.pod, "Warning", "Failed", `Error: ${state.reason}`);
      startIn(slot, startAgainMs);
      return;
    }
    if (!restarts(run.pod, state.exitCode)) return;
    const { startedAt, restarts: done } = before;
    const pauseMs = now - startedAt > forgivenMs ? 0 : slot.pauseMs;
    slot.pauseMs = Math.min(longestPauseMs, Math.max(shortestPauseMs, 2 * pauseMs));
    slot.record = {
      ...slot.record,
      last: { state, startedAt, finishedAt: now, restarts: done },
      backoffMs: pauseMs === 0 ? undefined : pauseMs,
    };
    if (pauseMs > 0) {
      const { name: podName, namespace = "", uid = "" } = run.pod.metadata;
      const where = `in pod ${podName}_${namespace}(${uid})`;
      tell(run.pod, "Warning", "BackOff", `Back-off restarting failed container ${name} ${where}`);
    }
    startIn(slot, pauseMs, done + 1);
  }

  function startIn(slot: Slot, ms: number, restartCount = slot.record.restarts): void {
    slot.cancel = clock.after(ms, () => {
      slot.record = { ...slot.record, restarts: restartCount };
      start(slot);
    });
  }

  for (const slot of slots) start(slot);
  return run;
}

function newSlot(container: Container): Slot {
  const record = {
    container,
    state: undefined,
    startedAt: 0,
    finishedAt: 0,
    restarts: 0,
    last: undefined,
    backoffMs: undefined,
  };
  return { record, running: undefined, pauseMs: 0, cancel: () => undefined };
}
