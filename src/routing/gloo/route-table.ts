import type { Resource } from "../../kubernetes/resources.ts";
import type { Reported } from "./status.ts";

/*
 * The parts of a RouteTable that the router writes and reads. Source: docs.solo.io/gloo-edge, gateway.solo.io
 * route_table.proto and virtual_service.proto, gloo.solo.io proxy.proto and matchers.proto. A weight of 0 is left out.
 */

export interface RouteTable extends Reported {
  readonly spec?: { readonly routes?: readonly Route[] };
}

export interface Route {
  /** Take the paths of the route that delegates to the table. */
  readonly inheritablePathMatchers?: boolean;
  /** Any of these; unset: all requests. */
  readonly matchers?: readonly Matcher[];
  readonly routeAction?: {
    readonly single?: Destination;
    readonly multi?: { readonly destinations?: readonly WeightedDestination[] };
  };
}

/** All of these conditions together. */
export interface Matcher {
  readonly headers?: readonly NamedMatch[];
  readonly queryParameters?: readonly NamedMatch[];
}

/** A condition on a header or a query parameter. */
export interface NamedMatch {
  readonly name: string;
  readonly value: string;
  /** Whether the value is a regular expression, which is to match the whole. Left out unless true. */
  readonly regex?: true;
}

export interface Destination {
  readonly upstream?: { readonly name: string; readonly namespace: string };
}

export interface WeightedDestination {
  readonly destination?: Destination;
  readonly weight?: number;
}

export const routeTables: Resource<RouteTable> = {
  group: "gateway.solo.io",
  version: "v1",
  kind: "RouteTable",
  plural: "routetables",
  namespaced: true,
  origin: "Gloo",
};
