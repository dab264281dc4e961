import type { KubeObject } from "../../kubernetes/objects.ts";
import type { Resource } from "../../kubernetes/resources.ts";

/*
 * The parts of projectcontour.io/v1 that the router writes and reads. Source: projectcontour.io/docs/main/config/api. What
 * the API server fills in is written out, so that an object that was read equals the one that was written.
 */

export interface HttpProxy extends KubeObject {
  readonly spec?: HttpProxySpec;
  readonly status?: HttpProxyStatus;
}

export interface HttpProxySpec {
  /** Whose Contour serves it. Unset: that of every Contour which does not ask for a class of its own. */
  readonly ingressClassName?: string;
  readonly routes?: readonly HttpProxyRoute[];
}

export interface HttpProxyRoute {
  /** All of these together; all requests when unset. */
  readonly conditions?: readonly RouteCondition[];
  readonly services?: readonly WeightedService[];
  readonly timeoutPolicy?: TimeoutPolicy | undefined;
  readonly retryPolicy?: RetryPolicy | undefined;
}

/** Durations such as `15s`. */
export interface TimeoutPolicy {
  readonly response: string;
  readonly idle: string;
}

/** What a request must be: one of these. */
export interface RouteCondition {
  /** How its path begins. */
  readonly prefix?: string;
  readonly header?: HeaderCondition;
}

/** A condition on the value of a header: the whole of it, or a part. */
export interface HeaderCondition {
  readonly name: string;
  readonly exact?: string;
  readonly contains?: string;
}

export interface WeightedService {
  readonly name: string;
  readonly port: number;
  /** Relative to the others of the route. Unset is 0; when all of them are 0, each gets the same share. */
  readonly weight?: number | undefined;
  readonly requestHeadersPolicy?: {
    readonly set?: readonly { readonly name: string; readonly value: string }[];
  };
}

export interface RetryPolicy {
  /** -1 for none. 0 means 1. */
  readonly count: number;
  /** A duration such as `5s`. */
  readonly perTryTimeout?: string | undefined;
  readonly retryOn?: readonly string[] | undefined;
}

export interface HttpProxyStatus {
  /** `valid`, `invalid` or `orphaned`; `NotReconciled` until a Contour has looked at it. */
  readonly currentStatus?: string;
  readonly description?: string;
  readonly conditions?: readonly ProxyCondition[];
}

/** Contour's own one has the type `Valid`. */
export interface ProxyCondition {
  readonly type: string;
  /** The generation of the HTTPProxy that this is about. */
  readonly observedGeneration?: number;
  readonly errors?: readonly { readonly message?: string }[];
}

export const httpProxies: Resource<HttpProxy> = {
  group: "projectcontour.io",
  version: "v1",
  kind: "HTTPProxy",
  plural: "httpproxies",
  namespaced: true,
  origin: "Contour",
};
