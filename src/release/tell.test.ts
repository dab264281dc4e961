import { expect, test } from "vitest";
import type { CanaryStatus } from "../api/canary.ts";
import { allToPrimary } from "../api/routes.ts";
import { hooks, lines, observe, running, settled, take, target } from "./testing.ts";

const run = { id: "run-1", started: true, routes: allToPrimary };
const alert = { severity: "info", text: "It is over.", facts: false } as const;
const sent = "alert info: It is over.";

test.each([
  ["hooks first, after a success", { alert, postRollout: "Succeeded" as const }, ["post-rollout Succeeded", sent]],
  ["hooks last, after a failure", { alert, postRollout: "Failed" as const }, [sent, "post-rollout Failed"]],
  ["hooks alone", { postRollout: "Failed" as const }, ["post-rollout Failed"]],
  ["an alert alone", { alert }, [sent]],
])("what a status has not told is told one by one, and each struck out once it is: %s", (_, pending, expected) => {
  const told: string[] = [];
  let status: CanaryStatus = { ...settled, run: { ...run, pending } };
  while (status.run?.pending !== undefined && told.length < 3) {
    const { decision } = take(observe({ status, seen: target({ revision: "v1:a" }) }));
    expect(decision.effects).toHaveLength(1);
    told.push(...lines(decision.effects));
    status = decision.status;
  }
  expect([told, status]).toEqual([expected, { ...settled, run }]);
});

test("post-rollout hooks are recorded only where there are any", () => {
  const status = running({ phase: "Finalising" });
  const pending = (webhooks: typeof hooks) =>
    take(observe({ status, analysis: { iterations: 2, webhooks: [...webhooks] } })).decision.status.run?.pending;
  expect(pending(hooks)).toMatchObject({ alert: { severity: "info" }, postRollout: "Succeeded" });
  expect(pending([])).toEqual({
    alert: { severity: "info", text: "Canary analysis completed successfully, promotion finished.", facts: false },
  });
});
