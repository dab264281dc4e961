import type { Canary } from "../../api/canary.ts";
import { apexName, canaryName, primaryName } from "../../api/names.ts";
import type { Routes } from "../../api/routes.ts";
import { triedHeaders } from "./header-matches.ts";
import type { HeaderMatch } from "./header-matches.ts";

/** A route as all versions of the API have it. */
export interface PlannedRoute {
  readonly name: string;
  /** The lowest is tried first. */
  readonly priority?: number;
  /** All of these. */
  readonly headers?: readonly HeaderMatch[];
  readonly targets: readonly Target[];
}

export interface Target {
  /** Name of a VirtualNode. */
  readonly node: string;
  /** Percent. */
  readonly weight: number;
}

/** Priorities of the first route of an A/B test, and of the one for everybody else. */
const triedFirst = 10;
const restLast = 20;

/**
 * The apex's routes: one with the weights, or one for each of `analysis.match` and a last one for everybody else.
 * @throws InvalidSpec for a match that App Mesh does not have
 */
export function apexRoutes(canary: Canary, routes: Routes): readonly PlannedRoute[] {
  const apex = apexName(canary);
  const targets = targetsOf(apex, routes);
  const tried = triedHeaders(canary.spec.analysis.match ?? []);
  if (tried.length === 0) return [{ name: apex, targets }];
  const rest = routes.rest === "canary" ? canaryName(apex) : primaryName(apex);
  return [
    ...tried.map((headers, index) => ({
      name: `${apex}-a${index === 0 ? "" : index + 1}`,
      priority: triedFirst + index,
      headers,
      targets,
    })),
    {
      name: `${apex}-b`,
      priority: Math.max(restLast, triedFirst + tried.length),
      targets: [{ node: rest, weight: 100 }],
    },
  ];
}

/** The route of `NAME-canary`, for tests: to the canary, whatever the release does. */
export function canaryRoute(canary: Canary): PlannedRoute {
  const apex = apexName(canary);
  return { name: canaryName(apex), targets: targetsOf(apex, { primary: 0, canary: 100 }) };
}

function targetsOf(apex: string, { primary, canary }: Pick<Routes, "primary" | "canary">): readonly Target[] {
  return [
    { node: canaryName(apex), weight: canary },
    { node: primaryName(apex), weight: primary },
  ];
}
