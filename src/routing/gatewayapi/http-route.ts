import type { KubeObject } from "../../kubernetes/objects.ts";
import type { Resource } from "../../kubernetes/resources.ts";

/*
 * The parts of gateway.networking.k8s.io that the router writes and reads; v1 and v1beta1 agree on them. Source:
 * gateway-api.sigs.k8s.io/reference/spec. What the API server fills in is written out, so that an object that was read
 * equals the one that was written.
 */

export interface HttpRoute extends KubeObject {
  readonly spec: HttpRouteSpec;
  readonly status?: { readonly parents?: readonly ParentStatus[] | null };
}

export interface HttpRouteSpec {
  readonly parentRefs?: readonly ParentRef[] | undefined;
  readonly hostnames?: readonly string[] | undefined;
  readonly rules?: readonly HttpRouteRule[] | undefined;
}

/** A Gateway, or in a mesh a Service, that the route attaches to. Unset: a Gateway, in the route's own namespace. */
export interface ParentRef {
  readonly group?: string;
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly sectionName?: string;
  readonly port?: number;
}

/** What the controller of a parent says of the route. */
export interface ParentStatus {
  readonly parentRef: ParentRef;
  readonly controllerName: string;
  readonly conditions?: readonly ParentCondition[];
}

export interface ParentCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  /** The generation of the route that this is about. */
  readonly observedGeneration?: number;
}

export interface HttpRouteRule {
  /** Any of these. */
  readonly matches: readonly HttpRouteMatch[];
  readonly filters?: readonly HttpRouteFilter[] | undefined;
  readonly backendRefs?: readonly BackendRef[];
  /** Durations such as `15s`. */
  readonly timeouts?:
    { readonly request?: string | undefined; readonly backendRequest?: string | undefined } | undefined;
}

/** All of these conditions together. */
export interface HttpRouteMatch {
  readonly path: { readonly type: "PathPrefix" | "Exact" | "RegularExpression"; readonly value: string };
  readonly method?: string;
  readonly headers?: readonly NamedMatch[];
  readonly queryParams?: readonly NamedMatch[];
}

/** A condition on a header or a query parameter. */
export interface NamedMatch {
  readonly type: "Exact" | "RegularExpression";
  readonly name: string;
  readonly value: string;
}

export interface ServiceRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number;
}

export interface BackendRef extends ServiceRef {
  readonly weight: number;
  readonly filters?: readonly HttpRouteFilter[] | undefined;
}

/** The API server takes at most one filter of each type in a rule, but for RequestMirror. */
export type HttpRouteFilter =
  | { readonly type: "RequestHeaderModifier"; readonly requestHeaderModifier: HeaderModifier }
  | { readonly type: "ResponseHeaderModifier"; readonly responseHeaderModifier: HeaderModifier }
  | { readonly type: "URLRewrite"; readonly urlRewrite: UrlRewrite }
  | { readonly type: "RequestMirror"; readonly requestMirror: { readonly backendRef: ServiceRef } }
  | { readonly type: "CORS"; readonly cors: CorsFilter };

export interface HeaderModifier {
  readonly add?: readonly HeaderLine[] | undefined;
  readonly set?: readonly HeaderLine[] | undefined;
  readonly remove?: readonly string[] | undefined;
}

export interface HeaderLine {
  readonly name: string;
  readonly value: string;
}

export interface UrlRewrite {
  readonly hostname?: string | undefined;
  readonly path?:
    | { readonly type: "ReplaceFullPath"; readonly replaceFullPath: string }
    | { readonly type: "ReplacePrefixMatch"; readonly replacePrefixMatch: string }
    | undefined;
}

export interface CorsFilter {
  readonly allowOrigins?: readonly string[] | undefined;
  readonly allowMethods?: readonly string[] | undefined;
  readonly allowHeaders?: readonly string[] | undefined;
  readonly exposeHeaders?: readonly string[] | undefined;
  readonly allowCredentials?: boolean | undefined;
  /** Seconds. */
  readonly maxAge: number;
}

/** The versions of the API: v1beta1 for clusters with a Gateway API before 1.0. */
export type Version = "v1" | "v1beta1";

const inVersion = (version: Version): Resource<HttpRoute> => ({
  group: "gateway.networking.k8s.io",
  version,
  kind: "HTTPRoute",
  plural: "httproutes",
  namespaced: true,
  origin: "the Gateway API",
});

export const httpRoutes: Readonly<Record<Version, Resource<HttpRoute>>> = {
  v1: inVersion("v1"),
  v1beta1: inVersion("v1beta1"),
};
