import type { Canary, CanaryService } from "../../api/canary.ts";
import { only, weighted } from "./destinations.ts";
import type { Weights } from "../session-cookies.ts";
import type { TcpRoute, WeightedDestination } from "./virtual-service.ts";

/** Whether the Service speaks a protocol of which only connections can be told apart. */
export function isTcp({ appProtocol = "" }: CanaryService): boolean {
  return appProtocol.toLowerCase() === "tcp";
}

/** The route of connections with these weights. Of `service.match` it knows ports alone, of the analysis nothing. */
export function tcpRouteOf(canary: Canary, service: CanaryService, weights: Weights): TcpRoute {
  return routeTo(service, weighted(canary, service, weights));
}

/** The route that sends all connections to one Service. */
export function tcpRouteTo(host: string, service: CanaryService): TcpRoute {
  return routeTo(service, only(host, service));
}

function routeTo({ match = [] }: CanaryService, route: readonly WeightedDestination[]): TcpRoute {
  const ports = match.flatMap(({ port = 0 }) => (port === 0 ? [] : [{ port }]));
  return { match: ports.length === 0 ? undefined : ports, route };
}
