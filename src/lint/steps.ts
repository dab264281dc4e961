import { outOfRange, strategyOf } from "../api/analysis.ts";
import type { Canary } from "../api/canary.ts";
import { analysisOf, hasWeights, providerOf, weightsOf } from "./lookup.ts";
import { rule } from "./rule.ts";
import type { Rule, Scene, Slip } from "./rule.ts";

/** How a release goes from its first user to its last. */
export const stepRules: readonly Rule[] = [
  rule(
    {
      id: "no-steps",
      severity: "error",
      finds: "an analysis whose `iterations`, `stepWeight` or `stepWeights` is 0 or empty",
    },
    (canary, scene) => {
      const analysis = analysisOf(canary, scene);
      const refused = refusals(canary, scene, /iterations$/, "Write 1 or more.");
      if (refused.length > 0 || analysis.iterations > 0 || hasWeights(analysis)) return refused;
      const field = (["iterations", "stepWeight", "stepWeights"] as const).find(
        (name) => canary.spec.analysis[name] !== undefined,
      );
      return [
        {
          path: `spec.analysis.${field ?? "iterations"}`,
          problem: "The analysis has no step: a release begins and never gets on.",
          fix: "Set iterations for blue/green or A/B testing, stepWeight or stepWeights for weights.",
        },
      ];
    },
  ),
  rule(
    {
      id: "steps-stuck",
      severity: "error",
      finds: "weights at which a release stays for ever: below 0, 0, or the same one twice",
    },
    (canary, scene) => {
      const analysis = analysisOf(canary, scene);
      const refused = refusals(canary, scene, /stepWeights?\b/, risingWeights);
      if (refused.length > 0 || !hasWeights(analysis) || weightsOf(analysis).ends) return refused;
      const problem = `With ${analysis.stepWeights.join(", ")} the canary's weight stops growing and is never promoted.`;
      return [{ path: stepField(canary), problem, fix: risingWeights }];
    },
  ),
  rule(
    {
      id: "steps-fall",
      severity: "warning",
      finds: "`stepWeights` that do not rise",
    },
    (canary, scene) => {
      const analysis = analysisOf(canary, scene);
      const { stepWeights } = analysis;
      const isRefused = outOfRange(canary, providerOf(canary, scene)).length > 0;
      if (isRefused || !hasWeights(analysis) || !weightsOf(analysis).ends) return [];
      const at = stepWeights.findIndex((weight, index) => weight <= (stepWeights[index - 1] ?? 0));
      if (at < 0) return [];
      const last = stepWeights.at(-1) ?? 100;
      return [
        {
          path: `spec.analysis.stepWeights[${at}]`,
          problem: `${stepWeights[at] ?? 0} is not more than the weight before it, and the canary is promoted at the first weight from ${last} on.`,
          fix: "Order the weights from the least to the greatest.",
        },
      ];
    },
  ),
  rule(
    {
      id: "weight-overshoot",
      severity: "warning",
      finds: "a `maxWeight` that `stepWeight` steps over",
    },
    (canary, scene) => {
      const analysis = analysisOf(canary, scene);
      const { weights, ends } = weightsOf(analysis);
      const last = weights.at(-1) ?? 0;
      if (!hasWeights(analysis) || !ends || analysis.stepWeight === 0 || last <= analysis.maxWeight) return [];
      return [
        {
          path: "spec.analysis.maxWeight",
          problem: `The weights are ${weights.join(", ")}: the last one is over the maxWeight of ${analysis.maxWeight}.`,
          fix: "Let stepWeight divide maxWeight, or write the weights as stepWeights.",
        },
      ];
    },
  ),
  rule(
    {
      id: "weight-over-100",
      severity: "warning",
      finds: "a weight of more than 100 per cent",
    },
    ({ spec: { analysis } }) => {
      const { stepWeight, stepWeights = [], maxWeight, stepWeightPromotion, mirrorWeight } = analysis;
      const fields = { stepWeight, maxWeight, stepWeightPromotion, mirrorWeight };
      const weights: readonly (readonly [string, number | undefined])[] = [
        ...Object.entries(fields),
        ...stepWeights.map((weight, index) => [`stepWeights[${index}]`, weight] as const),
      ];
      return weights.flatMap(([field, weight = 0]) =>
        weight <= 100
          ? []
          : [
              {
                path: `spec.analysis.${field}`,
                problem: `${weight} is more than 100 per cent, and counts as 100.`,
                fix: "Write 1 to 100.",
              },
            ],
      );
    },
  ),
  rule(
    {
      id: "all-at-once",
      severity: "warning",
      finds: "weights whose first step is everybody",
    },
    (canary, scene) => {
      const analysis = analysisOf(canary, scene);
      return hasWeights(analysis) && weightsOf(analysis).weights[0] === 100
        ? [
            {
              path: stepField(canary),
              problem: "The first step sends all users to a revision that nothing has been measured of.",
              fix: "Begin with a small weight, or set iterations in its place to test before users come.",
            },
          ]
        : [];
    },
  ),
  rule(
    {
      id: "max-weight-ignored",
      severity: "warning",
      finds: "a `maxWeight` that nothing goes by: beside `stepWeights` or `iterations`, or not above 0",
    },
    ({ spec: { analysis } }) => {
      const { maxWeight, stepWeights = [], iterations = 0 } = analysis;
      if (maxWeight === undefined) return [];
      const last = stepWeights.at(-1);
      const reason =
        iterations > 0
          ? "with iterations there are no weights"
          : last !== undefined && last !== maxWeight
            ? `the canary is promoted at the last of stepWeights, ${last}`
            : last === undefined && maxWeight <= 0
              ? "it counts as 100"
              : undefined;
      if (reason === undefined) return [];
      const problem = `A maxWeight of ${maxWeight} means nothing here: ${reason}.`;
      return [{ path: "spec.analysis.maxWeight", problem, fix: "Take it out." }];
    },
  ),
  rule(
    {
      id: "promotion-stuck",
      severity: "error",
      finds: "a `stepWeightPromotion` below 0",
    },
    (canary, scene) =>
      refusals(canary, scene, /Promotion$/, "Write 1 to 100, or take it out to send users back at once."),
  ),
  rule(
    {
      id: "match-with-weights",
      severity: "warning",
      finds: "conditions on users (`match`) together with weights",
    },
    (canary, scene) => {
      const analysis = analysisOf(canary, scene);
      return hasWeights(analysis) && analysis.match.length > 0
        ? [
            {
              path: "spec.analysis.match",
              problem:
                "The weights count among the matching users only; everybody else stays on the primary until the promotion, which gives them the new revision all at once.",
              fix: "For A/B testing set iterations in place of weights; to try it on a share of all users take match out.",
            },
          ]
        : [];
    },
  ),
  rule(
    {
      id: "mirror-ignored",
      severity: "warning",
      finds: "mirroring that does not take place, or not as written",
    },
    (canary, scene) => mirror(canary, providerOf(canary, scene), strategyOf(analysisOf(canary, scene))),
  ),
  rule(
    {
      id: "ready-threshold",
      severity: "error",
      finds: "a share of ready pods of more than 100 per cent",
    },
    ({ spec: { analysis } }) =>
      (["primaryReadyThreshold", "canaryReadyThreshold"] as const).flatMap((field) => {
        const share = analysis[field] ?? 100;
        const problem = `${share} per cent asks for more pods than there are: nothing goes on, unless it rounds down to all of them.`;
        return share > 100 ? [{ path: `spec.analysis.${field}`, problem, fix: "Write 1 to 100." }] : [];
      }),
  ),
];

const risingWeights = "Let each weight be 1 to 100, and greater than the one before.";

/** What the operator refuses of these fields. */
function refusals(canary: Canary, scene: Scene, fields: RegExp, fix: string): readonly Slip[] {
  return outOfRange(canary, providerOf(canary, scene)).flatMap((line) => {
    const [path = "", text = ""] = line.split(": ");
    return fields.test(path) ? [{ path, problem: `The operator refuses this: ${text}.`, fix }] : [];
  });
}

function stepField({ spec: { analysis } }: Canary): string {
  return `spec.analysis.${(analysis.stepWeight ?? 0) === 0 ? "stepWeights" : "stepWeight"}`;
}

function mirror({ spec: { analysis } }: Canary, provider: string, strategy: string): readonly Slip[] {
  const { mirror: mirrored = false, mirrorWeight = 0 } = analysis;
  if (mirrored && strategy === "ab-testing") {
    const problem = "In A/B testing requests are not mirrored: the matching users are on the canary at once.";
    return [{ path: "spec.analysis.mirror", problem, fix: "Take it out, or take match out." }];
  }
  if (!mirrored && mirrorWeight > 0) {
    const problem = "Without mirror no request is copied, whatever mirrorWeight says.";
    return [{ path: "spec.analysis.mirrorWeight", problem, fix: "Set mirror: true, or take mirrorWeight out." }];
  }
  if (mirrored && mirrorWeight > 0 && mirrorWeight < 100 && provider.startsWith("gatewayapi")) {
    const problem = `Provider ${provider} copies every request: it knows no mirrorWeight.`;
    return [{ path: "spec.analysis.mirrorWeight", problem, fix: "Take it out, and expect the load of all requests." }];
  }
  return [];
}
