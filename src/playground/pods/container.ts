import type { LifecycleHandler } from "kubernetes-types/core/v1.d.ts";
import type { Clock } from "../../clock.ts";
import type { ContainerStart, ContainerState, RunningContainer } from "../../simulator/controllers/pod-runtime.ts";
import { NotStarted } from "./errors.ts";
import { perform } from "./handler.ts";
import type { Outcome, Target } from "./handler.ts";
import { watchHealth } from "./health.ts";
import type { ContainerLog } from "./log.ts";
import type { PodProcess, Program, StartProcess } from "./process.ts";

/** What a run of a container is made of. */
export interface Prepared {
  readonly program: Program;
  readonly log: ContainerLog;
  readonly target: Target;
}

export interface ContainerTools {
  readonly clock: Clock;
  readonly startProcess: StartProcess;
  /**
   * Makes ready what the run needs. Aborting the signal gives it up.
   * @throws NotStarted
   */
  prepare(start: ContainerStart, signal: AbortSignal): Promise<Prepared>;
  /** The process runs. */
  started(process: PodProcess, program: Program): void;
  /** It does no more. */
  ended(): void;
}

/** A process has at least this time between the end of its preStop hook and SIGKILL, in milliseconds. */
const shortestGraceMs = 2000;

/** The grace period of a pod that names none, in seconds. */
const usualGraceSeconds = 30;

/** One run of a container, from what it needs to the end of its process. */
export function runContainer(start: ContainerStart, tools: ContainerTools): RunningContainer {
  const { clock } = tools;
  const { pod, container, report, event } = start;
  const stopping = new AbortController();
  const over = new AbortController();
  let running: { readonly process: PodProcess; readonly target: Target } | undefined;
  let deadline = Infinity;
  let cancelDeadline = (): void => undefined;
  let onDeadline = (): void => undefined;

  const run = async (): Promise<ContainerState> => {
    const { program, log, target } = await tools.prepare(start, stopping.signal);
    if (stopping.signal.aborted) return { kind: "terminated", exitCode: 137, message: "stopped before it started" };
    const process = tools.startProcess(program, (stream, text) => {
      log.write(stream, text);
    });
    running = { process, target };
    tools.started(process, program);
    if (process.pid !== undefined) void live(target);
    const { code, failure } = await process.ended;
    over.abort();
    cancelDeadline();
    tools.ended();
    log.end();
    return failure === undefined
      ? { kind: "terminated", exitCode: code }
      : { kind: "terminated", exitCode: code, reason: "StartError", message: failure };
  };

  /** What goes on beside the process: its postStart hook, then its probes. */
  const live = async (target: Target): Promise<void> => {
    const { postStart } = container.lifecycle ?? {};
    const outcome = await hook(postStart, target, over.signal);
    if (over.signal.aborted) return;
    if (!outcome.ok) {
      event("Warning", "FailedPostStartHook", `PostStartHook failed: ${outcome.message}`);
      end("failed its postStart hook");
      return;
    }
    watchHealth(
      {
        clock,
        container,
        perform: (handler, signal) => perform(handler, target, signal),
        report: (health) => {
          report({ kind: "running", ...health });
        },
        failed: (message) => {
          event("Warning", "Unhealthy", message);
        },
        end: (probe, graceSeconds) => {
          end(`failed ${probe} probe`, graceSeconds);
        },
      },
      over.signal,
    );
  };

  /** Ends the container for a reason of its own, unless it ends already. */
  const end = (why: string, graceSeconds = pod.spec?.terminationGracePeriodSeconds ?? usualGraceSeconds): void => {
    if (stopping.signal.aborted) return;
    event("Normal", "Killing", `Container ${container.name} ${why}, will be restarted`);
    stop(1000 * graceSeconds);
  };

  const hook = async (given: LifecycleHandler | undefined, target: Target, signal: AbortSignal): Promise<Outcome> => {
    if (given === undefined) return { ok: true };
    return given.sleep === undefined
      ? perform(given, target, signal)
      : pause(clock, 1000 * given.sleep.seconds, signal);
  };

  const stop = (graceMs: number): void => {
    const at = clock.now() + graceMs;
    if (at < deadline) {
      deadline = at;
      cancelDeadline();
      cancelDeadline = clock.after(graceMs, () => {
        onDeadline();
      });
    }
    if (stopping.signal.aborted) return;
    stopping.abort();
    void terminate(graceMs);
  };

  const terminate = async (graceMs: number): Promise<void> => {
    if (running === undefined) return;
    const { process, target } = running;
    const kill = (): void => {
      void process.kill();
    };
    onDeadline = kill;
    if (graceMs <= 0) return;
    const preStop = container.lifecycle?.preStop;
    if (preStop !== undefined) {
      const late = new AbortController();
      onDeadline = () => {
        late.abort(new Error("the grace period is over"));
      };
      const outcome = await hook(preStop, target, AbortSignal.any([late.signal, over.signal]));
      if (over.signal.aborted) return;
      if (!outcome.ok) event("Warning", "FailedPreStopHook", `PreStopHook failed: ${outcome.message}`);
      cancelDeadline();
      cancelDeadline = clock.after(Math.max(shortestGraceMs, deadline - clock.now()), kill);
      onDeadline = kill;
    }
    process.signal("SIGTERM");
  };

  void Promise.resolve().then(run).catch(waiting).then(report);
  return { stop };
}

function waiting(error: unknown): ContainerState {
  const reason = error instanceof NotStarted ? error.reason : "CreateContainerError";
  return { kind: "waiting", reason, message: error instanceof Error ? error.message : String(error) };
}

/** Aborting the signal ends it early. */
function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      resolve({ ok: true });
    };
    const cancel = clock.after(ms, end);
    signal.addEventListener("abort", end, { once: true });
  });
}
