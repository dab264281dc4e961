import { expect, test } from "vitest";
import { check, weights } from "./narration.ts";

test("draws the weights", () => {
  expect([0, 30, 100].map(weights)).toEqual([
    "primary 100 % ████████████████████ 0 % canary",
    "primary 70 % ██████████████░░░░░░ 30 % canary",
    "primary 0 % ░░░░░░░░░░░░░░░░░░░░ 100 % canary",
  ]);
});

test.each([
  [{ name: "request-success-rate", thresholdRange: { min: 99 } }, 99.8712, "good", "99.87 % (at least 99 %)"],
  [{ name: "request-success-rate", threshold: 99 }, 50, "bad", "50 % (at least 99 %)"],
  [{ name: "request-duration", thresholdRange: { max: 500 } }, 12.5, "good", "12.50 ms (at most 500 ms)"],
  [{ name: "errors", thresholdRange: { min: 1, max: 2 } }, 3, "bad", "3 (at least 1, at most 2)"],
  [{ name: "request-duration", threshold: 500 }, 500.7, "good", "500.70 ms (at most 500 ms)"],
  [{ name: "errors", thresholdRange: {} }, 3, "good", "3"],
  [{ name: "errors", thresholdRange: { max: 2 } }, "empty", "bad", "no values (at most 2)"],
] as const)("shows a value beside its limits", (metric, value, tone, text) => {
  expect(check(metric, value)).toEqual({ tone, text: `check ${metric.name}: ${text}` });
});
