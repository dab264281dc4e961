import type { Analysis, Webhook } from "../../api/canary.ts";

/** A hook of each type but `event`, named after its type. */
export type HookName = Exclude<NonNullable<Webhook["type"]>, "" | "event">;

/** What users and pods do. A hook answers 200 while it is open, and 403 while it is closed, as `rollback` is at first. */
export type Deed =
  | "push a revision"
  | `close ${HookName}`
  | `open ${HookName}`
  | "add a canary pod that takes 100 seconds"
  | "add a primary pod that never becomes ready";

/**
 * What can be seen from outside, in order:
 *
 * - a call to a hook: `TYPE(PHASE)=STATUS`;
 * - a status that differs from the last, with the routes of primary and canary in force, the counters that are not 0,
 *   whether the target has pods, and the revision of the primary: `old` until the pushed one is copied;
 * - an alert: `alert SEVERITY`, after the status that it tells of, even where Flagger sends it just before.
 */
export type Fact = string;

/** Where Headgate departs from Flagger on purpose. */
export interface Departure {
  readonly flagger: readonly Fact[];
  readonly headgate: readonly Fact[];
  readonly because: string;
}

/** An interval: what is done before its analysis, and what comes of it until the next. */
export interface Turn<Given = Fact | Departure> {
  readonly does?: readonly Deed[];
  readonly gives: readonly Given[];
}

/** A release as Flagger 1.44 makes it, with two pods that are ready in time and all hooks open but `rollback`. */
export interface Trace {
  readonly name: string;
  readonly provider: "istio" | "gatewayapi:v1" | "kubernetes";
  readonly analysis: Partial<Analysis>;
  /** The first one is the interval that begins with the new revision; it ends before the first analysis. */
  readonly turns: readonly Turn[];
}
