import type { CanaryService } from "../../api/canary.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import type { Resource } from "../../kubernetes/resources.ts";

/*
 * The parts of a VirtualService that the router writes and reads. Source: istio.io/latest/docs/reference/config/networking/
 * virtual-service, and for the status istio.io/latest/docs/reference/config/config-status. The API server fills in nothing.
 */

export interface VirtualService extends KubeObject {
  readonly spec?: VirtualServiceSpec;
  readonly status?: IstioStatus;
}

export interface VirtualServiceSpec {
  /** None for one that another VirtualService delegates to. */
  readonly hosts?: readonly string[] | undefined;
  /** `mesh` for callers inside it, or `NAMESPACE/NAME` of a gateway. */
  readonly gateways?: readonly string[] | undefined;
  readonly http?: readonly HttpRoute[] | undefined;
  readonly tcp?: readonly TcpRoute[] | undefined;
}

/** The first one that matches takes the request. */
export interface HttpRoute {
  /** Any of these; everything when unset. */
  readonly match?: readonly HttpMatch[] | undefined;
  readonly route?: readonly HttpDestination[];
  readonly rewrite?: { readonly uri?: string | undefined; readonly authority?: string | undefined } | undefined;
  /** A duration such as `15s`. */
  readonly timeout?: string | undefined;
  readonly retries?: Retries | undefined;
  readonly corsPolicy?: CorsPolicy | undefined;
  readonly headers?: Headers | undefined;
  readonly mirror?: Destination | undefined;
  /** All requests when unset. */
  readonly mirrorPercentage?: { readonly value?: number } | undefined;
}

/** All of these conditions together. `service.match` of a Canary has Istio's form. */
export type HttpMatch = NonNullable<CanaryService["match"]>[number];

/** One of the three; none of them asks only that the value be there. A regular expression is about the whole value. */
export interface StringMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

export type Headers = NonNullable<CanaryService["headers"]>;

export type CorsPolicy = Omit<NonNullable<CanaryService["corsPolicy"]>, "maxAge"> & {
  readonly maxAge?: string | undefined;
};

export interface Retries {
  readonly attempts?: number | undefined;
  readonly perTryTimeout?: string | undefined;
  readonly retryOn?: string | undefined;
}

export interface TcpRoute {
  /** Any of these; everything when unset. */
  readonly match?: readonly { readonly port: number }[] | undefined;
  readonly route?: readonly WeightedDestination[];
}

export interface Destination {
  readonly host: string;
  /** The only port of the Service, or the one that the request came in on, when unset. */
  readonly port?: { readonly number: number };
}

export interface WeightedDestination {
  readonly destination: Destination;
  readonly weight?: number;
}

export interface HttpDestination extends WeightedDestination {
  readonly headers?: Headers | undefined;
}

/** What Istio's analysis finds. Only there where it is switched on. */
export interface IstioStatus {
  readonly conditions?: readonly IstioCondition[] | null;
  readonly validationMessages?: readonly AnalysisMessage[] | null;
  /** The generation of the object that the messages are about. A 64-bit number, and therefore a text. */
  readonly observedGeneration?: string | number;
}

export interface IstioCondition {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: string | number;
}

export interface AnalysisMessage {
  readonly type?: { readonly code?: string };
  /** `ERROR`, `WARNING` or `INFO`. */
  readonly level?: string;
  readonly documentationUrl?: string;
}

export const virtualServices: Resource<VirtualService> = {
  group: "networking.istio.io",
  version: "v1beta1",
  kind: "VirtualService",
  plural: "virtualservices",
  namespaced: true,
  origin: "Istio",
};
