import { describe, expect, test } from "vitest";
import type { CanaryStatus } from "../api/canary.ts";
import { allToCanary, allToPrimary } from "../api/routes.ts";
import { lines, now, observe, take } from "./testing.ts";
import type { Setting } from "./testing.ts";

const settled: CanaryStatus = {
  phase: "Succeeded",
  lastAppliedSpec: "v1:a",
  lastPromotedSpec: "v1:a",
  trackedConfigs: {},
  iterations: 0,
  failedChecks: 0,
  canaryWeight: 0,
  run: { id: "run-1", started: true, routes: allToPrimary },
};

const hook = (name: string, type: "rollback" | "pre-rollout" | "rollout" | "confirm-promotion") => ({
  name,
  type,
  url: "http://hooks",
});
const hooks = [
  { name: "may-start", type: "confirm-rollout" as const, url: "http://hooks" },
  hook("stop", "rollback"),
  hook("smoke", "pre-rollout"),
  hook("load", "rollout"),
  { name: "may-grow", type: "confirm-traffic-increase" as const, url: "http://hooks" },
  hook("may-promote", "confirm-promotion"),
];
const metrics = [{ name: "request-success-rate", interval: "1m", thresholdRange: { min: 99 } }];

/** A run of revision v1:b in which the last analysis was a minute ago. */
const running = (
  changes: Partial<CanaryStatus> = {},
  run: Partial<NonNullable<CanaryStatus["run"]>> = {},
): CanaryStatus => ({
  ...settled,
  phase: "Progressing",
  lastAppliedSpec: "v1:b",
  run: {
    id: "run-2",
    revision: "v1:b",
    started: true,
    primaryReady: true,
    checkedAt: new Date(now - 60_000).toISOString(),
    routes: allToPrimary,
    ...run,
  },
  ...changes,
});

const footing = ["ensurePrimary", "ensureScaler"];
const waiting = { kind: "waiting", reason: "0 of 2 pods" } as const;
const stuck = { kind: "stuck", reason: "exceeded its progress deadline" } as const;
const ready = { kind: "ready" } as const;

/** The parts of a decision that the tables state. */
function outcome(setting: Setting, failing: readonly string[] = []) {
  const { asked, decision } = take(observe(setting), failing);
  const { phase, iterations, failedChecks, canaryWeight, lastAppliedSpec, lastPromotedSpec } = decision.status;
  return {
    asked,
    effects: lines(decision.effects),
    status: { phase, iterations, failedChecks, canaryWeight, lastAppliedSpec, lastPromotedSpec },
    told: decision.announcements.map((said) => {
      switch (said.kind) {
        case "alert":
          return `${said.severity}: ${said.text}`;
        case "postRollout":
          return `post-rollout ${said.phase}`;
        case "finished":
          return `${said.outcome} (${said.analysis})`;
      }
    }),
  };
}

describe("initializing", () => {
  test("makes the primary first", () => {
    const { primary: _, ...rest } = observe({});
    const { decision } = take({ ...rest, primary: undefined });
    expect([lines(decision.effects), decision.status.phase]).toEqual([["ensurePrimary"], "Initializing"]);
  });

  test("leaves users on the target while the primary is not ready", () => {
    const primary = { rolloutId: "v1:b.initial", readiness: waiting, available: 0 };
    expect(outcome({ seen: { primary } })).toMatchObject({
      effects: ["ensurePrimary", "Warning: podinfo-primary.test not ready: 0 of 2 pods"],
      status: { phase: "Initializing" },
      told: [],
    });
  });

  test("leaves users on the target when the primary is stuck", () => {
    const primary = { rolloutId: "v1:b.initial", readiness: stuck, available: 0 };
    expect(outcome({ seen: { primary }, provider: "kubernetes" })).toMatchObject({
      effects: ["ensurePrimary", "Warning: podinfo-primary.test not ready: exceeded its progress deadline"],
      status: { phase: "Initializing" },
    });
  });

  test("sends users to the ready primary before the target goes to zero", () => {
    expect(outcome({ seen: { targetEqualsPrimary: true } })).toEqual({
      asked: [],
      effects: [...footing, "route 100/0", "scale target zero", "Normal: Initialization done! podinfo.test"],
      status: {
        phase: "Initialized",
        iterations: 0,
        failedChecks: 0,
        canaryWeight: 0,
        lastAppliedSpec: "v1:b",
        lastPromotedSpec: "v1:b",
      },
      told: ["info: New Deployment detected, initialization completed."],
    });
  });

  test("does not count a revision as promoted that came while the primary was being made", () => {
    expect(outcome({}).status).toMatchObject({ phase: "Initialized", lastAppliedSpec: "", lastPromotedSpec: "" });
  });
});

describe("at rest", () => {
  test("changes nothing when there is nothing new", () => {
    const seen = observe({
      status: settled,
      seen: { target: { revision: "v1:a", configs: {}, readiness: ready, availableSince: undefined } },
    });
    const { decision } = take(seen);
    expect(decision).toEqual({
      effects: [{ kind: "ensurePrimary" }, { kind: "ensureScaler" }, { kind: "route", routes: allToPrimary }],
      status: seen.status,
      announcements: [],
    });
    expect(decision.status).toBe(seen.status);
  });

  test.each([
    ["a new revision", settled, {}],
    [
      "a changed config",
      settled,
      { target: { revision: "v1:a", configs: { "configmap/c": "1" }, readiness: ready, availableSince: undefined } },
    ],
    ["an unknown revision", { ...settled, lastAppliedSpec: "" }, {}],
  ] as const)("%s starts a run", (_, status, seen) => {
    expect(outcome({ status, seen })).toMatchObject({
      effects: [...footing, "route 100/0", "Normal: New revision detected! Scaling up podinfo.test", "scale target up"],
      status: { phase: "Progressing", iterations: 0, failedChecks: 0, canaryWeight: 0 },
      told: ["info: New revision detected, progressing canary analysis."],
    });
  });

  test("waits for the primary before it starts a run, and forgets nothing", () => {
    const primary = { rolloutId: undefined, readiness: waiting, available: 0 };
    expect(outcome({ status: settled, seen: { primary } })).toMatchObject({
      effects: [...footing, "route 100/0", "Warning: podinfo-primary.test not ready: 0 of 2 pods"],
      status: { phase: "Succeeded", lastAppliedSpec: "v1:a" },
    });
  });

  test("a stuck primary does not hold up the revision that may mend it", () => {
    const primary = { rolloutId: undefined, readiness: stuck, available: 0 };
    expect(outcome({ status: { ...settled, phase: "Failed" }, seen: { primary } }).status.phase).toBe("Progressing");
  });

  test("a closed confirm-rollout gate is said once", () => {
    const first = outcome({ status: settled, analysis: { webhooks: hooks } }, ["may-start"]);
    expect(first).toMatchObject({
      asked: ["may-start"],
      effects: [...footing, "route 100/0", "Warning: Halt podinfo.test advancement waiting for approval may-start"],
      status: { phase: "Waiting", lastAppliedSpec: "v1:a" },
      told: ["warn: Canary is waiting for approval."],
    });
    const again = outcome({ status: { ...settled, phase: "Waiting" }, analysis: { webhooks: hooks } }, ["may-start"]);
    expect(again).toMatchObject({ effects: [...footing, "route 100/0"], status: { phase: "Waiting" }, told: [] });
  });

  test("a revision put back while waiting ends the wait", () => {
    const target = { revision: "v1:a", configs: {}, readiness: ready, availableSince: undefined };
    const status: CanaryStatus = { ...settled, phase: "Waiting" };
    expect(
      outcome({ status, analysis: { webhooks: hooks }, seen: { target, targetEqualsPrimary: true } }),
    ).toMatchObject({
      asked: [],
      status: { phase: "Succeeded" },
      told: [],
    });
  });

  test("after a failure, the promoted revision is no run, and the failed one is one again", () => {
    const failed: CanaryStatus = { ...settled, phase: "Failed", lastAppliedSpec: "v1:b" };
    const target = { revision: "v1:a", configs: {}, readiness: ready, availableSince: undefined };
    const put = outcome({ status: failed, seen: { target, targetEqualsPrimary: true } });
    expect(put.status).toMatchObject({ phase: "Failed", lastAppliedSpec: "v1:a" });
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
});

describe("blue/green", () => {
  const analysis = { iterations: 2, webhooks: hooks, metrics };

  test("the first step asks the pre-rollout hooks and no metrics", () => {
    expect(outcome({ analysis, status: running({}, { started: false }) })).toMatchObject({
      asked: ["stop", "smoke"],
      effects: [
        ...footing,
        "route 100/0",
        "Normal: Rollback hook stop not signaling a rollback",
        "Normal: Starting canary analysis for podinfo.test",
        "Normal: Pre-rollout check smoke passed",
        "route 100/0",
        "Normal: Advance podinfo.test canary iteration 1/2",
      ],
      status: { phase: "Progressing", iterations: 1 },
    });
  });

  test("each iteration asks hooks and metrics", () => {
    expect(outcome({ analysis, status: running({ iterations: 1 }) })).toMatchObject({
      asked: ["stop", "load", "request-success-rate"],
      status: { phase: "Progressing", iterations: 2 },
    });
  });

  test("the last one promotes: users go to the canary, then the template is copied", () => {
    expect(outcome({ analysis, status: running({ iterations: 2 }) })).toMatchObject({
      asked: ["stop", "load", "request-success-rate", "may-promote"],
      effects: [
        ...footing,
        "route 100/0",
        "Normal: Rollback hook stop not signaling a rollback",
        "Normal: Confirm-promotion check may-promote passed",
        "Normal: Routing all traffic to canary",
        "route 0/100",
        "Normal: Copying podinfo.test template spec to podinfo-primary.test",
        "promote v1:b.run-2",
        "syncScaler",
      ],
      status: { phase: "Promoting", iterations: 3 },
    });
  });

  test("with plain Kubernetes the apex stays on the primary", () => {
    const { effects } = outcome({ analysis, provider: "kubernetes", status: running({ iterations: 2 }) });
    expect(effects.filter((effect) => effect.startsWith("route"))).toEqual(["route 100/0"]);
  });

  test("a closed promotion gate waits, and is said once", () => {
    const first = outcome({ analysis, status: running({ iterations: 2 }) }, ["may-promote"]);
    expect(first).toMatchObject({
      status: { phase: "WaitingPromotion", iterations: 1 },
      told: ["warn: Canary promotion is waiting for approval."],
    });
    const text = "Halt podinfo.test advancement waiting for promotion approval may-promote";
    const again = running({ phase: "WaitingPromotion", iterations: 1 }, { lastReason: text });
    expect(outcome({ analysis, status: again }, ["may-promote"])).toMatchObject({
      asked: ["stop", "load", "request-success-rate", "may-promote"],
      status: { phase: "WaitingPromotion", iterations: 1 },
      told: [],
    });
    expect(outcome({ analysis, status: again }).status.phase).toBe("Promoting");
  });

  test("mirrors requests while it iterates, where the provider can", () => {
    const mirror = { ...analysis, mirror: true };
    expect(outcome({ analysis: mirror, status: running({}, { started: false }) }).effects).toContain(
      "route 100/0 mirrored",
    );
    expect(
      outcome({ analysis: mirror, provider: "kubernetes", status: running({}, { started: false }) }).effects,
    ).not.toContain("route 100/0 mirrored");
  });
});

describe("canary weights", () => {
  const at = (canary: number) => ({ routes: { primary: 100 - canary, canary, mirrored: false } });

  test.each([
    ["the first step", { stepWeight: 20, maxWeight: 50 }, 0, 20],
    ["a step", { stepWeight: 20, maxWeight: 50 }, 20, 40],
    ["a step over the greatest weight", { stepWeight: 20, maxWeight: 50 }, 40, 60],
    ["the first of a list", { stepWeights: [1, 2, 10, 80] }, 0, 1],
    ["the next of a list", { stepWeights: [1, 2, 10, 80] }, 10, 80],
  ])("%s", (_, analysis, from, to) => {
    expect(outcome({ analysis, status: running({ canaryWeight: from }, at(from)) })).toMatchObject({
      effects: [
        ...footing,
        `route ${100 - from}/${from}`,
        `route ${100 - to}/${to}`,
        `Normal: Advance podinfo.test canary weight ${to}`,
      ],
      status: { phase: "Progressing", canaryWeight: to },
    });
  });

  test.each([
    ["the greatest weight", { stepWeight: 20, maxWeight: 40 }, 40],
    ["the end of a list", { stepWeights: [10, 30, 70] }, 70],
  ])("promotes at %s", (_, analysis, weight) => {
    expect(outcome({ analysis, status: running({ canaryWeight: weight }, at(weight)) }).status).toMatchObject({
      phase: "Promoting",
      canaryWeight: weight,
    });
  });

  test("hooks come in order: rollback, rollout, metrics, traffic increase, promotion", () => {
    const analysis = { stepWeight: 20, maxWeight: 40, webhooks: hooks, metrics };
    expect(outcome({ analysis, status: running({ canaryWeight: 40 }, at(40)) }).asked).toEqual([
      "stop",
      "load",
      "request-success-rate",
      "may-grow",
      "may-promote",
    ]);
  });

  test("a closed traffic gate before the first step asks the pre-rollout hooks only once", () => {
    const analysis = { stepWeight: 20, webhooks: hooks, metrics };
    const first = take(observe({ analysis, status: running({}, { started: false }) }), ["may-grow"]);
    expect(first.asked).toEqual(["stop", "smoke", "may-grow"]);
    expect(first.decision.announcements).toMatchObject([{ text: "Canary traffic increase is waiting for approval." }]);
    const later = take(
      observe({
        analysis,
        status: {
          ...first.decision.status,
          run: {
            ...running().run,
            ...first.decision.status.run,
            checkedAt: new Date(now - 60_000).toISOString(),
          } as never,
        },
      }),
      ["may-grow"],
    );
    expect(later.asked).toEqual(["stop", "may-grow"]);
    expect([later.decision.announcements, later.decision.status.failedChecks]).toEqual([[], 0]);
  });

  test("mirrors first, then steps", () => {
    const analysis = { stepWeight: 20, mirror: true };
    expect(outcome({ analysis, status: running() }).effects).toContain("route 100/0 mirrored");
    const mirrored = running({}, { routes: { ...allToPrimary, mirrored: true } });
    expect(outcome({ analysis, status: mirrored }).effects).toContain("route 80/20");
  });
});

test("A/B sends the matching users to the canary and counts iterations", () => {
  const analysis = { iterations: 2, match: [{ headers: { "x-user": { exact: "insider" } } }] };
  expect(outcome({ analysis, status: running({}, { started: false }) })).toMatchObject({
    effects: expect.arrayContaining(["route 0/100", "Normal: Advance podinfo.test canary iteration 1/2"]) as unknown,
    status: { phase: "Progressing", iterations: 1 },
  });
});

describe("failures", () => {
  const analysis = { iterations: 5, webhooks: hooks, metrics };

  test.each([
    ["load", "Halt podinfo.test advancement external check load failed load says no"],
    ["request-success-rate", "request-success-rate says no"],
  ])("%s is counted", (failing, text) => {
    expect(outcome({ analysis, status: running({ iterations: 1 }) }, [failing])).toMatchObject({
      effects: expect.arrayContaining([`Warning: ${text}`]) as unknown,
      status: { phase: "Progressing", iterations: 1, failedChecks: 1 },
      told: [],
    });
  });

  test("the last one allowed rolls back at once", () => {
    expect(outcome({ analysis, status: running({ iterations: 1, failedChecks: 1 }) }, ["load"])).toEqual({
      asked: ["stop", "load"],
      effects: [
        "Normal: Rollback hook stop not signaling a rollback",
        "Warning: Halt podinfo.test advancement external check load failed load says no",
        "Warning: Rolling back podinfo.test failed checks threshold reached 2",
        "route 100/0",
        "Warning: Canary failed! Scaling down podinfo.test",
        "scale target zero",
      ],
      status: {
        phase: "Failed",
        iterations: 0,
        failedChecks: 0,
        canaryWeight: 0,
        lastAppliedSpec: "v1:b",
        lastPromotedSpec: "v1:a",
      },
      told: ["error: Failed checks threshold reached 2", "post-rollout Failed", "failed (completed)"],
    });
  });

  test("a rollback hook ends the run", () => {
    expect(outcome({ analysis, status: running() }, ["stop"])).toMatchObject({
      asked: ["stop"],
      status: { phase: "Failed" },
      told: ["warn: Rolling back manual webhook invoked", "post-rollout Failed", "failed (completed)"],
    });
  });

  test("a canary past its deadline is rolled back, with an alert", () => {
    const target = { revision: "v1:b", configs: {}, readiness: stuck, availableSince: undefined };
    const { status, told } = outcome({ analysis, status: running(), seen: { target } });
    expect([status.phase, told[0]]).toEqual([
      "Failed",
      "error: Progress deadline exceeded canary deployment podinfo.test not ready: exceeded its progress deadline",
    ]);
  });

  test("a primary that breaks during the run rolls it back", () => {
    const primary = { rolloutId: "v1:a.initial", readiness: stuck, available: 0 };
    expect(outcome({ analysis, status: running(), seen: { primary } }).status.phase).toBe("Failed");
    expect(outcome({ analysis, status: running({}, { primaryReady: false }), seen: { primary } }).status.phase).toBe(
      "Progressing",
    );
  });

  test("waits for pods without asking anything", () => {
    const target = { revision: "v1:b", configs: {}, readiness: waiting, availableSince: undefined };
    expect(outcome({ analysis, status: running(), seen: { target } })).toMatchObject({
      asked: [],
      effects: [...footing, "route 100/0", "Warning: canary deployment podinfo.test not ready: 0 of 2 pods"],
      status: { phase: "Progressing" },
    });
  });
});

describe("time", () => {
  const analysis = { iterations: 5 };

  test("a run begins when requests can have found the way to the new pods", () => {
    const { checkedAt: _, ...run } = { ...running().run, id: "run-2", started: false, routes: allToPrimary };
    const status = { ...running(), run };
    const target = { revision: "v1:b", configs: {}, readiness: ready, availableSince: now - 500 };
    expect(take(observe({ analysis, status, seen: { target } })).decision).toMatchObject({ wakeAt: now + 1500 });
    const settledTarget = { ...target, availableSince: now - 2000 };
    expect(outcome({ analysis, status, seen: { target: settledTarget } }).status.iterations).toBe(1);
  });

  test("nothing is asked before the interval is over", () => {
    const checkedAt = new Date(now - 20_000).toISOString();
    const seen = observe({ analysis, status: running({ iterations: 1 }, { checkedAt }) });
    expect(take(seen).decision).toMatchObject({ status: seen.status, wakeAt: now + 40_000 });
  });

  test.each([
    ["keeps the beat when it comes a little late", 70_000, -10_000],
    ["begins a new beat after a gap", 300_000, 0],
  ])("%s", (_, ago, offset) => {
    const status = running({ iterations: 1 }, { checkedAt: new Date(now - ago).toISOString() });
    const { decision } = take(observe({ analysis, status }));
    expect(decision.status.run?.checkedAt).toBe(new Date(now + offset).toISOString());
    expect(decision.wakeAt).toBe(now + offset + 60_000);
  });
});

describe("a revision that comes during a run", () => {
  test("restarts it", () => {
    const target = { revision: "v1:c", configs: {}, readiness: ready, availableSince: undefined };
    const status = running({ iterations: 3, failedChecks: 1 });
    expect(outcome({ analysis: { iterations: 5 }, status, seen: { target } })).toMatchObject({
      effects: [...footing, "route 100/0", "Normal: New revision detected! Restarting analysis for podinfo.test"],
      status: { phase: "Progressing", iterations: 0, failedChecks: 0, lastAppliedSpec: "v1:c" },
      told: [],
    });
  });

  test("ends it when it is the promoted one", () => {
    const target = { revision: "v1:a", configs: {}, readiness: ready, availableSince: undefined };
    expect(
      outcome({ analysis: { iterations: 5 }, status: running(), seen: { target, targetEqualsPrimary: true } }),
    ).toMatchObject({
      status: { phase: "Succeeded", lastAppliedSpec: "v1:a", lastPromotedSpec: "v1:a" },
      told: [],
    });
  });
});

describe("promoting", () => {
  const analysis = { stepWeight: 50, webhooks: hooks };
  const promoting = running(
    { phase: "Promoting", canaryWeight: 50 },
    { routes: { primary: 50, canary: 50, mirrored: false } },
  );

  test("goes on after a crash between the copy and its record", () => {
    const primary = { rolloutId: "v1:b.run-2", readiness: waiting, available: 1 };
    expect(outcome({ analysis, status: running(), seen: { primary } })).toMatchObject({
      asked: [],
      effects: ["syncScaler"],
      status: { phase: "Promoting" },
    });
  });

  test("waits for the primary", () => {
    const primary = { rolloutId: "v1:b.run-2", readiness: waiting, available: 1 };
    expect(outcome({ analysis, status: promoting, seen: { primary } }).status.phase).toBe("Promoting");
  });

  test("sends all users to the primary once it is ready", () => {
    expect(outcome({ analysis, status: promoting })).toMatchObject({
      effects: [...footing, "route 100/0", "Normal: Routing all traffic to primary"],
      status: { phase: "Finalising", canaryWeight: 0 },
    });
  });

  test("or step by step", () => {
    const steps = { ...analysis, stepWeightPromotion: 30 };
    expect(outcome({ analysis: steps, status: promoting })).toMatchObject({
      effects: [...footing, "route 80/20", "Normal: Advance podinfo.test primary weight 80"],
      status: { phase: "Promoting", canaryWeight: 20 },
    });
  });

  test("a primary that does not become ready leaves users on the canary", () => {
    const primary = { rolloutId: "v1:b.run-2", readiness: stuck, available: 0 };
    const { decision } = take(observe({ analysis, status: promoting, seen: { primary } }));
    expect(decision.status).toMatchObject({ phase: "Failed", canaryWeight: 100, run: { routes: allToCanary } });
    expect(lines(decision.effects)).toEqual([
      "route 0/100",
      "Warning: Promotion of podinfo.test failed, primary not ready",
    ]);
  });

  test("finishing scales the target down and tells everybody", () => {
    expect(outcome({ analysis, status: running({ phase: "Finalising", failedChecks: 1 }) })).toMatchObject({
      effects: [
        ...footing,
        "route 100/0",
        "Normal: Promotion completed! Scaling down podinfo.test",
        "scale target zero",
      ],
      status: { phase: "Succeeded", lastPromotedSpec: "v1:b", failedChecks: 1 },
      told: [
        "info: Canary analysis completed successfully, promotion finished.",
        "post-rollout Succeeded",
        "succeeded (completed)",
      ],
    });
  });

  test("without analysis the ready target is promoted as it is", () => {
    expect(outcome({ spec: { skipAnalysis: true }, status: running() })).toMatchObject({
      asked: [],
      status: { phase: "Succeeded", lastPromotedSpec: "v1:b" },
      told: ["info: Canary analysis was skipped, promotion finished.", "post-rollout Succeeded", "succeeded (skipped)"],
    });
  });
});

describe("the Canary itself", () => {
  test("suspended, it is left alone", () => {
    expect(outcome({ spec: { suspend: true }, status: running() })).toMatchObject({
      asked: [],
      effects: ["Normal: skipping canary run as object is suspended"],
      status: { phase: "Progressing" },
    });
  });

  test("gets its finalizer, and loses it", () => {
    expect(outcome({ spec: { revertOnDeletion: true }, status: settled }).effects).toEqual(["finalizer added"]);
    expect(outcome({ metadata: { finalizers: ["finalizer.flagger.app"] }, status: settled }).effects).toEqual([
      "finalizer removed",
    ]);
  });

  test("deleted, gives the target back before it goes", () => {
    const metadata = { finalizers: ["finalizer.flagger.app"], deletionTimestamp: "2026-01-01T00:00:00Z" };
    const spec = { revertOnDeletion: true };
    expect(outcome({ metadata, spec, status: settled })).toMatchObject({
      effects: ["Normal: Terminating canary podinfo.test", "scale target up"],
      status: { phase: "Terminating" },
    });
    expect(outcome({ metadata, spec, status: { ...settled, phase: "Terminating" } }).effects).toEqual([
      "revert",
      "Normal: Terminated canary podinfo.test",
      "finalizer removed",
    ]);
  });
});
