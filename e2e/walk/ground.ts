import type { Followed } from "../support/follow.ts";
import type { LoadOptions } from "../support/load.ts";
import type { RunOptions } from "../support/run.ts";
import type { RequestCount } from "../support/audit.ts";
import type { Users } from "../support/users.ts";

/** A Kubernetes to walk on: what of it differs from one to the next. */
export interface Ground {
  /** Whether the figures of Flagger were measured on such a one. */
  readonly isNode: boolean;
  /** Address of this machine at which pods reach servers of the tests. */
  readonly address: string;
  /**
   * kubectl; gives what it wrote to standard output.
   * @throws CommandFailed
   */
  readonly kubectl: (args: readonly string[], options?: RunOptions) => Promise<string>;
  /** @throws CommandFailed */
  readonly helm: (args: readonly string[]) => Promise<string>;
  /** Follows one object with `kubectl get ARGS --watch`. */
  follow<T>(args: readonly string[], onChange?: (object: T, before: T | undefined) => void): Followed<T>;
  /** Puts a Prometheus that scrapes annotated pods behind the Service `prometheus` of a namespace. */
  installPrometheus(namespace: string): Promise<void>;
  /** How this machine reaches a port of a Service. */
  wayTo(service: ServicePort): Promise<Pick<LoadOptions, "url" | "proxy">>;
  /** Makes what `startUsers` needs in a namespace. */
  prepareUsers(namespace: string): Promise<void>;
  /** Starts to send GET requests to a Service, from the namespace; rate and time bound how many there can be. */
  startUsers(to: ServicePort, path: string, bounds: Pick<LoadOptions, "rate" | "seconds">): Promise<Users>;
  /** Process id of a pod's main process. */
  mainProcess(namespace: string, pod: string): Promise<number>;
  /** The operator's requests to the API, as `countRequests` counts. */
  countRequests(from: Date, to: Date): Promise<RequestCount>;
}

export interface ServicePort {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
}
