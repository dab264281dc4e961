import { describe, expect, test } from "vitest";
import type { CanaryStatus } from "../api/canary.ts";
import { allToCanary, allToPrimary } from "../api/routes.ts";
import type { Decision } from "./step.ts";
import {
  at,
  footing,
  lines,
  now,
  observe,
  outcome,
  primary,
  promotedAgain,
  settled,
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
