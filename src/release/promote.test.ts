import { expect, test } from "vitest";
import { allToCanary } from "../api/routes.ts";
import {
  at,
  copied,
  footing,
  now,
  observe,
  outcome,
  primary,
  running,
  share,
  stuck,
  take,
  target,
  waiting,
} from "./testing.ts";

const promoting = running({ phase: "Promoting", canaryWeight: 50 }, share(50));

test("the primary takes users back step by step, one an interval", () => {
  const analysis = { stepWeight: 50, stepWeightPromotion: 30 };
  expect(outcome({ analysis, status: promoting })).toMatchObject({
    effects: [...footing, "route 80/20", "Normal: Advance podinfo.test primary weight 80"],
    status: { phase: "Promoting", canaryWeight: 20 },
  });
  const next = running({ phase: "Promoting", canaryWeight: 20 }, { ...share(20), checkedAt: at(-1000) });
  expect(take(observe({ analysis, status: next })).decision).toMatchObject({ wakeAt: now + 59_000 });
  const last = running({ phase: "Promoting", canaryWeight: 20 }, share(20));
  expect(outcome({ analysis, status: last })).toMatchObject({
    effects: [...footing, "route 100/0", "Normal: Advance podinfo.test primary weight 100"],
    status: { phase: "Finalising", canaryWeight: 0 },
  });
});

test("or at once, when the canary has broken since", () => {
  const analysis = { stepWeight: 50, stepWeightPromotion: 30 };
  expect(outcome({ analysis, status: promoting, seen: target({ readiness: waiting }) })).toMatchObject({
    effects: [...footing, "route 100/0", "Normal: Routing all traffic to primary"],
    status: { phase: "Finalising", canaryWeight: 0 },
  });
});

test("with steps and no canary weight left there is nothing to wait for", () => {
  const analysis = { stepWeight: 50, stepWeightPromotion: 30 };
  const status = running({ phase: "Promoting" });
  expect(outcome({ analysis, status }).status.phase).toBe("Finalising");
});

test("a failed promotion leaves the canary's pods and its weight", () => {
  const seen = primary({ ...copied, readiness: stuck, available: 0 });
  const { decision } = take(observe({ analysis: { stepWeight: 50 }, status: promoting, seen }));
  expect(decision.status).toMatchObject({ phase: "Failed", canaryWeight: 100, run: { routes: allToCanary } });
});

test.each([
  ["none: users go to what is left of the primary", 0, 1, "route 100/0", 0],
  ["too few for its share: users go to the primary", 1, 4, "route 100/0", 0],
  ["enough for its share: users stay", 1, 2, "route 50/50", 50],
  ["none, as the primary: users stay", 0, 0, "route 50/50", 50],
])("a promotion that fails gives nobody to a canary that misses pods; it has %s", (_, pods, left, route, weight) => {
  const seen = {
    ...target({ readiness: waiting, available: pods }),
    ...primary({ ...copied, readiness: stuck, available: left }),
  };
  expect(outcome({ analysis: { stepWeight: 50 }, status: promoting, seen })).toMatchObject({
    effects: [route, "Warning: Promotion of podinfo.test failed, primary not ready"],
    status: { phase: "Failed", canaryWeight: weight },
    told: ["error: Promotion failed, primary not ready", "failed (completed)"],
  });
});

test.each([
  ["too few pods for its share", 1, "route 100/0"],
  ["enough of them", 2, "route 50/50"],
])("while the primary rolls, users are where there are pods: the canary has %s", (_, available, route) => {
  const seen = {
    ...target({ readiness: waiting, available }),
    ...primary({ ...copied, readiness: waiting, available: 4 }),
  };
  expect(outcome({ analysis: { stepWeight: 50 }, status: promoting, seen })).toMatchObject({
    effects: [...footing, route, "syncScaler", "Warning: podinfo-primary.test not ready: 0 of 2 pods"],
    status: { phase: "Promoting", canaryWeight: 50 },
  });
});

test("finishing waits for a primary that has lost its pods again", () => {
  const status = running({ phase: "Finalising" });
  expect(
    outcome({ analysis: { iterations: 2 }, status, seen: primary({ ...copied, readiness: waiting, available: 1 }) }),
  ).toMatchObject({
    effects: [...footing, "route 100/0", "Warning: podinfo-primary.test not ready: 0 of 2 pods"],
    status: { phase: "Finalising" },
  });
});

test.each([
  ["the next step of a promotion", { stepWeight: 50, stepWeightPromotion: 30 }, promoting, "route 50/50"],
  ["the end of the canary's pods", { iterations: 2 }, running({ phase: "Finalising" }), "route 100/0"],
])("%s waits for routes that are not in effect", (_, analysis, status, route) => {
  const seen = { routesNotReady: "HTTPRoute podinfo.test is not accepted" };
  const { effects, status: after } = outcome({ analysis, status, seen });
  expect(effects).toEqual([...footing, route, "Warning: HTTPRoute podinfo.test is not accepted"]);
  expect(after.phase).toBe(status.phase);
});

test("a promotion without analysis says so in the end", () => {
  const status = running({ phase: "Finalising" });
  expect(outcome({ spec: { skipAnalysis: true }, status }).told).toEqual([
    "info: Canary analysis was skipped, promotion finished.",
    "succeeded (skipped)",
  ]);
});

test("a canary with fewer pods than the primary does not get its users for a blue/green promotion", () => {
  const analysis = { iterations: 2, mirror: true };
  const mirrored = { primary: 100, canary: 0, mirrored: true };
  const seen = { ...target({ available: 2 }), ...primary({ available: 6 }) };
  expect(outcome({ analysis, status: running({ iterations: 2 }, { routes: mirrored }), seen })).toMatchObject({
    effects: [
      ...footing,
      "route 100/0",
      "Normal: Copying podinfo.test template spec to podinfo-primary.test",
      "promote v1:b.run-2",
      "syncScaler",
    ],
    status: { phase: "Promoting", canaryWeight: 0 },
  });
});

test.each(["Promoting", "Finalising"] as const)(
  "%s, a primary that has another template than the one that has passed gets it again",
  (phase) => {
    const status = running({ phase });
    const seen = primary({ rolloutId: "v1:a.run-1" });
    expect(outcome({ analysis: { iterations: 2 }, status, seen })).toMatchObject({
      effects: [...footing, "route 100/0", "promote v1:b.run-2", "syncScaler"],
      status: { phase },
    });
  },
);

test.each([
  ["was marked by Flagger", "b5e2c6d8-6a3f-4d53-8a4e-3b6f5e1a9c07", "v1:b"],
  ["has another template, which the target does not have any more", "v1:a.run-1", "v1:c"],
])("a primary that %s is taken as it is", (_, mark, revision) => {
  const seen = { ...primary({ rolloutId: mark }), ...target({ revision }) };
  expect(outcome({ status: running({ phase: "Finalising" }), seen }).status.phase).toBe("Succeeded");
});
