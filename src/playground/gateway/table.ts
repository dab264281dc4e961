import type { Gateway, HttpRoute } from "./gateway-api.ts";
import { compileHttpRoute } from "./http-route.ts";
import type { VirtualService } from "./istio.ts";
import type { Route, Rule } from "./rule.ts";
import { compileServices } from "./services.ts";
import type { ServiceObjects, Services } from "./services.ts";
import { compileVirtualService } from "./virtual-service.ts";

/** All objects that say where requests go. */
export interface GatewayObjects extends ServiceObjects {
  readonly gateways: readonly Gateway[];
  readonly httpRoutes: readonly HttpRoute[];
  readonly virtualServices: readonly VirtualService[];
}

/** The objects, ready to be asked. */
export interface Table {
  readonly services: Services;
  /** The first that applies and whose rule matches is the one. */
  readonly mesh: readonly Entry[];
  readonly gateway: readonly Entry[];
}

interface Entry extends Pick<Route, "applies"> {
  readonly host: string;
  readonly rule: Rule;
}

/** Makes a table of the objects: once for every change of them. */
export function compile(objects: GatewayObjects): Table {
  const services = compileServices(objects);
  const { gateways, httpRoutes, virtualServices } = objects;
  const routes = [
    ...httpRoutes.flatMap((route) => compileHttpRoute(route, { gateways, services })).toSorted(byAge),
    ...virtualServices.flatMap((route) => compileVirtualService(route, { services, virtualServices })).toSorted(byAge),
  ];
  const entries = (via: Route["via"]) =>
    routes
      .filter((route) => route.via === via)
      .flatMap(({ hosts, applies, rules }) =>
        hosts.flatMap((host) => rules.map(({ rule, rank }) => ({ host, applies, rule, rank }))),
      )
      .toSorted((a, b) => compareRanks(hostRank(a.host), hostRank(b.host)) || compareRanks(a.rank, b.rank));
  return { services, mesh: entries("mesh"), gateway: entries("gateway") };
}

function byAge(a: Route, b: Route): number {
  return compareText(a.age, b.age) || compareText(a.name, b.name);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whole names before wildcards, longer before shorter. */
function hostRank(host: string): readonly number[] {
  return [host.startsWith("*") ? 0 : 1, host.length];
}

/** Negative when `a` goes first: the greater number does. Without a rank (VirtualService), after all that have one. */
function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [index, rank] of a.entries()) {
    const difference = (b[index] ?? -1) - rank;
    if (difference !== 0) return difference;
  }
  return b.length - a.length;
}
