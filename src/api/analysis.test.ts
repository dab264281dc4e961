import { expect, test } from "vitest";
import type { ResolvedAnalysis } from "./analysis.ts";
import { analysisWarnings, outOfRange, resolveAnalysis, strategyOf, trafficRouting } from "./analysis.ts";
import type { Analysis, Canary } from "./canary.ts";

const floor = 10_000;

function canary(analysis: Analysis): Canary {
  return {
    metadata: { name: "podinfo", namespace: "test" },
    spec: {
      targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "podinfo" },
      service: { port: 80 },
      analysis,
    },
  };
}

const defaults: ResolvedAnalysis = {
  intervalMs: 60_000,
  threshold: 1,
  iterations: 0,
  maxWeight: 100,
  stepWeight: 0,
  stepWeights: [],
  stepWeightPromotion: 0,
  primaryReadyThreshold: 100,
  canaryReadyThreshold: 100,
  mirror: false,
  match: [],
  metrics: [],
  webhooks: [],
  alerts: [],
};

const match = [{ headers: { "x-canary": { exact: "insider" } } }];
const url = "http://hooks.test/";
const providerRef = { name: "chat" };

const resolved: readonly (readonly [string, Analysis, Partial<ResolvedAnalysis>])[] = [
  ["nothing given", {}, {}],
  ["an interval", { interval: "1m30s" }, { intervalMs: 90_000 }],
  ["an interval in hours", { interval: "1h" }, { intervalMs: 3_600_000 }],
  ["an interval below the floor", { interval: "5s" }, { intervalMs: floor }],
  ["an interval of milliseconds", { interval: "5ms" }, { intervalMs: floor }],
  ["a negative interval", { interval: "-5m" }, { intervalMs: floor }],
  ["an interval that passes the schema and is none", { interval: "5m later" }, { intervalMs: 60_000 }],
  ["an empty interval", { interval: "" }, { intervalMs: 60_000 }],
  ["a threshold", { threshold: 5 }, { threshold: 5 }],
  ["a threshold of 0", { threshold: 0 }, { threshold: 1 }],
  ["a negative threshold", { threshold: -3 }, { threshold: 1 }],
  ["iterations", { iterations: 5 }, { iterations: 5 }],
  ["negative iterations", { iterations: -1 }, { iterations: 0 }],
  ["iterations and match", { iterations: 5, match }, { iterations: 5, match }],
  ["a step", { stepWeight: 5 }, { stepWeight: 5 }],
  ["a step and a maximum", { stepWeight: 5, maxWeight: 50 }, { stepWeight: 5, maxWeight: 50 }],
  ["a maximum of 0", { stepWeight: 5, maxWeight: 0 }, { stepWeight: 5, maxWeight: 100 }],
  ["a maximum that cannot be reached", { stepWeight: 5, maxWeight: 150 }, { stepWeight: 5, maxWeight: 100 }],
  ["steps", { stepWeights: [1, 10, 80] }, { stepWeights: [1, 10, 80], maxWeight: 80 }],
  ["steps and a maximum", { stepWeights: [1, 80], maxWeight: 50 }, { stepWeights: [1, 80], maxWeight: 80 }],
  ["steps beyond all", { stepWeights: [50, 150] }, { stepWeights: [50, 150], maxWeight: 100 }],
  ["no steps", { stepWeights: [], maxWeight: 40 }, { maxWeight: 40 }],
  ["a step of promotion", { stepWeightPromotion: 25 }, { stepWeightPromotion: 25 }],
  ["a negative step of promotion", { stepWeightPromotion: -25 }, { stepWeightPromotion: 0 }],
  [
    "thresholds of readiness",
    { primaryReadyThreshold: 50, canaryReadyThreshold: 0 },
    { primaryReadyThreshold: 50, canaryReadyThreshold: 0 },
  ],
  ["mirroring", { mirror: true, stepWeight: 5 }, { mirror: true, stepWeight: 5 }],
  [
    "metrics",
    { metrics: [{ name: "request-duration" }, { name: "errors", interval: "30s", templateRef: { name: "errors" } }] },
    {
      metrics: [
        { name: "request-duration", interval: "1m" },
        { name: "errors", interval: "30s", templateRef: { name: "errors" } },
      ],
    },
  ],
  [
    "webhooks",
    {
      webhooks: [
        { name: "a", url },
        { name: "b", url, type: "" },
        { name: "c", url, type: "confirm-rollout", timeout: "5s" },
      ],
    },
    {
      webhooks: [
        { name: "a", url, type: "rollout" },
        { name: "b", url, type: "rollout" },
        { name: "c", url, type: "confirm-rollout", timeout: "5s" },
      ],
    },
  ],
  [
    "alerts",
    {
      alerts: [
        { name: "a", providerRef },
        { name: "b", providerRef, severity: "" },
        { name: "c", providerRef, severity: "error" },
      ],
    },
    {
      alerts: [
        { name: "a", providerRef, severity: "info" },
        { name: "b", providerRef, severity: "info" },
        { name: "c", providerRef, severity: "error" },
      ],
    },
  ],
];

test.each(resolved)("%s", (_, analysis, expected) => {
  expect(resolveAnalysis(canary(analysis), "istio", floor)).toEqual({ ...defaults, ...expected });
});

const noMatch = "A/B testing is not supported when using the kubernetes provider";
const noWeights = [
  "Progressive traffic is not supported when using the kubernetes provider",
  "Setting canaryAnalysis.iterations: 10",
];

const strategies: readonly (readonly [string, Analysis, string, Partial<ResolvedAnalysis>, readonly string[]])[] = [
  ["istio", { stepWeight: 5 }, "canary", { stepWeight: 5 }, []],
  ["istio", { stepWeight: 5, match }, "canary", { stepWeight: 5, match }, []],
  ["istio", { iterations: 3, match }, "ab-testing", { iterations: 3, match }, []],
  ["istio", { iterations: 3 }, "blue-green", { iterations: 3 }, []],
  ["kubernetes", { iterations: 3 }, "blue-green", { iterations: 3 }, []],
  ["kubernetes", { iterations: 3, match }, "blue-green", { iterations: 3 }, [noMatch]],
  ["kubernetes", { stepWeight: 5 }, "blue-green", { stepWeight: 5, iterations: 10 }, noWeights],
  ["kubernetes", { stepWeight: 5, match }, "blue-green", { stepWeight: 5, iterations: 10 }, [noMatch, ...noWeights]],
];

test.each(strategies)("provider %s with %j goes %s", (provider, analysis, strategy, expected, warnings) => {
  const plan = resolveAnalysis(canary(analysis), provider, floor);
  expect(plan).toEqual({ ...defaults, ...expected });
  expect(strategyOf(plan)).toBe(strategy);
  expect(analysisWarnings(canary(analysis), provider)).toEqual(warnings);
});

const ranges: readonly (readonly [Analysis, readonly string[]])[] = [
  [{ stepWeight: -10 }, ["spec.analysis.stepWeight: must be 0 to 100, not -10"]],
  [{ stepWeights: [10, -5, 20] }, ["spec.analysis.stepWeights[1]: must be 0 to 100, not -5"]],
  [{ stepWeights: [10, 20, -1] }, ["spec.analysis.stepWeights[2]: must be 0 to 100, not -1"]],
  [{ iterations: -3 }, ["spec.analysis.iterations: must be 0 or more, not -3"]],
  [
    { stepWeight: -1, stepWeightPromotion: -20 },
    [
      "spec.analysis.stepWeight: must be 0 to 100, not -1",
      "spec.analysis.stepWeightPromotion: must be 0 to 100, not -20",
    ],
  ],
  [{ iterations: 0 }, []],
  [{ stepWeight: 0 }, []],
  [{ stepWeight: 150, stepWeightPromotion: 150, maxWeight: 150, mirrorWeight: 150 }, []],
  [{ stepWeight: 10, maxWeight: 0 }, []],
  [{ stepWeight: 10, maxWeight: -1, threshold: -1, mirrorWeight: -1 }, []],
  [{ stepWeights: [] }, []],
  [{ stepWeights: [0, 50, 20, 20, 120] }, []],
];

test.each(ranges)("of %j, what is out of range is %j", (analysis, expected) => {
  expect(outOfRange(canary(analysis), "istio")).toEqual(expected);
});

test.each<[string, string, Partial<Canary["spec"]>, Partial<Canary["metadata"]>]>([
  ["with provider kubernetes, which has iterations of its own", "kubernetes", {}, {}],
  ["without an analysis", "istio", { skipAnalysis: true }, {}],
  ["when the Canary is being deleted", "istio", {}, { deletionTimestamp: "2026-01-01T00:00:00Z" }],
])("nothing is out of range %s", (_, provider, spec, metadata) => {
  const plain = canary({ stepWeight: -10, stepWeightPromotion: -10 });
  const seen = { metadata: { ...plain.metadata, ...metadata }, spec: { ...plain.spec, ...spec } };
  expect(outOfRange(seen, provider)).toEqual([]);
});

const routings: readonly (readonly [Analysis, string | undefined])[] = [
  [{ stepWeight: 20, maxWeight: 50 }, "Weight step: 20 max: 50"],
  [{ stepWeight: 20 }, "Weight step: 20 max: 0"],
  [{ stepWeights: [1, 10, 80] }, "Weight steps: 1,10,80 max: 0"],
  [{ iterations: 5, match }, "A/B Testing"],
  [{ iterations: 5 }, "Blue/Green"],
  [{ iterations: 0 }, undefined],
];

test.each(routings)("the traffic routing of %j is %s", (analysis, expected) => {
  expect(trafficRouting(canary(analysis))).toBe(expected);
});
