import type { Canary, CanaryService } from "../../api/canary.ts";
import type { Routes } from "../../api/routes.ts";
import { hostOf } from "./destinations.ts";
import { isTcp } from "./tcp-routes.ts";
import type { HttpRoute, TcpRoute, VirtualService } from "./virtual-service.ts";

/**
 * The weights of the last route with both backends, in percent: those before it are for users with a cookie. Undefined
 * when there is none, or nobody gets anything.
 */
export function weightsIn({ spec }: VirtualService, canary: Canary, service: CanaryService): Routes | undefined {
  const [primary, tested] = [hostOf(canary, "primary"), hostOf(canary, "canary")];
  const routes: readonly (HttpRoute | TcpRoute)[] = (isTcp(service) ? spec?.tcp : spec?.http) ?? [];
  const last = routes.findLast(
    (route) => weightOf(route, primary) !== undefined && weightOf(route, tested) !== undefined,
  );
  if (last === undefined) return undefined;
  const [ofPrimary = 0, ofCanary = 0] = [weightOf(last, primary), weightOf(last, tested)];
  if (ofPrimary + ofCanary === 0) return undefined;
  const share = Math.round((100 * ofCanary) / (ofPrimary + ofCanary));
  return { primary: 100 - share, canary: share, mirrored: "mirror" in last && last.mirror?.host === tested };
}

function weightOf({ route = [] }: HttpRoute | TcpRoute, host: string): number | undefined {
  const found = route.find(({ destination }) => destination.host === host);
  return found && (found.weight ?? 0);
}
