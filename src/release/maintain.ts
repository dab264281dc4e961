import { primaryName, targetName } from "../api/names.ts";
import { allToPrimary } from "../api/routes.ts";
import type { Routes } from "../api/routes.ts";
import type { Observation } from "./observation.ts";
import { routesOf } from "./status.ts";
import { warning } from "./step.ts";
import type { Decision, Effect } from "./step.ts";

/** What every step sees to first, whatever it does next: the objects of the release are there and the routes hold. */
export function maintain(routes: Routes): readonly Effect[] {
  return [{ kind: "ensurePrimary" }, { kind: "ensureScaler" }, { kind: "route", routes }];
}

/** Changes nothing: says what is awaited, and looks again in time. */
export function hold(seen: Observation, text: string): Decision {
  const effects = [...maintain(servedRoutes(seen)), warning(text)];
  return { effects, status: seen.status, wakeAt: lookAgainAt(seen) };
}

/**
 * The routes in force, but that a canary which misses pods, and has too few for its share, leaves all users to the
 * primary. One that has all pods it is asked to have keeps its share: how many these are is up to its autoscaler, and the
 * primary's count moves while it is replaced.
 */
export function servedRoutes(seen: Observation): Routes {
  const routes = routesOf(seen.status);
  const { available, readiness } = seen.target;
  const needed = Math.ceil((routes.canary * (seen.primary?.available ?? 0)) / 100);
  const isWhole = available > 0 && readiness.kind === "ready";
  return available < needed && !isWhole ? allToPrimary : routes;
}

/** When to look again at what is not ready: after an interval, or when a deadline has passed before that. */
export function lookAgainAt({ now, analysis, target, primary }: Observation): number {
  const deadlines = [target.readiness, primary?.readiness].flatMap((readiness) =>
    readiness?.kind === "waiting" && readiness.stuckAt !== undefined ? [readiness.stuckAt + 1] : [],
  );
  return Math.min(now + analysis.intervalMs, ...deadlines);
}

/** Whether the primary can take users: it is ready, or at least some of its pods are. */
export function primaryServes({ primary }: Observation): boolean {
  return primary?.readiness.kind === "ready" || (primary?.available ?? 0) > 0;
}

/** `podinfo-primary.test not ready: …`, or undefined when the primary is ready. */
export function primaryNotReady({ canary, primary }: Observation): string | undefined {
  if (primary?.readiness.kind === "ready") return undefined;
  const reason = primary === undefined ? "it does not exist yet" : primary.readiness.reason;
  return `${primaryName(targetName(canary))}.${canary.metadata.namespace ?? ""} not ready: ${reason}`;
}

/** `canary deployment podinfo.test not ready: …`, or undefined when the target is ready. */
export function canaryNotReady({ canary, target }: Observation): string | undefined {
  if (target.readiness.kind === "ready") return undefined;
  const { targetRef } = canary.spec;
  const kind = targetRef.kind.toLowerCase();
  return `canary ${kind} ${targetRef.name}.${canary.metadata.namespace ?? ""} not ready: ${target.readiness.reason}`;
}
