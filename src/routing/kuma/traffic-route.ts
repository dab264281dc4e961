import type { KubeObject } from "../../kubernetes/objects.ts";
import type { Resource } from "../../kubernetes/resources.ts";

/*
 * The parts of kuma.io/v1alpha1 TrafficRoute that the router writes and reads. Source: kuma.io/docs, TrafficRoute. The
 * schema in the cluster takes any `spec`; Kuma's admission webhook checks it.
 */

export interface TrafficRoute extends KubeObject {
  /** The mesh that the route is for; Kuma takes `default` where there is none. */
  readonly mesh?: string;
  readonly spec?: TrafficRouteSpec;
}

export interface TrafficRouteSpec {
  /** Whose requests. */
  readonly sources?: readonly Selector[] | null;
  /** Requests for which services. */
  readonly destinations?: readonly Selector[] | null;
  readonly conf?: {
    /** Where the requests go. */
    readonly split?: readonly Split[] | null;
    /** The same with one destination: not allowed beside `split`. */
    readonly destination?: Tags | undefined;
  } | null;
}

/** Tags of proxies, by name; `kuma.io/service` is `NAME_NAMESPACE_svc_PORT` of a Service, or `*`. */
export type Tags = Readonly<Record<string, string>>;

export interface Selector {
  readonly match?: Tags;
}

export interface Split {
  /** A share of the sum of all weights. */
  readonly weight?: number | null;
  readonly destination?: Tags;
}

export const trafficRoutes: Resource<TrafficRoute> = {
  group: "kuma.io",
  version: "v1alpha1",
  kind: "TrafficRoute",
  plural: "trafficroutes",
  namespaced: false,
  origin: "Kuma",
};
