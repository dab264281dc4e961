import { expect, test } from "vitest";
import type { LintOptions } from "./rule.ts";
import { blueGreen, canary, linesOf } from "./testing.ts";

type Row = readonly [
  what: string,
  objects: Parameters<typeof linesOf>[0],
  options: Partial<LintOptions>,
  found: readonly string[],
];

test.each<Row>([
  [
    "no-steps",
    [canary({ analysis: { stepWeight: 0 } })],
    {},
    [
      "app.yaml:20 error Canary test/podinfo spec.analysis.stepWeight (no-steps)",
      "The analysis has no step: a release begins and never gets on.",
      "Set iterations for blue/green or A/B testing, stepWeight or stepWeights for weights.",
    ],
  ],
  [
    "no-steps: iterations",
    [canary({ analysis: { iterations: 0, stepWeight: undefined, maxWeight: undefined } })],
    {},
    [
      "app.yaml:25 error Canary test/podinfo spec.analysis.iterations (no-steps)",
      "The analysis has no step: a release begins and never gets on.",
      "Set iterations for blue/green or A/B testing, stepWeight or stepWeights for weights.",
    ],
  ],
  [
    "no-steps: iterations below 0",
    [canary({ analysis: { iterations: -1, stepWeight: undefined, maxWeight: undefined } })],
    {},
    [
      "app.yaml:25 error Canary test/podinfo spec.analysis.iterations (no-steps)",
      "The operator refuses this: must be 0 or more, not -1.",
      "Write 1 or more.",
    ],
  ],
  [
    "no-steps: stepWeights",
    [canary({ analysis: { stepWeights: [], stepWeight: undefined, maxWeight: undefined } })],
    {},
    [
      "app.yaml:25 error Canary test/podinfo spec.analysis.stepWeights (no-steps)",
      "The analysis has no step: a release begins and never gets on.",
      "Set iterations for blue/green or A/B testing, stepWeight or stepWeights for weights.",
    ],
  ],
  [
    "steps-stuck: below 0",
    [canary({ analysis: { stepWeight: -10, threshold: 2 } })],
    {},
    [
      "app.yaml:20 error Canary test/podinfo spec.analysis.stepWeight (steps-stuck)",
      "The operator refuses this: must be 0 to 100, not -10.",
      "Let each weight be 1 to 100, and greater than the one before.",
    ],
  ],
  [
    "steps-stuck: below 0 in between",
    [canary({ analysis: { stepWeights: [10, -5, 20], stepWeight: undefined, maxWeight: undefined } })],
    {},
    [
      "app.yaml:27 error Canary test/podinfo spec.analysis.stepWeights[1] (steps-stuck)",
      "The operator refuses this: must be 0 to 100, not -5.",
      "Let each weight be 1 to 100, and greater than the one before.",
    ],
  ],
  [
    "steps-stuck: twice the same",
    [canary({ analysis: { stepWeights: [10, 20, 20, 50], stepWeight: undefined, maxWeight: undefined } })],
    {},
    [
      "app.yaml:25 error Canary test/podinfo spec.analysis.stepWeights (steps-stuck)",
      "With 10, 20, 20, 50 the canary's weight stops growing and is never promoted.",
      "Let each weight be 1 to 100, and greater than the one before.",
    ],
  ],
  [
    "steps-stuck: 0 first",
    [canary({ analysis: { stepWeights: [0, 50], stepWeight: undefined, maxWeight: undefined } })],
    {},
    [
      "app.yaml:25 error Canary test/podinfo spec.analysis.stepWeights (steps-stuck)",
      "With 0, 50 the canary's weight stops growing and is never promoted.",
      "Let each weight be 1 to 100, and greater than the one before.",
    ],
  ],
  [
    "steps-fall",
    [canary({ analysis: { stepWeights: [10, 50, 20], stepWeight: undefined, maxWeight: undefined } })],
    {},
    [
      "app.yaml:28 warning Canary test/podinfo spec.analysis.stepWeights[2] (steps-fall)",
      "20 is not more than the weight before it, and the canary is promoted at the first weight from 20 on.",
      "Order the weights from the least to the greatest.",
    ],
  ],
  [
    "weight-overshoot",
    [canary({ analysis: { stepWeight: 20 } })],
    {},
    [
      "app.yaml:21 warning Canary test/podinfo spec.analysis.maxWeight (weight-overshoot)",
      "The weights are 20, 40, 60: the last one is over the maxWeight of 50.",
      "Let stepWeight divide maxWeight, or write the weights as stepWeights.",
    ],
  ],
  [
    "weight-over-100",
    [canary({ analysis: { maxWeight: 150 } })],
    {},
    [
      "app.yaml:21 warning Canary test/podinfo spec.analysis.maxWeight (weight-over-100)",
      "150 is more than 100 per cent, and counts as 100.",
      "Write 1 to 100.",
    ],
  ],
  [
    "weight-over-100: a step",
    [canary({ analysis: { stepWeights: [10, 50, 120], stepWeight: undefined, maxWeight: undefined } })],
    {},
    [
      "app.yaml:28 warning Canary test/podinfo spec.analysis.stepWeights[2] (weight-over-100)",
      "120 is more than 100 per cent, and counts as 100.",
      "Write 1 to 100.",
    ],
  ],
  [
    "all-at-once",
    [canary({ analysis: { stepWeight: 100, threshold: 1, maxWeight: 100 } })],
    {},
    [
      "app.yaml:19 warning Canary test/podinfo spec.analysis.threshold (threshold-one)",
      "With a threshold of 1 one failed check, such as a query that times out, rolls the release back.",
      "Allow for a blip: write 2 or more.",
      "app.yaml:20 warning Canary test/podinfo spec.analysis.stepWeight (all-at-once)",
      "The first step sends all users to a revision that nothing has been measured of.",
      "Begin with a small weight, or set iterations in its place to test before users come.",
    ],
  ],
  [
    "max-weight-ignored: with stepWeights",
    [canary({ analysis: { stepWeights: [10, 20, 40], stepWeight: undefined } })],
    {},
    [
      "app.yaml:20 warning Canary test/podinfo spec.analysis.maxWeight (max-weight-ignored)",
      "A maxWeight of 50 means nothing here: the canary is promoted at the last of stepWeights, 40.",
      "Take it out.",
    ],
  ],
  [
    "max-weight-ignored: with iterations",
    [blueGreen({ analysis: { maxWeight: 50 } })],
    {},
    [
      "app.yaml:18 warning Canary test/podinfo spec.analysis.maxWeight (max-weight-ignored)",
      "A maxWeight of 50 means nothing here: with iterations there are no weights.",
      "Take it out.",
    ],
  ],
  [
    "max-weight-ignored: 0",
    [canary({ analysis: { maxWeight: 0 } })],
    {},
    [
      "app.yaml:21 warning Canary test/podinfo spec.analysis.maxWeight (max-weight-ignored)",
      "A maxWeight of 0 means nothing here: it counts as 100.",
      "Take it out.",
    ],
  ],
  [
    "promotion-stuck",
    [canary({ analysis: { stepWeightPromotion: -10 } })],
    {},
    [
      "app.yaml:27 error Canary test/podinfo spec.analysis.stepWeightPromotion (promotion-stuck)",
      "The operator refuses this: must be 0 to 100, not -10.",
      "Write 1 to 100, or take it out to send users back at once.",
    ],
  ],
  [
    "match-with-weights",
    [canary({ analysis: { match: [{ headers: { "x-user": { exact: "test" } } }] } })],
    {},
    [
      "app.yaml:27 warning Canary test/podinfo spec.analysis.match (match-with-weights)",
      "The weights count among the matching users only; everybody else stays on the primary until the promotion, which gives them the new revision all at once.",
      "For A/B testing set iterations in place of weights; to try it on a share of all users take match out.",
    ],
  ],
  [
    "mirror-ignored: A/B testing",
    [
      canary({
        analysis: {
          iterations: 5,
          stepWeight: undefined,
          maxWeight: undefined,
          mirror: true,
          match: [{ headers: { "x-user": { exact: "test" } } }],
        },
      }),
    ],
    {},
    [
      "app.yaml:26 warning Canary test/podinfo spec.analysis.mirror (mirror-ignored)",
      "In A/B testing requests are not mirrored: the matching users are on the canary at once.",
      "Take it out, or take match out.",
    ],
  ],
  [
    "mirror-ignored: not asked for",
    [canary({ analysis: { mirrorWeight: 50 } })],
    {},
    [
      "app.yaml:27 warning Canary test/podinfo spec.analysis.mirrorWeight (mirror-ignored)",
      "Without mirror no request is copied, whatever mirrorWeight says.",
      "Set mirror: true, or take mirrorWeight out.",
    ],
  ],
  [
    "mirror-ignored: a share",
    [canary({ analysis: { mirror: true, mirrorWeight: 50 } })],
    {},
    [
      "app.yaml:28 warning Canary test/podinfo spec.analysis.mirrorWeight (mirror-ignored)",
      "Provider gatewayapi:v1 copies every request: it knows no mirrorWeight.",
      "Take it out, and expect the load of all requests.",
    ],
  ],
  [
    "ready-threshold",
    [canary({ analysis: { primaryReadyThreshold: 101, canaryReadyThreshold: 50 } })],
    {},
    [
      "app.yaml:27 error Canary test/podinfo spec.analysis.primaryReadyThreshold (ready-threshold)",
      "101 per cent asks for more pods than there are: nothing goes on, unless it rounds down to all of them.",
      "Write 1 to 100.",
    ],
  ],
  [
    "nothing: rising weights",
    [canary({ analysis: { stepWeights: [1, 2, 10, 80], stepWeight: undefined, maxWeight: undefined } })],
    {},
    [],
  ],
  [
    "nothing: a step that does not divide 100",
    [canary({ analysis: { stepWeight: 30, maxWeight: undefined } })],
    {},
    [],
  ],
  ["nothing: below 0, where nothing goes by it", [blueGreen({ analysis: { stepWeightPromotion: -10 } })], {}, []],
  [
    "nothing: iterations by default",
    [blueGreen({ provider: undefined, service: { gatewayRefs: [{ name: "public" }] } })],
    {},
    [],
  ],
])("%s", (_, objects, options, found) => {
  expect(linesOf(objects, options)).toEqual(found);
});
