import type { KubeObject } from "../../kubernetes/objects.ts";

/*
 * The parts of networking.istio.io/v1beta1 that the gateway acts on, as istio.io/latest/docs/reference/config/networking/
 * virtual-service has them.
 */

export interface VirtualService extends KubeObject {
  readonly spec?: {
    readonly hosts?: readonly string[];
    /** `mesh`, or names of gateways, all of which this one stands for. `mesh` alone when unset. */
    readonly gateways?: readonly string[];
    readonly http?: readonly IstioHttpRoute[];
  };
}

export interface IstioHttpRoute {
  readonly match?: readonly HttpMatchRequest[];
  readonly route?: readonly HttpRouteDestination[];
  /** A VirtualService without hosts, whose rules stand in for this one. */
  readonly delegate?: { readonly name: string; readonly namespace?: string };
  readonly rewrite?: { readonly uri?: string; readonly authority?: string };
  /** Such as `15s`. */
  readonly timeout?: string;
  readonly retries?: HttpRetry;
  readonly mirror?: Destination;
  readonly mirrorPercentage?: { readonly value?: number };
  readonly corsPolicy?: IstioCorsPolicy;
  readonly headers?: IstioHeaders;
}

export interface HttpMatchRequest {
  readonly uri?: StringMatch;
  readonly ignoreUriCase?: boolean;
  readonly scheme?: StringMatch;
  readonly method?: StringMatch;
  readonly authority?: StringMatch;
  readonly headers?: Readonly<Record<string, StringMatch>>;
  readonly withoutHeaders?: Readonly<Record<string, StringMatch>>;
  readonly queryParams?: Readonly<Record<string, StringMatch>>;
  readonly port?: number;
  readonly gateways?: readonly string[];
  readonly sourceLabels?: Readonly<Record<string, string>>;
  readonly sourceNamespace?: string;
}

/** One of the three; none of them asks only that the value be there. */
export interface StringMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

export interface Destination {
  readonly host: string;
  readonly port?: { readonly number?: number };
}

export interface HttpRouteDestination {
  readonly destination: Destination;
  readonly weight?: number;
  readonly headers?: IstioHeaders;
}

export interface HttpRetry {
  readonly attempts?: number;
  readonly perTryTimeout?: string;
  /** Conditions with commas between them. */
  readonly retryOn?: string;
}

export interface IstioHeaders {
  readonly request?: HeaderOperations;
  readonly response?: HeaderOperations;
}

export interface HeaderOperations {
  readonly set?: Readonly<Record<string, string>>;
  readonly add?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

export interface IstioCorsPolicy {
  readonly allowOrigins?: readonly StringMatch[];
  /** The older field: origins written out. */
  readonly allowOrigin?: readonly string[];
  readonly allowMethods?: readonly string[];
  readonly allowHeaders?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly allowCredentials?: boolean;
  /** Such as `24h`. */
  readonly maxAge?: string;
}
