import { expect, test } from "vitest";
import type { CanaryService } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { retriesOf } from "./retries.ts";
import type { Retries } from "./retries.ts";
import type { Protocol } from "./service-settings.ts";

type RetrySpec = NonNullable<CanaryService["retries"]>;

const usual = { maxRetries: 1, perTryTimeout: 250, events: { httpRetryEvents: ["gateway-error"] } };

test.each<[string, RetrySpec | undefined, Protocol, Retries | undefined]>([
  ["none", undefined, "http", undefined],
  ["all defaults", {}, "http", usual],
  ["defaults for what is empty", { perTryTimeout: "", retryOn: "" }, "grpc", usual],
  ["no attempt", { attempts: 0 }, "http", { ...usual, maxRetries: 0 }],
  ["less than none", { attempts: -2 }, "http", { ...usual, maxRetries: 0 }],
  [
    "what the Canary says",
    { attempts: 3, perTryTimeout: "5s", retryOn: "gateway-error, client-error,stream-error" },
    "http",
    {
      maxRetries: 3,
      perTryTimeout: 5000,
      events: { httpRetryEvents: ["gateway-error", "client-error", "stream-error"] },
    },
  ],
  [
    "failed connections",
    { retryOn: "connection-error,server-error" },
    "http",
    { ...usual, events: { httpRetryEvents: ["server-error"], tcpRetryEvents: ["connection-error"] } },
  ],
  [
    "statuses of gRPC",
    { retryOn: "unavailable,cancelled" },
    "grpc",
    { ...usual, events: { grpcRetryEvents: ["unavailable", "cancelled"] } },
  ],
])("%s", (_, retries, protocol, expected) => {
  expect(retriesOf({ port: 80, ...(retries !== undefined && { retries }) }, protocol)).toEqual(expected);
});

const ofHttp = "server-error, gateway-error, client-error, stream-error, connection-error";

test.each<[RetrySpec, Protocol, string]>([
  [{ retryOn: "gateway-error,5xx" }, "http", `spec.service.retries.retryOn: must be of ${ofHttp}, not 5xx`],
  [{ retryOn: "unavailable" }, "http", `spec.service.retries.retryOn: must be of ${ofHttp}, not unavailable`],
  [{ retryOn: "," }, "http", `spec.service.retries.retryOn: must be of ${ofHttp}, not ,`],
  [
    { retryOn: "5xx" },
    "grpc",
    `spec.service.retries.retryOn: must be of ${ofHttp}, cancelled, deadline-exceeded, internal, resource-exhausted, unavailable, not 5xx`,
  ],
  [
    { perTryTimeout: "5" },
    "http",
    'spec.service.retries.perTryTimeout: invalid duration "5": write numbers and units, such as 30s or 1m30s',
  ],
])("%j of %s is refused", (retries, protocol, message) => {
  expect(() => retriesOf({ port: 80, retries }, protocol)).toThrow(new InvalidSpec(message));
});
