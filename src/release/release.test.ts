import { describe, expect, test } from "vitest";
import type { CanaryStatus, Phase } from "../api/canary.ts";
import { allToCanary, allToPrimary, everyoneToCanary } from "../api/routes.ts";
import {
  at,
  copied,
  footing,
  hooks,
  metrics,
  observe,
  outcome,
  primary,
  promotedAgain,
  running,
  settled,
  share,
  stuck,
  take,
  target,
  waiting,
} from "./testing.ts";
import type { Setting } from "./testing.ts";

interface Transition {
  readonly from: readonly Phase[];
  readonly to: Phase;
  readonly when: string;
  readonly setting: Setting;
  /** Hooks that do not pass. */
  readonly failing?: readonly string[];
  readonly asked?: readonly string[];
  readonly effects: readonly string[];
  readonly told?: readonly string[];
}

const analysis = { iterations: 2, webhooks: [...hooks], metrics };
const weighted = { stepWeight: 20, maxWeight: 40, webhooks: [...hooks], metrics };
const idle: readonly Phase[] = ["Initialized", "Succeeded", "Failed"];
const asked = ["stop", "load", "request-success-rate"];
const silent = "Normal: Rollback hook stop not signaling a rollback";
const scalingUp = "Normal: New revision detected! Scaling up podinfo.test";
const copying = "Normal: Copying podinfo.test template spec to podinfo-primary.test";
const rolledBack = ["route 100/0", "Warning: Canary failed! Scaling down podinfo.test", "scale target zero"];

/** The primary was made from the target as it is. */
const begun: CanaryStatus = { lastAppliedSpec: "v1:b", trackedConfigs: {} };
const left = { routes: everyoneToCanary, leaving: true };
const made = { rolloutId: "v1:b.initial" };

/** Every transition between phases, with all that it does, in order. */
const transitions: readonly Transition[] = [
  {
    from: ["", "Initializing"],
    to: "Initializing",
    when: "there is no primary: it is made",
    setting: { seen: { primary: undefined } },
    asked: ["stores"],
    effects: ["Normal: all the metrics providers are available!", "ensurePrimary"],
  },
  {
    from: ["", "Initializing"],
    to: "Initializing",
    when: "a metric store cannot be reached: it is said, and holds up nothing",
    setting: { seen: { primary: undefined } },
    failing: ["stores"],
    asked: ["stores"],
    effects: ["Warning: Error checking metric providers: stores says no", "ensurePrimary"],
  },
  {
    from: ["Initializing"],
    to: "Initializing",
    when: "the primary is not ready: users stay on the target",
    setting: { status: begun, seen: primary({ ...made, readiness: waiting, available: 0 }) },
    effects: ["ensurePrimary", "Warning: podinfo-primary.test not ready: 0 of 2 pods"],
  },
  {
    from: ["Initializing"],
    to: "Initializing",
    when: "the primary is stuck: users stay on the target",
    setting: { status: begun, seen: primary({ ...made, readiness: stuck, available: 0 }), provider: "kubernetes" },
    effects: ["ensurePrimary", "Warning: podinfo-primary.test not ready: exceeded its progress deadline"],
  },
  {
    from: ["Initializing"],
    to: "Initializing",
    when: "the primary is not ready and the target has a newer revision: the primary is made from that",
    setting: { seen: primary({ readiness: stuck, available: 0 }) },
    effects: [
      "ensurePrimary",
      "Warning: podinfo-primary.test not ready: exceeded its progress deadline",
      "promote v1:b.initial-run-next",
    ],
  },
  {
    from: ["Initializing"],
    to: "Initializing",
    when: "no analysis is wanted and the primary is not ready: users stay on the target all the same",
    setting: {
      status: begun,
      spec: { skipAnalysis: true },
      seen: primary({ ...made, readiness: waiting, available: 0 }),
    },
    effects: ["ensurePrimary", "Warning: podinfo-primary.test not ready: 0 of 2 pods"],
  },
  {
    from: ["", "Initializing"],
    to: "Initialized",
    when: "the primary is ready: users go there before the target goes to zero",
    setting: { seen: { targetEqualsPrimary: true } },
    effects: [...footing, "route 100/0", "scale target zero", "Normal: Initialization done! podinfo.test"],
    told: ["info: New Deployment detected, initialization completed. with facts"],
  },
  {
    from: idle,
    to: "Waiting",
    when: "a new revision is not approved",
    setting: { analysis },
    failing: ["may-start"],
    asked: ["may-start"],
    effects: [...footing, "route 100/0", "Warning: Halt podinfo.test advancement waiting for approval may-start"],
    told: ["warn: Canary is waiting for approval."],
  },
  {
    from: ["Waiting"],
    to: "Waiting",
    when: "it is still not approved: nothing is said again",
    setting: { analysis },
    failing: ["may-start"],
    asked: ["may-start"],
    effects: [...footing, "route 100/0"],
  },
  {
    from: ["Waiting"],
    to: "Succeeded",
    when: "the promoted revision is put back",
    setting: { analysis, seen: promotedAgain },
    effects: [...footing, "route 100/0"],
  },
  {
    from: ["Waiting"],
    to: "Failed",
    when: "the revision that failed before is put back",
    setting: {
      analysis,
      status: { ...settled, lastAppliedSpec: "v1:failed" },
      seen: target({ revision: "v1:failed" }),
    },
    effects: [...footing, "route 100/0"],
  },
  {
    from: ["Waiting", ...idle],
    to: "Progressing",
    when: "a new revision is approved",
    setting: { analysis },
    asked: ["may-start"],
    effects: [
      ...footing,
      "route 100/0",
      "Normal: Confirm-rollout check may-start passed",
      scalingUp,
      "scale target up",
    ],
    told: ["info: New revision detected, progressing canary analysis. with facts"],
  },
  {
    from: idle,
    to: "Progressing",
    when: "only a ConfigMap has changed",
    setting: { seen: target({ revision: "v1:a", configs: { "configmap/c": "1" } }) },
    effects: [...footing, "route 100/0", scalingUp, "scale target up"],
    told: ["info: New revision detected, progressing canary analysis. with facts"],
  },
  {
    from: ["Progressing", "WaitingPromotion"],
    to: "Progressing",
    when: "a newer revision comes",
    setting: { analysis, status: running({ iterations: 2, failedChecks: 1 }), seen: target({ revision: "v1:c" }) },
    effects: [...footing, "route 100/0", "Normal: New revision detected! Restarting analysis for podinfo.test"],
  },
  {
    from: ["Progressing", "WaitingPromotion"],
    to: "Progressing",
    when: "a ConfigMap changes, in a run that was started by one",
    setting: {
      analysis,
      status: running({ iterations: 2, lastAppliedSpec: "v1:a", trackedConfigs: { "configmap/c": "1" } }),
      seen: { ...target({ revision: "v1:a", configs: { "configmap/c": "2" } }), targetEqualsPrimary: true },
    },
    effects: [...footing, "route 100/0", "Normal: New revision detected! Restarting analysis for podinfo.test"],
  },
  {
    from: ["Progressing", "WaitingPromotion"],
    to: "Succeeded",
    when: "the promoted revision is put back",
    setting: { analysis, status: running({ iterations: 1 }), seen: promotedAgain },
    effects: [
      "route 100/0",
      "Normal: Promoted revision restored! Ending analysis and scaling down podinfo.test",
      "scale target zero",
    ],
  },
  {
    from: ["Progressing"],
    to: "WaitingPromotion",
    when: "the promotion is not approved",
    setting: { analysis, status: running({ iterations: 2 }) },
    failing: ["may-promote"],
    asked: [...asked, "may-promote"],
    effects: [
      ...footing,
      "route 100/0",
      silent,
      "Warning: Halt podinfo.test advancement waiting for promotion approval may-promote",
    ],
    told: ["warn: Canary promotion is waiting for approval."],
  },
  {
    from: ["Progressing", "WaitingPromotion"],
    to: "Promoting",
    when: "the last analysis has passed and the promotion is approved",
    setting: { analysis, provider: "kubernetes", status: running({ iterations: 2 }) },
    asked: [...asked, "may-promote"],
    effects: [
      ...footing,
      silent,
      "Normal: Confirm-promotion check may-promote passed",
      "route 100/0",
      copying,
      "promote v1:b.run-2",
      "syncScaler",
    ],
  },
  {
    from: ["Progressing"],
    to: "Promoting",
    when: "the last weight has passed and the promotion is approved",
    setting: { analysis: weighted, status: running({ canaryWeight: 40 }, share(40)) },
    asked: [...asked, "may-grow", "may-promote"],
    effects: [
      ...footing,
      silent,
      "Normal: Confirm-traffic-increase check may-grow passed",
      "Normal: Confirm-promotion check may-promote passed",
      "route 60/40",
      copying,
      "promote v1:b.run-2",
      "syncScaler",
    ],
  },
  {
    from: ["WaitingPromotion"],
    to: "Promoting",
    when: "the last weight has passed and the promotion is approved",
    setting: { analysis: weighted, status: running({ canaryWeight: 40 }, share(40)) },
    asked: [...asked, "may-promote"],
    effects: [
      ...footing,
      silent,
      "Normal: Confirm-promotion check may-promote passed",
      "route 60/40",
      copying,
      "promote v1:b.run-2",
      "syncScaler",
    ],
  },
  {
    from: ["Progressing", "WaitingPromotion"],
    to: "Progressing",
    when: "all has passed and the primary's pods will go at once: everybody leaves it first",
    setting: {
      analysis,
      provider: "kubernetes",
      status: running({ iterations: 2 }),
      seen: target({ goesAtOnce: true }),
    },
    asked: [...asked, "may-promote"],
    effects: [
      ...footing,
      silent,
      "Normal: Confirm-promotion check may-promote passed",
      "Normal: Routing all traffic to canary",
      "route 0/100 of everybody",
    ],
  },
  {
    from: ["Progressing"],
    to: "Progressing",
    when: "no analysis is wanted and the primary's pods will go at once: everybody leaves it first",
    setting: { spec: { skipAnalysis: true }, status: running(), seen: target({ goesAtOnce: true }) },
    effects: [...footing, "Normal: Routing all traffic to canary", "route 0/100 of everybody"],
  },
  {
    from: ["Progressing"],
    to: "Progressing",
    when: "users have not left the primary yet",
    setting: {
      analysis,
      status: running({}, left),
      seen: { routesNotReady: "not accepted", ...target({ goesAtOnce: true }) },
    },
    effects: [...footing, "route 0/100 of everybody", "Warning: not accepted"],
  },
  {
    from: ["Progressing"],
    to: "Progressing",
    when: "users have just left the primary",
    setting: {
      analysis,
      status: running({ lastTransitionTime: at(-1000) }, left),
      seen: target({ goesAtOnce: true }),
    },
    effects: [...footing, "route 0/100 of everybody"],
  },
  {
    from: ["Progressing"],
    to: "Promoting",
    when: "users have left the primary",
    setting: {
      analysis,
      status: running({ iterations: 2, lastTransitionTime: at(-2000) }, left),
      seen: target({ goesAtOnce: true }),
    },
    effects: [...footing, "route 0/100 of everybody", copying, "promote v1:b.run-2", "syncScaler"],
  },
  {
    from: ["Promoting"],
    to: "Promoting",
    when: "the primary still rolls",
    setting: {
      analysis: weighted,
      status: running({ canaryWeight: 40 }, share(40)),
      seen: primary({ ...copied, readiness: waiting }),
    },
    effects: [...footing, "route 60/40", "syncScaler", "Warning: podinfo-primary.test not ready: 0 of 2 pods"],
  },
  {
    from: ["Promoting"],
    to: "Finalising",
    when: "the primary is ready: all users go there",
    setting: { analysis: weighted, status: running({ canaryWeight: 40 }, share(40)) },
    effects: [...footing, "route 100/0", "Normal: Routing all traffic to primary"],
  },
  {
    from: ["Promoting"],
    to: "Finalising",
    when: "the primary is ready, and users were there all the time",
    setting: { analysis, provider: "kubernetes", status: running({ iterations: 3 }) },
    effects: [...footing, "route 100/0"],
  },
  {
    from: ["Finalising"],
    to: "Succeeded",
    when: "the target is not needed any more",
    setting: { analysis, status: running() },
    effects: [...footing, "route 100/0", "Normal: Promotion completed! Scaling down podinfo.test", "scale target zero"],
    told: [
      "info: Canary analysis completed successfully, promotion finished.",
      "post-rollout Succeeded",
      "succeeded (completed)",
    ],
  },
  {
    from: ["Progressing", "WaitingPromotion"],
    to: "Succeeded",
    when: "no analysis is wanted and the canary is ready",
    setting: { analysis, spec: { skipAnalysis: true }, status: running() },
    effects: [
      ...footing,
      "route 100/0",
      copying,
      "promote v1:b.run-2",
      "syncScaler",
      "Normal: Promotion completed! Canary analysis was skipped for podinfo.test",
      "scale target zero",
    ],
    told: ["info: Canary analysis was skipped, promotion finished.", "post-rollout Succeeded", "succeeded (skipped)"],
  },
  {
    from: ["Progressing"],
    to: "Promoting",
    when: "no analysis is wanted and the primary is stuck: users stay on the canary until the primary is mended",
    setting: {
      analysis,
      spec: { skipAnalysis: true },
      provider: "kubernetes",
      status: running({}, { primaryReady: false, routes: allToCanary }),
      seen: primary({ readiness: stuck, available: 0 }),
    },
    effects: [...footing, "route 0/100", copying, "promote v1:b.run-2", "syncScaler"],
  },
  {
    from: ["Progressing", "WaitingPromotion"],
    to: "Failed",
    when: "the last failed check allowed has failed",
    setting: { analysis, status: running({ iterations: 1, failedChecks: 1 }) },
    failing: ["load"],
    asked: ["stop", "load"],
    effects: [
      silent,
      "Warning: Halt podinfo.test advancement external check load failed load says no",
      "Warning: Rolling back podinfo.test failed checks threshold reached 2",
      ...rolledBack,
    ],
    told: ["error: Failed checks threshold reached 2", "post-rollout Failed", "failed (completed)"],
  },
  {
    from: ["Progressing", "WaitingPromotion"],
    to: "Failed",
    when: "a rollback hook says so",
    setting: { analysis, status: running() },
    failing: ["stop"],
    asked: ["stop"],
    effects: [
      "Normal: Rollback check stop passed",
      "Warning: Rolling back podinfo.test manual webhook invoked",
      ...rolledBack,
    ],
    told: ["warn: Rolling back manual webhook invoked", "post-rollout Failed", "failed (completed)"],
  },
  {
    from: ["Progressing", "WaitingPromotion"],
    to: "Failed",
    when: "the canary is stuck",
    setting: { analysis, status: running(), seen: target({ readiness: stuck }) },
    effects: ["Warning: canary deployment podinfo.test not ready: exceeded its progress deadline", ...rolledBack],
    told: [
      "error: Progress deadline exceeded canary deployment podinfo.test not ready: exceeded its progress deadline",
      "post-rollout Failed",
      "failed (completed)",
    ],
  },
  {
    from: ["Progressing", "WaitingPromotion"],
    to: "Failed",
    when: "the primary breaks and has pods left",
    setting: { analysis, status: running(), seen: primary({ readiness: stuck, available: 1 }) },
    effects: ["Warning: podinfo-primary.test not ready: exceeded its progress deadline", ...rolledBack],
    told: [
      "error: Progress deadline exceeded podinfo-primary.test not ready: exceeded its progress deadline",
      "post-rollout Failed",
      "failed (completed)",
    ],
  },
  {
    from: ["Progressing"],
    to: "Failed",
    when: "the canary fails while the primary has no pod: nobody is sent to where nothing answers",
    setting: {
      analysis,
      provider: "kubernetes",
      status: running({ iterations: 1, failedChecks: 1 }, { primaryReady: false, routes: allToCanary }),
      seen: primary({ readiness: stuck, available: 0 }),
    },
    failing: ["load"],
    asked: ["stop", "load"],
    effects: [
      silent,
      "Warning: Halt podinfo.test advancement external check load failed load says no",
      "Warning: Rolling back podinfo.test failed checks threshold reached 2",
      "Warning: Canary failed! podinfo-primary.test has no available pods: podinfo.test stays as it is",
    ],
    told: ["error: Failed checks threshold reached 2", "post-rollout Failed", "failed (completed)"],
  },
  {
    from: ["Promoting"],
    to: "Failed",
    when: "the new primary is stuck: users go to the canary, which has passed",
    setting: {
      analysis: weighted,
      status: running({ canaryWeight: 40 }, share(40)),
      seen: primary({ ...copied, readiness: stuck, available: 0 }),
    },
    effects: ["route 0/100 of everybody", "Warning: Promotion of podinfo.test failed, primary not ready"],
    told: ["error: Promotion failed, primary not ready", "post-rollout Failed", "failed (completed)"],
  },
  {
    from: ["Promoting"],
    to: "Failed",
    when: "the new primary is stuck and the canary has broken since: users stay where they are",
    setting: {
      analysis: weighted,
      status: running({ canaryWeight: 40 }, share(40)),
      seen: { ...primary({ ...copied, readiness: stuck, available: 1 }), ...target({ readiness: stuck }) },
    },
    effects: ["route 60/40", "Warning: Promotion of podinfo.test failed, primary not ready"],
    told: ["error: Promotion failed, primary not ready", "post-rollout Failed", "failed (completed)"],
  },
  {
    from: ["Initialized", "Progressing", "Promoting", "Finalising", "Succeeded", "Failed"],
    to: "Terminating",
    when: "the Canary is deleted and wants its target back",
    setting: {
      spec: { revertOnDeletion: true },
      metadata: { finalizers: ["finalizer.flagger.app"], deletionTimestamp: "2026-01-01T00:00:00Z" },
    },
    effects: ["Normal: Terminating canary podinfo.test", "scale target up"],
  },
];

const rows = transitions.flatMap((row) => row.from.map((from) => ({ ...row, from, name: row.when })));

describe("transitions", () => {
  test.each(rows)(
    "$from -> $to when $name",
    ({ from, to, setting, failing, asked: hooksAsked = [], effects, told = [] }) => {
      const before: CanaryStatus = { ...(setting.status ?? settled), phase: from };
      const { status, ...rest } = outcome({ ...setting, status: before }, failing);
      expect({ ...rest, phase: status.phase }).toEqual({ asked: hooksAsked, effects, told, phase: to });
    },
  );

  test("counters start from zero where no run is under way", () => {
    const failed = outcome({ analysis, status: running({ iterations: 1, failedChecks: 1 }) }, ["load"]);
    expect(failed.status).toEqual({
      phase: "Failed",
      iterations: 0,
      failedChecks: 0,
      canaryWeight: 0,
      lastAppliedSpec: "v1:b",
      lastPromotedSpec: "v1:a",
    });
  });

  test("failed checks of a run that succeeded stay to be read", () => {
    const { status } = outcome({ analysis, status: running({ phase: "Finalising", failedChecks: 1 }) });
    expect(status).toMatchObject({ phase: "Succeeded", lastPromotedSpec: "v1:b", failedChecks: 1 });
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

  test("gets its finalizer, and loses it, before anything else", () => {
    expect(outcome({ spec: { revertOnDeletion: true }, status: settled }).effects).toEqual(["finalizer added"]);
    expect(outcome({ metadata: { finalizers: ["finalizer.flagger.app"] }, status: settled }).effects).toEqual([
      "finalizer removed",
    ]);
  });

  test("at rest nothing changes", () => {
    const seen = observe({ status: settled, seen: target({ revision: "v1:a" }) });
    const { decision } = take(seen);
    expect(decision).toEqual({
      effects: [{ kind: "ensurePrimary" }, { kind: "ensureScaler" }, { kind: "route", routes: allToPrimary }],
      status: seen.status,
    });
    expect(decision.status).toBe(seen.status);
  });
});
