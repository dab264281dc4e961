import { expect, test } from "vitest";
import { allToPrimary } from "../api/routes.ts";
import { hooks, lines, observe, settled, take, target } from "./testing.ts";

const alert = { severity: "error", text: "Failed checks threshold reached 2", facts: false } as const;

test("what a status has not told is told one by one, and each struck out once it is", () => {
  const run = { id: "run-1", started: true, routes: allToPrimary };
  const status = { ...settled, run: { ...run, pending: { alert, postRollout: "Failed" as const } } };
  const first = take(observe({ status, seen: target({ revision: "v1:a" }) })).decision;
  expect([lines(first.effects), first.status.run?.pending]).toEqual([
    ["alert error: Failed checks threshold reached 2"],
    { postRollout: "Failed" },
  ]);
  const second = take(observe({ status: first.status, seen: target({ revision: "v1:a" }) })).decision;
  expect([lines(second.effects), second.status]).toEqual([["post-rollout Failed"], { ...settled, run }]);
});

test("post-rollout hooks are recorded only where there are any", () => {
  const status = { ...settled, phase: "Finalising" as const, lastAppliedSpec: "v1:b" };
  const pending = (webhooks: typeof hooks) =>
    take(observe({ status, analysis: { iterations: 2, webhooks: [...webhooks] } })).decision.status.run?.pending;
  expect(pending(hooks)).toMatchObject({ alert: { severity: "info" }, postRollout: "Succeeded" });
  expect(pending([])).toEqual({
    alert: { severity: "info", text: "Canary analysis completed successfully, promotion finished.", facts: false },
  });
});
