import type { Container, Probe } from "kubernetes-types/core/v1.d.ts";
import { sleep } from "../../clock.ts";
import type { Clock } from "../../clock.ts";
import type { Handler, Outcome } from "./handler.ts";

/** How often in a row a probe has said the same. */
export interface Streak {
  readonly ok: boolean | undefined;
  readonly length: number;
}

export const noStreak: Streak = { ok: undefined, length: 0 };

export function lengthened(streak: Streak, ok: boolean): Streak {
  return { ok, length: streak.ok === ok ? streak.length + 1 : 1 };
}

/** What a streak means: nothing yet while it is shorter than the probe's threshold. */
export function verdictOf(
  { ok, length }: Streak,
  { successThreshold = 1, failureThreshold = 3 }: Probe,
): "passed" | "failed" | undefined {
  if (ok === undefined) return undefined;
  if (ok) return length >= successThreshold ? "passed" : undefined;
  return length >= failureThreshold ? "failed" : undefined;
}

export interface HealthOptions {
  readonly clock: Clock;
  readonly container: Container;
  /** Does what a probe says, once. */
  perform(handler: Handler, signal: AbortSignal): Promise<Outcome>;
  /** Called at once, and whenever something has changed. */
  report(health: { readonly started: boolean; readonly ready: boolean }): void;
  /** A probe has failed once. */
  failed(message: string): void;
  /** The container is to be ended, for its startup or liveness probe, within so many seconds if the probe says so. */
  end(probe: "startup" | "liveness", graceSeconds: number | undefined): void;
}

/** The kubelet takes up to so many milliseconds to notice that a container runs. */
const noticedMs = 1000;

/** Runs a container's probes, the others after the startup probe has passed, until the signal is aborted. */
export function watchHealth(options: HealthOptions, signal: AbortSignal): void {
  const { startupProbe, livenessProbe, readinessProbe } = options.container;
  let ready = false;

  const watchOthers = (): void => {
    if (livenessProbe !== undefined) {
      void watch(options, "Liveness", livenessProbe, signal, (verdict) => {
        if (verdict === "failed") options.end("liveness", livenessProbe.terminationGracePeriodSeconds);
        return verdict === "failed";
      });
    }
    ready = readinessProbe === undefined;
    options.report({ started: true, ready });
    if (readinessProbe !== undefined) {
      void watch(options, "Readiness", readinessProbe, signal, (verdict) => {
        const before = ready;
        ready = verdict === "passed";
        if (ready !== before) options.report({ started: true, ready });
        return false;
      });
    }
  };

  if (startupProbe === undefined) {
    watchOthers();
    return;
  }
  options.report({ started: false, ready });
  void watch(options, "Startup", startupProbe, signal, (verdict) => {
    if (verdict === "passed") watchOthers();
    else options.end("startup", startupProbe.terminationGracePeriodSeconds);
    return true;
  });
}

/** Probes once in a period until `take` says that it is enough, or the signal is aborted. */
async function watch(
  options: HealthOptions,
  name: string,
  probe: Probe,
  signal: AbortSignal,
  take: (verdict: "passed" | "failed") => boolean,
): Promise<void> {
  const { clock } = options;
  const { initialDelaySeconds = 0, periodSeconds = 10 } = probe;
  const periodMs = 1000 * Math.max(1, periodSeconds);
  let next = clock.now() + Math.max(noticedMs, 1000 * initialDelaySeconds);
  let streak = noStreak;
  try {
    for (;;) {
      await sleep(clock, Math.max(0, next - clock.now()), signal);
      next = Math.max(next + periodMs, clock.now());
      const outcome = await probeOnce(options, probe, signal);
      if (signal.aborted) return;
      if (!outcome.ok) options.failed(`${name} probe failed: ${outcome.message}`);
      streak = lengthened(streak, outcome.ok);
      const verdict = verdictOf(streak, probe);
      if (verdict !== undefined && take(verdict)) return;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function probeOnce(options: HealthOptions, probe: Probe, signal: AbortSignal): Promise<Outcome> {
  const { timeoutSeconds = 1 } = probe;
  const late = new AbortController();
  const cancel = options.clock.after(1000 * timeoutSeconds, () => {
    late.abort(new Error(`context deadline exceeded (no answer within ${timeoutSeconds} s)`));
  });
  try {
    return await options.perform(probe, AbortSignal.any([late.signal, signal]));
  } finally {
    cancel();
  }
}
