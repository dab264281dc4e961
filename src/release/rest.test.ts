import { describe, expect, test } from "vitest";
import type { CanaryStatus } from "../api/canary.ts";
import { allToCanary, allToPrimary, everyoneToCanary } from "../api/routes.ts";
import type { Decision } from "./step.ts";
import {
  at,
  footing,
  hooks,
  lines,
  metrics,
  now,
  observe,
  outcome,
  primary,
  promotedAgain,
  settled,
  share,
  stuck,
  take,
  target,
  waiting,
} from "./testing.ts";

test("waits for the primary before a run, and forgets nothing", () => {
  expect(outcome({ status: settled, seen: primary({ readiness: waiting, available: 0 }) })).toMatchObject({
    effects: [...footing, "route 100/0", "Warning: podinfo-primary.test not ready: 0 of 2 pods"],
    status: { phase: "Succeeded", lastAppliedSpec: "v1:a" },
  });
});

test.each([
  ["no pods: users stay on the canary", 0, "route 0/100", 100],
  ["pods: users go to them, as nobody has analysed the revision that comes", 1, "route 100/0", 0],
])("a stuck primary does not hold up the revision that may mend it; it has %s", (_, available, route, canaryWeight) => {
  const status: CanaryStatus = {
    ...settled,
    phase: "Failed",
    canaryWeight: 100,
    run: { id: "run-1", started: true, routes: allToCanary },
  };
  const { effects, status: after } = outcome({ status, seen: primary({ readiness: stuck, available }) });
  expect([effects[2], after.phase, after.canaryWeight]).toEqual([route, "Progressing", canaryWeight]);
});

test.each([
  ["none: users go to the primary", 100, 0, 2, "route 100/0"],
  ["too few for its share: users go to the primary", 50, 1, 4, "route 100/0"],
  ["enough for its share: users stay", 50, 1, 2, "route 50/50"],
  ["none, as the primary: users stay", 100, 0, 0, "route 0/100"],
])("at rest, a canary that misses pods has %s", (_, canaryWeight, available, left, route) => {
  const run = { id: "run-1", started: true, ...share(canaryWeight) };
  const status: CanaryStatus = { ...settled, phase: "Failed", lastAppliedSpec: "v1:b", canaryWeight, run };
  const seen = { ...target({ readiness: waiting, available }), ...primary({ available: left }) };
  const { decision } = take(observe({ status, seen }));
  expect([lines(decision.effects), decision.status]).toEqual([[...footing, route], status]);
});

test("after a failure, the promoted revision is no run, and the failed one is one again", () => {
  const failed: CanaryStatus = { ...settled, phase: "Failed", lastAppliedSpec: "v1:b" };
  expect(outcome({ status: failed, seen: promotedAgain }).status).toMatchObject({
    phase: "Failed",
    lastAppliedSpec: "v1:a",
  });
  expect(outcome({ status: { ...failed, lastAppliedSpec: "v1:a" } }).status.phase).toBe("Progressing");
  expect(outcome({ status: failed }).status.phase).toBe("Failed");
});

test.each([
  ["agree, without a run", true, "v1:b"],
  ["differ, with one", false, ""],
])("a status that Flagger wrote is taken over where target and primary %s", (_, targetEqualsPrimary, hash) => {
  const status: CanaryStatus = { ...settled, lastAppliedSpec: "84499788cb", lastPromotedSpec: "84499788cb" };
  expect(outcome({ status, seen: { targetEqualsPrimary } }).status).toMatchObject({
    phase: "Succeeded",
    lastAppliedSpec: hash,
    lastPromotedSpec: hash,
  });
});

test("configs of a status that Flagger wrote are its promoted ones, if it is at rest", () => {
  const configs = { "configmap/c": "1" };
  const flagger = (phase: "Succeeded" | "Failed"): CanaryStatus => ({
    phase,
    lastAppliedSpec: "84499788cb",
    lastPromotedSpec: "84499788cb",
    trackedConfigs: configs,
  });
  const seen = { ...target({ configs }), targetEqualsPrimary: true };
  const taken = (phase: "Succeeded" | "Failed") => take(observe({ status: flagger(phase), seen })).decision.status;
  expect(taken("Succeeded")).toMatchObject({ trackedConfigs: configs, promotedConfigs: configs });
  expect(taken("Failed").promotedConfigs).toBeUndefined();
  const changed = { ...target({ configs: { "configmap/c": "2" } }), targetEqualsPrimary: true };
  expect(outcome({ status: taken("Succeeded"), seen: changed }).status.phase).toBe("Progressing");
});

test("a muted gate closes without an alert", () => {
  const webhooks = [{ name: "may-start", type: "confirm-rollout" as const, url: "http://hooks", muteAlert: true }];
  expect(outcome({ status: settled, analysis: { webhooks } }, ["may-start"])).toMatchObject({
    status: { phase: "Waiting" },
    told: [],
  });
});

test("a revision put back while waiting leaves users where they are", () => {
  const run = { id: "run-1", started: true, routes: allToCanary };
  const status: CanaryStatus = { ...settled, phase: "Waiting", lastAppliedSpec: "v1:failed", canaryWeight: 100, run };
  expect(outcome({ status, seen: target({ revision: "v1:failed" }) })).toMatchObject({
    effects: [...footing, "route 0/100"],
    status: { phase: "Failed", canaryWeight: 100 },
  });
});

describe("the primary's autoscaler", () => {
  const autoscalerRef = { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", name: "podinfo" } as const;
  const rested = (endedMs: number, routes = allToPrimary): Decision => {
    const run = { id: "run-1", started: true, routes };
    const status: CanaryStatus = { ...settled, lastTransitionTime: at(-endedMs), run };
    return take(observe({ status, spec: { autoscalerRef }, seen: promotedAgain })).decision;
  };

  test("may shrink it when it has seen all users for five minutes", () => {
    expect(rested(60_000)).toMatchObject({ wakeAt: now + 240_000 });
    expect(lines(rested(60_000).effects)).not.toContain("freeScaler");
    expect(lines(rested(300_000).effects)).toContain("freeScaler");
    expect(rested(300_000).wakeAt).toBeUndefined();
  });

  test("may not while users are on the canary", () => {
    const { effects, wakeAt } = rested(300_000, allToCanary);
    expect([lines(effects).includes("freeScaler"), wakeAt]).toEqual([false, undefined]);
  });
});

test.each([
  ["when it is asked", -60_000],
  ["until it is asked again", -1000],
])("a closed gate keeps nobody on a canary without pods: %s", (_, askedAt) => {
  const run = { id: "run-1", started: true, checkedAt: at(askedAt), routes: allToCanary };
  const status: CanaryStatus = { ...settled, phase: "Waiting", run };
  const seen = target({ readiness: waiting, available: 0 });
  const { effects } = outcome({ analysis: { webhooks: [...hooks] }, status, seen }, ["may-start"]);
  expect(effects).toEqual([...footing, "route 100/0"]);
});

test("where users have nowhere else to go, the analysis still takes every step", () => {
  const setting = {
    analysis: { stepWeight: 40, maxWeight: 80, metrics },
    seen: primary({ readiness: stuck, available: 0 }),
  };
  let status: CanaryStatus = {
    ...settled,
    phase: "Failed",
    run: { id: "run-1", started: true, routes: everyoneToCanary },
  };
  const passed: unknown[] = [];
  for (let turn = 0; turn < 8 && status.phase !== "Promoting"; turn++) {
    const { asked, decision } = take(observe({ ...setting, status }));
    const { pending: _, checkedAt: _at, ...run } = { pending: undefined, checkedAt: "", ...decision.status.run };
    status = { ...decision.status, run: { id: "", started: false, routes: allToPrimary, ...run } };
    passed.push([asked, run.routes?.canary, run.planned?.canary]);
  }
  expect(passed).toEqual([
    [[], 100, 0],
    [[], 100, 40],
    [["request-success-rate"], 100, 80],
    [["request-success-rate"], 100, undefined],
  ]);
});
