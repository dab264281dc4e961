import { resolveAnalysis } from "../api/analysis.ts";
import type { Canary, CanarySpec, CanaryStatus } from "../api/canary.ts";
import type { Observation } from "./observation.ts";
import { nextStep } from "./release.ts";
import { endsAsking } from "./step.ts";
import type { Check, CheckResult, Decision, Effect } from "./step.ts";

/** For tests: the moment at which everything is seen. */
export const now = Date.parse("2026-01-01T00:00:00.000Z");

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
    target: { revision: "v1:b", configs: {}, readiness: { kind: "ready" }, availableSince: undefined },
    primary: { rolloutId: "v1:a.initial", readiness: { kind: "ready" }, available: 2 },
    targetEqualsPrimary: false,
    freshId: "run-2",
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
  return check.kind === "hook" ? check.hook.name : check.metric.name;
}

/** For tests: effects as short lines, in order. */
export function lines(effects: readonly Effect[]): string[] {
  return effects.map((effect) => {
    switch (effect.kind) {
      case "event":
        return `${effect.type}: ${effect.text}`;
      case "route":
        return `route ${effect.routes.primary}/${effect.routes.canary}${effect.routes.mirrored ? " mirrored" : ""}`;
      case "scaleTarget":
        return `scale target ${effect.to}`;
      case "promote":
        return `promote ${effect.rolloutId}`;
      case "finalizer":
        return `finalizer ${effect.present ? "added" : "removed"}`;
      case "ensurePrimary":
      case "ensureScaler":
      case "syncScaler":
      case "revert":
        return effect.kind;
    }
  });
}
