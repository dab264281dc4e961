import type { Outcome, Retries } from "./rule.ts";

/** What Istio does where a route says nothing. Source: istio.io, HTTPRetry. */
const usualConditions = "connect-failure,refused-stream,unavailable,cancelled,503";
const usualAttempts = 2;

/** Reads `attempts` and `retryOn` of a VirtualService. Conditions that only concern gRPC or HTTP/2 never hold here. */
export function retriesOf(attempts = usualAttempts, retryOn = ""): Retries {
  const conditions = (retryOn === "" ? usualConditions : retryOn).split(",").map((condition) => condition.trim());
  return { attempts, on: (outcome) => conditions.some((condition) => holds(condition, outcome)) };
}

/** Source: Envoy's x-envoy-retry-on. Three digits are a status. */
function holds(condition: string, { status, cause }: Outcome): boolean {
  switch (condition) {
    case "5xx":
      return status >= 500;
    case "gateway-error":
      return status >= 502 && status <= 504;
    case "connect-failure":
      return cause === "connect";
    case "reset":
      return cause !== "answer";
    case "retriable-4xx":
      return status === 409;
    default:
      return cause === "answer" && condition === status.toString();
  }
}
