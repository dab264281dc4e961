import type { ResolvedAnalysis } from "../../api/analysis.ts";
import type { CanaryStatus, Phase } from "../../api/canary.ts";
import { allToPrimary } from "../../api/routes.ts";
import type { Value } from "./series.ts";

/** What can be seen of a release. */
export type Happening =
  /** The user has given the workload another pod template. */
  | { readonly kind: "revision"; readonly workload: string }
  | { readonly kind: "phase"; readonly phase: Phase }
  | { readonly kind: "iteration"; readonly iteration: number; readonly of: number }
  | { readonly kind: "failedChecks"; readonly failedChecks: number; readonly threshold: number }
  /**
   * Where users go from now on, in percent: those that match the conditions of an A/B test, or all. A mirrored canary
   * gets a copy of the primary's requests.
   */
  | {
      readonly kind: "users";
      readonly primary: number;
      readonly canary: number;
      readonly mirrored: boolean;
      readonly matching: boolean;
    }
  /** A webhook was called, with this phase, and answered with this HTTP status. */
  | {
      readonly kind: "hook";
      readonly hook: string;
      readonly type: string;
      readonly phase: string;
      readonly status: number;
    }
  /** A metric was asked. Value and limits are in percent, in milliseconds, or what the user's query counts. */
  | {
      readonly kind: "check";
      readonly metric: string;
      readonly value: Value;
      readonly min?: number;
      readonly max?: number;
      readonly passed: boolean;
    }
  /** An analysis is over. */
  | { readonly kind: "analysis"; readonly analysis: number }
  /** Somebody was told. */
  | { readonly kind: "alert"; readonly to: string; readonly severity: string; readonly text: string }
  /** How many pods are asked for, and how many can be called. */
  | { readonly kind: "pods"; readonly workload: string; readonly wanted: number; readonly available: number }
  /** The primary has got the target's pod template. */
  | { readonly kind: "promotion"; readonly workload: string }
  | { readonly kind: "warning"; readonly text: string };

/** What happened, and how many seconds after the change of the workload. */
export type RehearsalEvent = { readonly at: number } & Happening;

/** What one status tells beside the one before it. */
export function whatIsNew(
  before: CanaryStatus,
  after: CanaryStatus,
  { iterations, threshold, match }: ResolvedAnalysis,
): readonly Happening[] {
  const { phase = "", failedChecks = 0, iterations: done = 0, run } = after;
  const [from, to] = [before.run?.routes ?? allToPrimary, run?.routes ?? allToPrimary];
  const moved = from.canary !== to.canary || from.mirrored !== to.mirrored;
  return [
    ...(phase === before.phase ? [] : [{ kind: "phase", phase } as const]),
    ...(failedChecks > (before.failedChecks ?? 0) ? [{ kind: "failedChecks", failedChecks, threshold } as const] : []),
    ...(phase === "Progressing" && done > (before.iterations ?? 0)
      ? [{ kind: "iteration", iteration: done, of: iterations } as const]
      : []),
    ...(moved ? [{ kind: "users", ...to, matching: match.length > 0 } as const] : []),
  ];
}
