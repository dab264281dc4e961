import { resolveAnalysis } from "../api/analysis.ts";
import type { Canary, CanarySpec, CanaryStatus, Run, Webhook } from "../api/canary.ts";
import { allToPrimary } from "../api/routes.ts";
import type { Observation, PrimaryState, TargetState } from "./observation.ts";
import { nextStep } from "./release.ts";
import { endsAsking } from "./step.ts";
import type { Check, CheckResult, Decision, Effect } from "./step.ts";

export const ready = { kind: "ready" } as const;
export const waiting = { kind: "waiting", reason: "0 of 2 pods" } as const;
export const stuck = { kind: "stuck", reason: "exceeded its progress deadline" } as const;

/** For tests: the moment at which everything is seen. */
export const now = Date.parse("2026-01-01T00:00:00.000Z");

/** For tests: `now` and some milliseconds, as in a status. */
export function at(offsetMs: number): string {
  return new Date(now + offsetMs).toISOString();
}

/** For tests: revision v1:a was promoted, and nothing has happened since. */
export const settled: CanaryStatus = {
  phase: "Succeeded",
  lastAppliedSpec: "v1:a",
  lastPromotedSpec: "v1:a",
  trackedConfigs: {},
  promotedConfigs: {},
  iterations: 0,
  failedChecks: 0,
  canaryWeight: 0,
  run: { id: "run-1", started: true, routes: allToPrimary },
};

/** For tests: a run of revision v1:b in which the last analysis was a minute ago. */
export function running(changes: Partial<CanaryStatus> = {}, run: Partial<Run> = {}): CanaryStatus {
  return {
    ...settled,
    phase: "Progressing",
    lastAppliedSpec: "v1:b",
    run: {
      id: "run-2",
      revision: "v1:b",
      started: true,
      primaryReady: true,
      checkedAt: at(-60_000),
      routes: allToPrimary,
      ...run,
    },
    ...changes,
  };
}

/** For tests: routes that give the canary this share. */
export function share(canary: number): Pick<Run, "routes"> {
  return { routes: { primary: 100 - canary, canary, mirrored: false } };
}

/** For tests: what the target is seen to be, where it is not revision v1:b and ready. */
export function target(changes: Partial<TargetState>): { readonly target: TargetState } {
  return {
    target: {
      revision: "v1:b",
      configs: {},
      readiness: ready,
      available: 2,
      goesAtOnce: false,
      availableSince: undefined,
      ...changes,
    },
  };
}

/** For tests: what the primary is seen to be, where it is not ready. */
export function primary(changes: Partial<PrimaryState>): { readonly primary: PrimaryState } {
  return { primary: { rolloutId: "v1:a.initial", isOwn: true, readiness: ready, available: 2, ...changes } };
}

/** For tests: the mark of a primary that has the template of `running`. */
export const copied = { rolloutId: "v1:b.run-2" };

/** For tests: the user has put back what was promoted. */
export const promotedAgain = { ...target({ revision: "v1:a" }), targetEqualsPrimary: true };

/** For tests: one hook of each type. */
export const hooks: readonly Webhook[] = (
  [
    ["may-start", "confirm-rollout"],
    ["stop", "rollback"],
    ["smoke", "pre-rollout"],
    ["load", "rollout"],
    ["may-grow", "confirm-traffic-increase"],
    ["may-promote", "confirm-promotion"],
    ["report", "post-rollout"],
  ] as const
).map(([name, type]) => ({ name, type, url: "http://hooks" }));

export const metrics = [{ name: "request-success-rate", interval: "1m", thresholdRange: { min: 99 } }];

/** For tests: the effects with which most steps begin. */
export const footing = ["ensurePrimary", "ensureScaler"];

/** For tests: what a table row changes of the usual scene. */
export interface Setting {
  readonly analysis?: Partial<CanarySpec["analysis"]>;
  readonly spec?: Partial<CanarySpec>;
  readonly metadata?: Partial<Canary["metadata"]>;
  readonly status?: CanaryStatus;
  readonly seen?: Partial<Observation>;
  readonly provider?: string;
}

/** For tests: a Canary `podinfo` in `test` whose target and primary are ready. */
export function observe({ analysis, spec, metadata, status, seen, provider = "istio" }: Setting): Observation {
  const canary: Canary = {
    metadata: { name: "podinfo", namespace: "test", uid: "uid-1", ...metadata },
    spec: {
      targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "podinfo" },
      service: { port: 9898 },
      analysis: { interval: "1m", threshold: 2, ...analysis },
      ...spec,
    },
    ...(status !== undefined && { status }),
  };
  return {
    now,
    canary,
    status: status ?? {},
    analysis: resolveAnalysis(canary, provider, 10_000),
    provider,
    ...target({}),
    ...primary(status?.phase === "Promoting" || status?.phase === "Finalising" ? copied : {}),
    targetEqualsPrimary: false,
    deadlineSeconds: 600,
    routesNotReady: undefined,
    freshId: "run-next",
    ...seen,
  };
}

/** For tests: takes one step; checks named in `failing` do not pass, nor do rollback hooks unless they are named. */
export function take(seen: Observation, failing: readonly string[] = []): { asked: string[]; decision: Decision } {
  const step = nextStep(seen);
  const asked: string[] = [];
  const results: CheckResult[] = [];
  for (const check of step.checks) {
    asked.push(nameOf(check));
    const named = failing.includes(nameOf(check));
    const passed = isRollback(check) ? named : !named;
    const result = { check, passed, reason: passed ? "" : `${nameOf(check)} says no` };
    results.push(result);
    if (endsAsking(result)) break;
  }
  return { asked, decision: step.conclude(results) };
}

function isRollback(check: Check): boolean {
  return check.kind === "hook" && check.type === "rollback";
}

function nameOf(check: Check): string {
  switch (check.kind) {
    case "hook":
      return check.hook.name;
    case "metric":
      return check.metric.name;
    case "stores":
      return "stores";
  }
}

/** For tests: the parts of a decision that the tables state. */
export interface Outcome {
  readonly asked: readonly string[];
  readonly effects: readonly string[];
  readonly status: Record<
    "phase" | "iterations" | "failedChecks" | "canaryWeight" | "lastAppliedSpec" | "lastPromotedSpec",
    string | number | undefined
  >;
  /** The alert, the post-rollout hooks and the count that come of it. */
  readonly told: readonly string[];
}

/** For tests: takes one step and gives what tables state of it. */
export function outcome(setting: Setting, failing: readonly string[] = []): Outcome {
  const { asked, decision } = take(observe(setting), failing);
  const { phase, iterations, failedChecks, canaryWeight, lastAppliedSpec, lastPromotedSpec, run } = decision.status;
  const { alert, postRollout } = run?.pending ?? {};
  return {
    asked,
    effects: lines(decision.effects),
    status: { phase, iterations, failedChecks, canaryWeight, lastAppliedSpec, lastPromotedSpec },
    told: [
      ...(alert === undefined ? [] : [`${alert.severity}: ${alert.text}${alert.facts ? " with facts" : ""}`]),
      ...(postRollout === undefined ? [] : [`post-rollout ${postRollout}`]),
      ...(decision.finished === undefined ? [] : [`${decision.finished.outcome} (${decision.finished.analysis})`]),
    ],
  };
}

/** For tests: effects as short lines, in order. */
export function lines(effects: readonly Effect[]): string[] {
  return effects.map((effect) => {
    switch (effect.kind) {
      case "event":
        return `${effect.type}: ${effect.text}`;
      case "route":
        return `route ${effect.routes.primary}/${effect.routes.canary}${effect.routes.mirrored ? " mirrored" : ""}${effect.routes.rest === "canary" ? " of everybody" : ""}`;
      case "scaleTarget":
        return `scale target ${effect.to}`;
      case "promote":
        return `promote ${effect.rolloutId}`;
      case "finalizer":
        return `finalizer ${effect.present ? "added" : "removed"}`;
      case "alert":
        return `alert ${effect.alert.severity}: ${effect.alert.text}`;
      case "postRollout":
        return `post-rollout ${effect.phase}`;
      case "ensurePrimary":
      case "ensureScaler":
      case "syncScaler":
      case "freeScaler":
      case "revert":
        return effect.kind;
    }
  });
}
