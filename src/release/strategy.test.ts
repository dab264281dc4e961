import { describe, expect, test } from "vitest";
import { allToCanary, allToPrimary } from "../api/routes.ts";
import { at, footing, hooks, metrics, observe, outcome, running, share, take } from "./testing.ts";

const first = { started: false };

describe("blue/green", () => {
  const analysis = { iterations: 2, webhooks: [...hooks], metrics };

  test("the first step asks the pre-rollout hooks and no metrics", () => {
    expect(outcome({ analysis, status: running({}, first) })).toMatchObject({
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

  test("a closed promotion gate is said once, while the analysis goes on", () => {
    const closed = outcome({ analysis, status: running({ iterations: 2 }) }, ["may-promote"]);
    expect(closed.status).toMatchObject({ phase: "WaitingPromotion", iterations: 1, canaryWeight: 0 });
    const text = "Halt podinfo.test advancement waiting for promotion approval may-promote";
    const again = running({ phase: "WaitingPromotion", iterations: 1 }, { lastReason: text });
    expect(outcome({ analysis, status: again }, ["may-promote"])).toMatchObject({
      asked: ["stop", "load", "request-success-rate", "may-promote"],
      status: { phase: "WaitingPromotion", iterations: 1 },
      told: [],
    });
    expect(outcome({ analysis, status: again }).status.phase).toBe("Promoting");
  });

  test.each([
    ["mirrors requests while it iterates", "istio", "route 100/0 mirrored"],
    ["with plain Kubernetes there is nothing to mirror with", "kubernetes", "route 100/0"],
  ])("%s", (_, provider, route) => {
    const { effects } = outcome({ analysis: { ...analysis, mirror: true }, provider, status: running({}, first) });
    expect(effects.filter((effect) => effect.startsWith("route")).at(-1)).toBe(route);
  });

  test("ends mirroring with the promotion", () => {
    const status = running({ iterations: 2 }, { routes: { ...allToPrimary, mirrored: true } });
    const { effects } = outcome({ analysis: { ...analysis, mirror: true }, status });
    expect(effects).toContain("Normal: Stop traffic mirroring and route all traffic to canary");
    expect(effects).toContain("route 0/100");
  });

  test("is all that plain Kubernetes can do, and that is said when a run begins", () => {
    const asIfWeighted = { stepWeight: 20, match: [{ headers: { a: { exact: "b" } } }] };
    expect(outcome({ analysis: asIfWeighted, provider: "kubernetes", status: running({}, first) }).effects).toEqual([
      ...footing,
      "route 100/0",
      "Normal: Starting canary analysis for podinfo.test",
      "Warning: A/B testing is not supported when using the kubernetes provider",
      "Warning: Progressive traffic is not supported when using the kubernetes provider",
      "Warning: Setting canaryAnalysis.iterations: 10",
      "route 100/0",
      "Normal: Advance podinfo.test canary iteration 1/10",
    ]);
  });
});

describe("canary weights", () => {
  test.each([
    ["the first step", { stepWeight: 20, maxWeight: 50 }, 0, 20],
    ["a step", { stepWeight: 20, maxWeight: 50 }, 20, 40],
    ["a step over the greatest weight", { stepWeight: 20, maxWeight: 50 }, 40, 60],
    ["the first of a list", { stepWeights: [1, 2, 10, 80] }, 0, 1],
    ["the next of a list", { stepWeights: [1, 2, 10, 80] }, 10, 80],
  ])("%s", (_, analysis, from, to) => {
    expect(outcome({ analysis, status: running({ canaryWeight: from }, share(from)) })).toMatchObject({
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
    expect(outcome({ analysis, status: running({ canaryWeight: weight }, share(weight)) }).status).toMatchObject({
      phase: "Promoting",
      canaryWeight: weight,
    });
  });

  test("an approved promotion leaves the counters as they were while it waited", () => {
    const status = running({ phase: "WaitingPromotion", iterations: -1, canaryWeight: 0 }, share(40));
    expect(outcome({ analysis: { stepWeight: 20, maxWeight: 40 }, status })).toMatchObject({
      effects: expect.arrayContaining(["route 60/40"]) as unknown,
      status: { phase: "Promoting", iterations: -1, canaryWeight: 0 },
    });
  });

  test("hooks come in order: rollback, rollout, metrics, traffic increase, promotion", () => {
    const analysis = { stepWeight: 20, maxWeight: 40, webhooks: [...hooks], metrics };
    expect(outcome({ analysis, status: running({ canaryWeight: 40 }, share(40)) }).asked).toEqual([
      "stop",
      "load",
      "request-success-rate",
      "may-grow",
      "may-promote",
    ]);
  });

  test("waiting for promotion, no traffic increase is asked for", () => {
    const analysis = { stepWeight: 20, maxWeight: 40, webhooks: [...hooks], metrics };
    const status = running({ phase: "WaitingPromotion", iterations: -1 }, share(40));
    expect(outcome({ analysis, status }, ["may-promote"])).toMatchObject({
      asked: ["stop", "load", "request-success-rate", "may-promote"],
      status: { phase: "WaitingPromotion", iterations: -1, canaryWeight: 0 },
    });
  });

  test("a closed traffic gate before the first step asks the pre-rollout hooks only once", () => {
    const analysis = { stepWeight: 20, webhooks: [...hooks], metrics };
    const before = take(observe({ analysis, status: running({}, first) }), ["may-grow"]);
    expect(before.asked).toEqual(["stop", "smoke", "may-grow"]);
    const { run = { id: "", started: false, routes: allToPrimary } } = before.decision.status;
    const { pending, ...quiet } = run;
    expect(pending?.alert).toEqual({
      severity: "warn",
      text: "Canary traffic increase is waiting for approval.",
      facts: false,
    });
    const status = { ...before.decision.status, run: { ...quiet, checkedAt: at(-60_000) } };
    expect(outcome({ analysis, status }, ["may-grow"])).toMatchObject({
      asked: ["stop", "may-grow"],
      status: { failedChecks: 0 },
      told: [],
    });
  });

  test("mirrors first, then steps", () => {
    const analysis = { stepWeight: 20, mirror: true };
    expect(outcome({ analysis, status: running() }).effects).toContain("route 100/0 mirrored");
    const mirrored = running({}, { routes: { ...allToPrimary, mirrored: true } });
    expect(outcome({ analysis, status: mirrored }).effects).toContain("route 80/20");
  });
});

describe("A/B", () => {
  const analysis = { iterations: 2, match: [{ headers: { "x-user": { exact: "insider" } } }] };

  test("sends the matching users to the canary and counts iterations", () => {
    expect(outcome({ analysis, status: running({}, first) })).toMatchObject({
      effects: expect.arrayContaining(["route 0/100", "Normal: Advance podinfo.test canary iteration 1/2"]) as unknown,
      status: { phase: "Progressing", iterations: 1 },
    });
  });

  test.each([
    ["the last iteration", running({ iterations: 2 }, { routes: allToCanary })],
    ["the promotion is approved", running({ phase: "WaitingPromotion", iterations: 1 }, { routes: allToCanary })],
  ])("promotes after %s without counting another", (_, status) => {
    expect(outcome({ analysis, status }).status).toMatchObject({ phase: "Promoting", iterations: 2 });
  });
});
