import type { CanaryStatus, MetricCheck, Phase, Run, Webhook } from "../api/canary.ts";
import type { Routes } from "../api/routes.ts";

/** The hooks that a step may ask; `event` hooks are told, not asked. */
export type HookType =
  | "confirm-rollout"
  | "pre-rollout"
  | "rollout"
  | "confirm-traffic-increase"
  | "confirm-promotion"
  | "post-rollout"
  | "rollback";

/** Something to ask before deciding. A failure to answer is an answer too: not passed, with the reason. */
export type Check =
  | { readonly kind: "hook"; readonly type: HookType; readonly hook: Webhook; readonly phase: Phase }
  | { readonly kind: "metric"; readonly metric: MetricCheck }
  /** Whether the metric stores that the analysis asks can be reached. */
  | { readonly kind: "stores" };

export interface CheckResult {
  readonly check: Check;
  readonly passed: boolean;
  /** Why it did not pass, as it reads in an event; empty when it passed. */
  readonly reason: string;
}

/** A change to the world. Each may be repeated without harm; they are made in the order given, before the status. */
export type Effect =
  /** Create what the release stands on where it is missing: Services of primary and canary, the primary, its config copies. */
  | { readonly kind: "ensurePrimary" }
  /** Create the primary's autoscaler where it is missing. */
  | { readonly kind: "ensureScaler" }
  /** Bring the primary's autoscaler in line with the target's. */
  | { readonly kind: "syncScaler" }
  | { readonly kind: "route"; readonly routes: Routes; readonly urgent?: boolean }
  /** Scaled up, users may come to the target and go back: from then on the primary's autoscaler does not shrink it. */
  | { readonly kind: "scaleTarget"; readonly to: "zero" | "up" }
  /** Let the primary's autoscaler shrink it again. */
  | { readonly kind: "freeScaler" }
  /** Copy the target's observed template and configs into the primary, marked with the run's `rolloutId`. */
  | { readonly kind: "promote"; readonly rolloutId: string }
  | { readonly kind: "event"; readonly type: "Normal" | "Warning"; readonly text: string; readonly phase?: Phase }
  | { readonly kind: "alert"; readonly alert: Alert }
  /** Ask the post-rollout hooks; their answers change nothing but events. */
  | { readonly kind: "postRollout"; readonly phase: "Succeeded" | "Failed" }
  /** Give the target back to the user as it was before the Canary. */
  | { readonly kind: "revert" }
  | { readonly kind: "finalizer"; readonly present: boolean };

/**
 * What is told of a step once its status is recorded. It is recorded with the status and told by the steps that follow,
 * one by one, so that a crash in between neither loses it nor tells it again.
 */
export type Announcement = NonNullable<Run["pending"]>;
export type Alert = NonNullable<Announcement["alert"]>;

/** How a run ended, for the metrics. */
export interface Finished {
  readonly outcome: "succeeded" | "failed";
  readonly analysis: "completed" | "skipped";
}

export interface Decision {
  readonly effects: readonly Effect[];
  /** The status to record; the one observed when nothing changes. */
  readonly status: CanaryStatus;
  readonly announcement?: Announcement;
  /** Set by the step that ends a run. */
  readonly finished?: Finished;
  /** When to look again if nothing happens before; undefined when only a change can matter. */
  readonly wakeAt?: number;
}

/** What to do next for one Canary: what to ask, and what follows from the answers. */
export interface Step {
  /** Asked in order. A rollback hook that passes ends the asking, as does any other check that does not pass. */
  readonly checks: readonly Check[];
  readonly conclude: (results: readonly CheckResult[]) => Decision;
}

/** Whether this result ends the asking: see `Step.checks`. */
export function endsAsking({ check, passed }: CheckResult): boolean {
  return check.kind === "hook" && check.type === "rollback" ? passed : !passed;
}

/** A step that asks nothing. */
export function decided(decision: Decision): Step {
  return { checks: [], conclude: () => decision };
}

export function info(text: string, phase?: Phase): Effect {
  return { kind: "event", type: "Normal", text, ...(phase !== undefined && { phase }) };
}

export function warning(text: string, phase?: Phase): Effect {
  return { kind: "event", type: "Warning", text, ...(phase !== undefined && { phase }) };
}
