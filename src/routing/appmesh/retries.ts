import type { CanaryService } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { given } from "../../api/given.ts";
import { milliseconds } from "./milliseconds.ts";
import type { Protocol } from "./service-settings.ts";

/** What may be retried, by the field of a retry policy that takes it. */
export interface RetryEvents {
  readonly httpRetryEvents?: readonly string[];
  readonly tcpRetryEvents?: readonly string[];
  readonly grpcRetryEvents?: readonly string[];
}

/** `service.retries` with the defaults filled in. */
export interface Retries {
  readonly maxRetries: number;
  /** Milliseconds. */
  readonly perTryTimeout: number;
  readonly events: RetryEvents;
}

type RetrySpec = NonNullable<CanaryService["retries"]>;

const fieldsOf: readonly (readonly [field: keyof RetryEvents, events: readonly string[]])[] = [
  ["httpRetryEvents", ["server-error", "gateway-error", "client-error", "stream-error"]],
  ["tcpRetryEvents", ["connection-error"]],
  ["grpcRetryEvents", ["cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable"]],
];

/** How often a request is tried again. */
export function maxRetriesOf({ attempts = 1 }: RetrySpec): number {
  return Math.max(0, attempts);
}

/**
 * What the Canary says of retries: unless told, one of 250 ms on a gateway error. `protocol` is that of the route.
 * Source: docs.aws.amazon.com/app-mesh/latest/APIReference, HttpRetryPolicy and GrpcRetryPolicy.
 * @throws InvalidSpec for a cause that App Mesh does not know, or a timeout that is no duration
 */
export function retriesOf({ retries }: CanaryService, protocol: Protocol): Retries | undefined {
  if (retries === undefined) return undefined;
  return {
    maxRetries: maxRetriesOf(retries),
    perTryTimeout: milliseconds(given(retries.perTryTimeout) ?? "250ms", "spec.service.retries.perTryTimeout"),
    events: eventsOf(given(retries.retryOn) ?? "gateway-error", protocol),
  };
}

function eventsOf(retryOn: string, protocol: Protocol): RetryEvents {
  const known = fieldsOf.filter(([field]) => protocol === "grpc" || field !== "grpcRetryEvents");
  const named = retryOn
    .split(",")
    .map((event) => event.trim())
    .filter((event) => event !== "");
  const all = known.flatMap(([, events]) => events);
  const unknown = named.find((event) => !all.includes(event));
  if (unknown !== undefined || named.length === 0) {
    throw new InvalidSpec(`spec.service.retries.retryOn: must be of ${all.join(", ")}, not ${unknown ?? retryOn}`);
  }
  return Object.fromEntries(
    known
      .map(([field, events]) => [field, named.filter((event) => events.includes(event))] as const)
      .filter(([, events]) => events.length > 0),
  );
}
