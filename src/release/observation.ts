import type { ResolvedAnalysis } from "../api/analysis.ts";
import type { Canary, CanaryStatus } from "../api/canary.ts";
import type { Readiness } from "../api/readiness.ts";

/** The target: the workload that the user edits and whose new revisions are released. */
export interface TargetState {
  /** Hash of the pod template. */
  readonly revision: string;
  /** Checksum of each tracked ConfigMap and Secret, by `configmap/NAME` or `secret/NAME`. */
  readonly configs: Readonly<Record<string, string>>;
  readonly readiness: Readiness;
  /** Pods that can take requests now. */
  readonly available: number;
  /** Whether all pods may go before new ones come when its template, or that of its copy, changes. */
  readonly goesAtOnce: boolean;
  /** When its pods last became available, in milliseconds since the epoch; undefined when that is not known. */
  readonly availableSince: number | undefined;
}

/** The primary: the copy of the target that serves users. */
export interface PrimaryState {
  /** Which run last copied a template into it: see `rolloutId`. Undefined on a primary that Headgate did not make. */
  readonly rolloutId: string | undefined;
  /** Whether this very Canary has made it: one that was there before may serve users already. */
  readonly isOwn: boolean;
  readonly readiness: Readiness;
  /** Pods that can take requests now. */
  readonly available: number;
}

/** What the controller saw, once, from its caches. Nothing in it changes while a decision is made. */
export interface Observation {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly canary: Canary;
  readonly status: CanaryStatus;
  readonly analysis: ResolvedAnalysis;
  /** The mesh or ingress in force: the Canary's own, or the operator's default. */
  readonly provider: string;
  readonly target: TargetState;
  /** Undefined until it is made. */
  readonly primary: PrimaryState | undefined;
  /** Whether target and primary run the same pod template, the primary's rewrites aside. */
  readonly targetEqualsPrimary: boolean;
  /** How long pods may take to become ready. */
  readonly deadlineSeconds: number;
  /** Why the routes are not in effect; undefined when they are. */
  readonly routesNotReady: string | undefined;
  /** An identifier never used before, for a run that may start now. */
  readonly freshId: string;
}
