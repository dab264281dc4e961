import type { CanaryService } from "../../../api/canary.ts";
import { given } from "../../../api/given.ts";
import { milliseconds } from "../milliseconds.ts";

/** Of a listener or a route. */
export interface Timeout {
  readonly perRequest: Duration;
}

export interface Duration {
  readonly unit: "ms";
  readonly value: number;
}

export function durationOf(value: number): Duration {
  return { unit: "ms", value };
}

/**
 * How long an answer may take; undefined when the Canary leaves that to App Mesh.
 * @throws InvalidSpec when it is no duration
 */
export function timeoutOf({ timeout }: CanaryService): Timeout | undefined {
  const text = given(timeout);
  return text === undefined ? undefined : { perRequest: durationOf(milliseconds(text, "spec.service.timeout")) };
}
