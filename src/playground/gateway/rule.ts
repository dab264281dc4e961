import type { CorsPolicy } from "./cors.ts";
import type { HeaderRules } from "./headers.ts";
import type { Facts, Test } from "./match.ts";

/** A port of a Service that requests are sent to. */
export interface ServicePortRef {
  readonly namespace: string;
  readonly name: string;
  /** Undefined for the Service's only port, or that of the request. */
  readonly port: number | undefined;
}

/** One of those that share the requests of a rule. */
export interface Backend {
  /** Undefined where the route names something that is not a Service. */
  readonly to: ServicePortRef | undefined;
  /** Relative to the sum of all. */
  readonly weight: number;
  readonly headers: HeaderRules;
}

export interface Mirror {
  readonly to: ServicePortRef;
  /** Share of the requests that are copied, 0 to 1. */
  readonly share: number;
}

/** How a try went: the status that the caller would see, and whether it is an answer or stands for the lack of one. */
export interface Outcome {
  readonly status: number;
  readonly cause: "answer" | "connect" | "reset" | "timeout";
}

/** What the gateway itself answers. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A rule of a route, ready to be asked. The same for HTTPRoute and VirtualService. */
export interface Rule {
  readonly test: Test;
  /** The answer that makes forwarding needless. */
  readonly redirect: ((facts: Facts) => Answer) | undefined;
  readonly rewritePath: ((path: string) => string) | undefined;
  /** What the request's `Host` becomes. */
  readonly rewriteHost: string | undefined;
  readonly headers: HeaderRules;
  readonly backends: readonly Backend[];
  readonly mirrors: readonly Mirror[];
  readonly cors: CorsPolicy | undefined;
  /** Bound on the whole exchange, in milliseconds. */
  readonly timeoutMs: number | undefined;
  /** Bound on each try, in milliseconds. */
  readonly tryTimeoutMs: number | undefined;
  readonly retries: Retries;
  /** Status of the answer where a backend does not exist: 500 for HTTPRoute, 503 for VirtualService. */
  readonly missing: number;
}

export interface Retries {
  /** How many further tries; 0 for none. */
  readonly attempts: number;
  readonly on: (outcome: Outcome) => boolean;
}

export const noRetries: Retries = { attempts: 0, on: () => false };

/** A route as it applies on one of the two ways into the cluster. */
export interface Route {
  /**
   * `mesh`: requests to a Service by its name, whoever serves it. `gateway`: requests to any other host, which are what
   * comes from outside in a cluster.
   */
  readonly via: "mesh" | "gateway";
  /** Patterns of `matchesHost`: full names of Services for `mesh`. */
  readonly hosts: readonly string[];
  /** Narrows down where the route applies at all: what it does not, is served as if it were not there. */
  readonly applies: Test;
  /** Rules with what ranks them among those for the same host: the greater first, compared one after the other. */
  readonly rules: readonly { readonly rule: Rule; readonly rank: readonly number[] }[];
  /** Among routes of equal rank the older one comes first, then by name. */
  readonly age: string;
  readonly name: string;
}
