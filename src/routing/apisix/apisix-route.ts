import type { KubeObject } from "../../kubernetes/objects.ts";
import type { Resource } from "../../kubernetes/resources.ts";

/*
 * The parts of apisix.apache.org/v2 that the router writes and reads. Source: apisix.apache.org/docs/ingress-controller,
 * ApisixRoute/v2.
 */

export interface ApisixRoute extends KubeObject {
  readonly spec?: ApisixRouteSpec;
  readonly status?: { readonly conditions?: readonly ApisixCondition[] | null };
}

export interface ApisixRouteSpec {
  readonly ingressClassName?: string | undefined;
  readonly http?: readonly ApisixRule[];
}

/** What is not named here, such as `match` and `plugins`, is copied as it is. */
export interface ApisixRule {
  readonly name: string;
  /** Of rules for the same path, the one with the highest is tried first. 0 unless told. */
  readonly priority?: number;
  readonly backends?: readonly ApisixBackend[];
  /** Backends outside the cluster. */
  readonly upstreams?: readonly unknown[];
}

export interface ApisixBackend {
  readonly serviceName: string;
  readonly servicePort: number | string;
  /** 100 unless told. */
  readonly weight?: number | null;
}

/** What the ingress controller says of the route. */
export interface ApisixCondition {
  /** `Accepted`, or `ResourcesAvailable` by a controller before 2.0. */
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  /** The generation of the route that this is about. */
  readonly observedGeneration?: number;
}

export const apisixRoutes: Resource<ApisixRoute> = {
  group: "apisix.apache.org",
  version: "v2",
  kind: "ApisixRoute",
  plural: "apisixroutes",
  namespaced: true,
  origin: "the APISIX ingress controller",
};
