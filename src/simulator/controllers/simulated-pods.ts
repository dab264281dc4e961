import type { Clock } from "../../clock.ts";
import type { ContainerStart, PodRuntime } from "./pod-runtime.ts";

/** How a run of a container goes. */
export type Course =
  /** It cannot be started, such as for reason `ErrImageNeverPull`. */
  | { readonly kind: "waits"; readonly reason: string; readonly message: string }
  | {
      readonly kind: "runs";
      /** Milliseconds from its start until it is ready, or it never is. */
      readonly readyAfterMs: number | "never";
      /** Milliseconds from its start until it ends by itself; left out for never. */
      readonly endsAfterMs?: number;
      /** With which it ends by itself: 1 unless it says otherwise. */
      readonly exitCode?: number;
      /** Milliseconds that it takes to stop when it is asked to: at once unless it says otherwise. */
      readonly stopsAfterMs?: number;
    };

/** Containers that are only timers, and what can be done to them. */
export interface SimulatedPods extends PodRuntime {
  /** Ends all containers of a pod, as if their processes had died. */
  crash(pod: string, exitCode?: number): void;
  /** What the readiness probes of a running pod say from now on. */
  setReady(pod: string, ready: boolean): void;
}

interface Simulated {
  readonly pod: string;
  readonly end: (exitCode: number) => void;
  readonly setReady: (ready: boolean) => void;
}

/** SIGTERM and SIGKILL, as exit codes tell them. */
const [terminated, killed] = [143, 137];

/** Pods run as `courseOf` says, which is asked before each run of a container. Addresses are counted from 10.244.0.2. */
export function createSimulatedPods(clock: Clock, courseOf: (start: ContainerStart) => Course): SimulatedPods {
  const all = new Set<Simulated>();
  let addresses = 0;

  function runFor({ pod, report }: ContainerStart, course: Course & { kind: "runs" }): (graceMs: number) => void {
    const timers: (() => void)[] = [];
    const later = (ms: number | "never" | undefined, run: () => void): void => {
      if (ms !== undefined && ms !== "never") timers.push(clock.after(ms, run));
    };
    const simulated: Simulated = {
      pod: pod.metadata.name,
      end: (exitCode) => {
        if (!all.delete(simulated)) return;
        for (const cancel of timers) cancel();
        report({ kind: "terminated", exitCode });
      },
      setReady: (ready) => {
        report({ kind: "running", started: true, ready });
      },
    };
    all.add(simulated);
    const { readyAfterMs, endsAfterMs, exitCode = 1, stopsAfterMs = 0 } = course;
    later(0, () => {
      simulated.setReady(readyAfterMs === 0);
    });
    if (readyAfterMs !== 0) {
      later(readyAfterMs, () => {
        simulated.setReady(true);
      });
    }
    later(endsAfterMs, () => {
      simulated.end(exitCode);
    });
    return (graceMs) => {
      later(Math.min(graceMs, stopsAfterMs), () => {
        simulated.end(stopsAfterMs > graceMs ? killed : terminated);
      });
    };
  }

  const those = (pod: string): readonly Simulated[] => [...all].filter((each) => each.pod === pod);
  return {
    addressOf: () => {
      const number = ++addresses;
      return `10.244.${Math.floor(number / 250)}.${(number % 250) + 1}`;
    },
    start: (start) => {
      const course = courseOf(start);
      if (course.kind === "runs") return { stop: runFor(start, course) };
      const { reason, message } = course;
      let cancel: (() => void) | undefined = clock.after(0, () => {
        cancel = undefined;
        start.report({ kind: "waiting", reason, message });
      });
      return {
        stop: () => {
          cancel?.();
          if (cancel !== undefined) start.report({ kind: "waiting", reason, message });
        },
      };
    },
    remove: () => undefined,
    crash: (pod, exitCode = 1) => {
      for (const simulated of those(pod)) simulated.end(exitCode);
    },
    setReady: (pod, ready) => {
      for (const simulated of those(pod)) simulated.setReady(ready);
    },
  };
}
