import { expect, test } from "vitest";
import type { Condition, Phase } from "./canary.ts";
import { promotedCondition } from "./conditions.ts";

const before = "2026-11-23T22:40:00Z";
const now = Date.parse("2026-11-23T22:45:28.765Z");
const time = "2026-11-23T22:45:28Z";

const table: readonly (readonly [Phase, string, string])[] = [
  ["", "Unknown", "New Deployment detected, starting initialization."],
  ["Initializing", "Unknown", "New Deployment detected, starting initialization."],
  ["Initialized", "True", "Deployment initialization completed."],
  ["Waiting", "Unknown", "Waiting for approval."],
  ["WaitingPromotion", "Unknown", "Waiting for approval."],
  ["Progressing", "Unknown", "New revision detected, progressing canary analysis."],
  ["Promoting", "Unknown", "Canary analysis completed, starting primary rolling update."],
  ["Finalising", "Unknown", "Canary analysis completed, routing all traffic to primary."],
  ["Succeeded", "True", "Canary analysis completed successfully, promotion finished."],
  ["Failed", "False", "Canary analysis failed, Deployment scaled to zero."],
  ["Terminating", "Unknown", "New Deployment detected, starting initialization."],
  ["Terminated", "Unknown", "New Deployment detected, starting initialization."],
];

test.each(table)("phase %j: %s, %s", (phase, status, message) => {
  expect(promotedCondition(undefined, phase, "Deployment", now)).toEqual([
    { type: "Promoted", status, reason: phase, message, lastUpdateTime: time, lastTransitionTime: time },
  ]);
});

test("the message names the target's kind", () => {
  expect(promotedCondition([], "Failed", "DaemonSet", now)[0]?.message).toBe(
    "Canary analysis failed, DaemonSet scaled to zero.",
  );
});

function condition(phase: Phase): readonly Condition[] {
  return promotedCondition(undefined, phase, "Deployment", Date.parse(before));
}

test("nothing changes while status and reason do not", () => {
  const previous = condition("Progressing");
  expect(promotedCondition(previous, "Progressing", "DaemonSet", now)).toBe(previous);
});

test("the transition time stays when only the reason changes", () => {
  expect(promotedCondition(condition("Progressing"), "Promoting", "Deployment", now)).toEqual([
    {
      type: "Promoted",
      status: "Unknown",
      reason: "Promoting",
      message: "Canary analysis completed, starting primary rolling update.",
      lastUpdateTime: time,
      lastTransitionTime: before,
    },
  ]);
});

test("the transition time is now when the status changes", () => {
  expect(promotedCondition(condition("Finalising"), "Succeeded", "Deployment", now)[0]).toMatchObject({
    status: "True",
    lastUpdateTime: time,
    lastTransitionTime: time,
  });
});

test("conditions of other types are dropped", () => {
  const other: Condition = { type: "Ready", status: "Unknown", reason: "Promoting", lastTransitionTime: before };
  expect(promotedCondition([other], "Promoting", "Deployment", now)).toEqual(
    promotedCondition(undefined, "Promoting", "Deployment", now),
  );
});
