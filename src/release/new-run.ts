import type { CanaryStatus } from "../api/canary.ts";
import { allToPrimary } from "../api/routes.ts";
import type { Routes } from "../api/routes.ts";
import { primaryServes } from "./maintain.ts";
import type { Observation } from "./observation.ts";
import { applied, routesOf, settle } from "./status.ts";

/**
 * The status with which a run of the observed revision begins, and its routes. After a failed promotion the canary may
 * serve everybody: it goes on doing so where the primary cannot, while the analysis takes the steps that it would take.
 */
export function newRun(seen: Observation): { readonly routes: Routes; readonly status: CanaryStatus } {
  const { target, primary, freshId } = seen;
  const present = routesOf(seen.status);
  const stays = !primaryServes(seen) && present.canary > 0;
  const routes = stays ? present : allToPrimary;
  const status = settle(seen, "Progressing", {
    ...applied(seen),
    canaryWeight: routes.canary,
    run: {
      id: freshId,
      revision: target.revision,
      started: false,
      primaryReady: primary?.readiness.kind === "ready",
      routes,
      ...(stays && { planned: allToPrimary }),
    },
  });
  return { routes, status };
}
