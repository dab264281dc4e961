import { describe, expect, test } from "vitest";
import type { Run } from "../api/canary.ts";
import { allToCanary, allToPrimary } from "../api/routes.ts";
import {
  at,
  footing,
  hooks,
  metrics,
  now,
  observe,
  outcome,
  primary,
  running,
  stuck,
  take,
  target,
  waiting,
} from "./testing.ts";
import type { Outcome } from "./testing.ts";

const analysis = { iterations: 5, webhooks: [...hooks], metrics };

describe("a check that does not pass is counted", () => {
  test.each([
    ["load", "Halt podinfo.test advancement external check load failed load says no"],
    ["request-success-rate", "request-success-rate says no"],
  ])("%s", (failing, text) => {
    expect(outcome({ analysis, status: running({ iterations: 1 }) }, [failing])).toMatchObject({
      effects: [...footing, "route 100/0", "Normal: Rollback hook stop not signaling a rollback", `Warning: ${text}`],
      status: { phase: "Progressing", iterations: 1, failedChecks: 1 },
      told: [],
    });
  });

  test("a pre-rollout hook, which is asked again", () => {
    const seen = observe({ analysis, status: running({}, { started: false }) });
    const { decision } = take(seen, ["smoke"]);
    expect(decision.status).toMatchObject({ failedChecks: 1, iterations: 0, run: { started: false } });
    expect(outcome({ analysis, status: running({}, { started: false }) }, ["smoke"]).effects.at(-1)).toBe(
      "Warning: Halt podinfo.test advancement pre-rollout check smoke failed smoke says no",
    );
  });

  test("while a promotion waits for approval, too", () => {
    const status = running({ phase: "WaitingPromotion", iterations: 4 });
    expect(outcome({ analysis, status }, ["load"]).status).toMatchObject({
      phase: "WaitingPromotion",
      failedChecks: 1,
    });
  });
});

test("waits for pods without asking anything, and sees to it that there are any", () => {
  expect(outcome({ analysis, status: running(), seen: target({ readiness: waiting }) })).toMatchObject({
    asked: [],
    effects: [
      ...footing,
      "route 100/0",
      "Warning: canary deployment podinfo.test not ready: 0 of 2 pods",
      "scale target up",
    ],
    status: { phase: "Progressing" },
  });
});

test.each<[number, string]>([
  [0, "route 100/0"],
  [1, "route 50/50"],
])("a canary that is left with %i of 2 pods: %s", (available, route) => {
  const routes = { primary: 50, canary: 50, mirrored: false };
  const seen = target({ readiness: waiting, available });
  expect(outcome({ analysis, status: running({}, { routes }), seen }).effects).toContain(route);
});

test("waits for routes that are not in effect", () => {
  const seen = { routesNotReady: "HTTPRoute podinfo.test is not accepted" };
  expect(outcome({ analysis, status: running(), seen })).toMatchObject({
    asked: [],
    effects: [...footing, "route 100/0", "Warning: HTTPRoute podinfo.test is not accepted"],
    status: { phase: "Progressing" },
  });
});

test("a primary that was stuck when the run began does not end it", () => {
  const seen = primary({ readiness: stuck, available: 0 });
  expect(outcome({ analysis, status: running({}, { primaryReady: false }), seen }).status).toMatchObject({
    phase: "Progressing",
    iterations: 1,
  });
});

test("a newer revision leaves users on the canary while the primary has no pods", () => {
  const status = running({ canaryWeight: 100 }, { primaryReady: false, routes: allToCanary });
  const seen = { ...primary({ readiness: stuck, available: 0 }), ...target({ revision: "v1:c" }) };
  expect(outcome({ analysis, status, seen })).toMatchObject({
    effects: [...footing, "route 0/100", "Normal: New revision detected! Restarting analysis for podinfo.test"],
    status: { phase: "Progressing", canaryWeight: 100, lastAppliedSpec: "v1:c" },
  });
});

test("a run of its own for each revision: a restart begins a new one, with nothing counted", () => {
  const { decision } = take(
    observe({ analysis, status: running({ iterations: 3 }), seen: target({ revision: "v1:c" }) }),
  );
  expect(decision.status).toMatchObject({
    iterations: 0,
    failedChecks: 0,
    run: { id: "run-next", revision: "v1:c", started: false },
  });
});

test("goes on after a crash between the copy of the template and its record", () => {
  const seen = primary({ rolloutId: "v1:b.run-2", readiness: waiting, available: 1 });
  expect(outcome({ analysis, status: running({ iterations: 5 }), seen })).toMatchObject({
    asked: [],
    effects: [
      ...footing,
      "Normal: Routing all traffic to canary",
      "route 0/100",
      "Normal: Copying podinfo.test template spec to podinfo-primary.test",
      "promote v1:b.run-2",
      "syncScaler",
    ],
    status: { phase: "Promoting", iterations: 6 },
  });
});

describe("time", () => {
  test.each([
    ["a deadline that passes before the interval is over", now + 30_000, 30_001],
    ["the interval", now + 90_000, 60_000],
  ])("what is not ready is looked at again after %s", (_, stuckAt, after) => {
    const seen = observe({ analysis, status: running(), seen: target({ readiness: { ...waiting, stuckAt } }) });
    expect(take(seen).decision.wakeAt).toBe(now + after);
  });

  test("a run begins when requests can have found the way to the new pods", () => {
    const { checkedAt: _, ...run } = { checkedAt: "", ...running({}, { started: false }).run };
    const status = running({}, {});
    const fresh = {
      ...status,
      run: { id: "run-2", started: false, routes: status.run?.routes ?? allToCanary, ...run },
    };
    const soon = observe({ analysis, status: fresh, seen: target({ availableSince: now - 500 }) });
    expect(take(soon).decision).toMatchObject({ wakeAt: now + 1500 });
    expect(outcome({ analysis, status: fresh, seen: target({ availableSince: now - 2000 }) }).status.iterations).toBe(
      1,
    );
  });

  test("nothing is asked before the interval is over", () => {
    const seen = observe({ analysis, status: running({ iterations: 1 }, { checkedAt: at(-20_000) }) });
    expect(take(seen)).toMatchObject({ asked: [], decision: { status: seen.status, wakeAt: now + 40_000 } });
  });

  test.each([
    ["keeps the beat when it comes a little late", 70_000, -10_000],
    ["begins a new beat after a gap", 300_000, 0],
  ])("%s", (_, ago, offset) => {
    const status = running({ iterations: 1 }, { checkedAt: at(-ago) });
    const { decision } = take(observe({ analysis, status }));
    expect(decision.status.run?.checkedAt).toBe(at(offset));
    expect(decision.wakeAt).toBe(now + offset + 60_000);
  });
});

test("a canary of which not all pods have become ready is given up at the deadline, but not in the middle of a run", () => {
  const seen = target({ readiness: waiting });
  const begun: Run = { id: "run-2", started: false, routes: allToPrimary };
  const phaseAfter = (seconds: number, run?: Run): Outcome["status"]["phase"] => {
    const changes = { lastTransitionTime: at(-seconds * 1000), ...(run !== undefined && { run }) };
    return outcome({ status: running(changes), seen }).status.phase;
  };
  expect([phaseAfter(599, begun), phaseAfter(601, begun), phaseAfter(601)]).toEqual([
    "Progressing",
    "Failed",
    "Progressing",
  ]);
});
