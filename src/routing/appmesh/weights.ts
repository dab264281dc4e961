import type { Canary } from "../../api/canary.ts";
import { apexName, canaryName, primaryName } from "../../api/names.ts";
import type { Routes } from "../../api/routes.ts";
import type { NotReady } from "../router.ts";

/** A target of a live route. */
interface LiveTarget {
  readonly node: string | undefined;
  readonly weight: number | undefined;
}

/**
 * The weights of the first route with both VirtualNodes, in percent. `routes` are the targets of each live route, and
 * `object` is what they are of, for the message.
 */
export function routesIn(
  routes: readonly (readonly LiveTarget[])[],
  canary: Canary,
  object: string,
): Routes | NotReady {
  const apex = apexName(canary);
  for (const targets of routes) {
    const [primary, tested] = [primaryName(apex), canaryName(apex)].map((name) =>
      targets.find(({ node }) => node === name),
    );
    if (primary === undefined || tested === undefined) continue;
    const weights = [primary, tested].map(({ weight = 0 }) => Math.max(0, weight));
    const [ofPrimary = 0, ofTested = 0] = weights;
    const sum = ofPrimary + ofTested;
    if (!(sum > 0)) break;
    const share = Math.round((100 * ofTested) / sum);
    return { primary: 100 - share, canary: share, mirrored: false };
  }
  return { notReady: `${object} sends requests to neither primary nor canary` };
}
