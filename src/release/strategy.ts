import { allToCanary, allToPrimary } from "../api/routes.ts";
import type { Routes } from "../api/routes.ts";
import type { Observation } from "./observation.ts";
import type { Run } from "../api/canary.ts";
import { nextStep } from "./weights.ts";

/** What a strategy wants of this tick. */
export interface Plan {
  /** The canary gets requests (or its load comes from a hook), so that metrics can be judged. */
  readonly hasTraffic: boolean;
  /** More users are about to be sent to the canary. */
  readonly asksIncrease: boolean;
  /** This analysis is the last one. */
  readonly promotes: boolean;
}

export function planOf(seen: Observation, run: Run): Plan {
  const { analysis, status } = seen;
  const waiting = status.phase === "WaitingPromotion";
  if (analysis.iterations > 0) {
    const done = (status.iterations ?? 0) >= analysis.iterations;
    return { hasTraffic: true, asksIncrease: false, promotes: run.started && (done || waiting) };
  }
  const { canary: weight, mirrored } = run.planned ?? run.routes;
  const step = nextStep(analysis, weight);
  return {
    hasTraffic: weight > 0 || mirrored,
    asksIncrease: step > 0 && !mirrored && !waiting,
    promotes: run.started && step > 0 && weight > 0 && (weight >= analysis.maxWeight || waiting),
  };
}

/** What the routes are to be after this tick and, where the strategy counts them, the iteration that it completes. */
export function nextRoutes(
  { analysis, status }: Observation,
  routes: Routes,
): { readonly routes: Routes; readonly iterations?: number } {
  if (analysis.iterations > 0) {
    const iterations = (status.iterations ?? 0) + 1;
    if (analysis.match.length > 0) return { routes: allToCanary, iterations };
    return { routes: analysis.mirror ? { ...routes, mirrored: true } : routes, iterations };
  }
  if (analysis.mirror && routes.canary === 0 && !routes.mirrored) {
    return { routes: { ...allToPrimary, mirrored: true } };
  }
  const canary = Math.min(100, routes.canary + nextStep(analysis, routes.canary));
  return { routes: { primary: 100 - canary, canary, mirrored: false } };
}
