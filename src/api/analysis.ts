import type { AlertRef, Analysis, Canary, MatchCondition, MetricCheck, Webhook } from "./canary.ts";
import { parseDuration } from "./duration.ts";
import { given } from "./given.ts";
import { canMatch, canMirror } from "./providers.ts";

/** A webhook whose type is known: none means `rollout`. */
export type ResolvedWebhook = Omit<Webhook, "type"> & { readonly type: Exclude<NonNullable<Webhook["type"]>, ""> };

/** A metric whose window is known: none means `1m`. */
export type ResolvedMetric = MetricCheck & { readonly interval: string };

/** An alert whose severity is known: none means `info`. */
export type ResolvedAlert = Omit<AlertRef, "severity"> & {
  readonly severity: Exclude<NonNullable<AlertRef["severity"]>, "">;
};

/** The analysis of a Canary with every default and floor applied. Weights and thresholds of readiness are in percent. */
export interface ResolvedAnalysis {
  /** Milliseconds between two ticks. */
  readonly intervalMs: number;
  /** Failed checks at which the run is rolled back; at least 1. */
  readonly threshold: number;
  /** 0 for an analysis by weights. */
  readonly iterations: number;
  /** The weight at which the canary is promoted: the last of `stepWeights` where there are any. */
  readonly maxWeight: number;
  /** 0 for none. */
  readonly stepWeight: number;
  readonly stepWeights: readonly number[];
  /** 0 for all at once. */
  readonly stepWeightPromotion: number;
  readonly primaryReadyThreshold: number;
  readonly canaryReadyThreshold: number;
  readonly mirror: boolean;
  /** Empty for none. */
  readonly match: readonly MatchCondition[];
  readonly metrics: readonly ResolvedMetric[];
  readonly webhooks: readonly ResolvedWebhook[];
  readonly alerts: readonly ResolvedAlert[];
}

const defaultIntervalMs = 60_000;
/** Iterations of a blue/green release by the provider `kubernetes` where the Canary gives none. */
const kubernetesIterations = 10;

/**
 * Applies defaults and floors, and leaves out what the provider cannot do (`analysisWarnings` says what): `kubernetes` can
 * not even weigh requests and always goes blue/green. `intervalFloorMs` is the shortest interval between ticks.
 */
export function resolveAnalysis({ spec }: Canary, provider: string, intervalFloorMs: number): ResolvedAnalysis {
  const { analysis } = spec;
  const stepWeights = analysis.stepWeights ?? [];
  const blueGreenOnly = provider === "kubernetes";
  const iterations = Math.max(0, analysis.iterations ?? 0);
  const { matches, mirrors } = abilities(spec, provider);
  return {
    intervalMs: Math.max(intervalFloorMs, intervalMs(analysis)),
    threshold: Math.max(1, analysis.threshold ?? 1),
    iterations: blueGreenOnly && iterations === 0 ? kubernetesIterations : iterations,
    maxWeight: Math.min(100, stepWeights.at(-1) ?? positive(analysis.maxWeight) ?? 100),
    stepWeight: analysis.stepWeight ?? 0,
    stepWeights,
    stepWeightPromotion: Math.max(0, analysis.stepWeightPromotion ?? 0),
    primaryReadyThreshold: analysis.primaryReadyThreshold ?? 100,
    canaryReadyThreshold: analysis.canaryReadyThreshold ?? 100,
    mirror: mirrors && (analysis.mirror ?? false),
    match: matches ? (analysis.match ?? []) : [],
    metrics: (analysis.metrics ?? []).map((metric) => ({ ...metric, interval: given(metric.interval) ?? "1m" })),
    webhooks: (analysis.webhooks ?? []).map((hook) => ({ ...hook, type: given(hook.type) ?? "rollout" })),
    alerts: (analysis.alerts ?? []).map((alert) => ({ ...alert, severity: given(alert.severity) ?? "info" })),
  };
}

/** What the provider can do with the requests of this Canary: Istio knows nothing of those in a TCP connection. */
function abilities({ service }: Canary["spec"], provider: string) {
  const isOpaque = provider === "istio" && service?.appProtocol?.toLowerCase() === "tcp";
  return { matches: !isOpaque && canMatch(provider), mirrors: !isOpaque && canMirror(provider) };
}

/** Like Flagger, takes an interval that cannot be read for the default rather than stopping the release. */
function intervalMs({ interval = "" }: Analysis): number {
  try {
    return parseDuration(interval);
  } catch {
    return defaultIntervalMs;
  }
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}

/**
 * Numbers that the schema lets pass and that no release can go by, as `PATH: what to write`: iterations and weights below 0.
 * Others can be made sense of: weights of more than 100 count as 100, a `maxWeight` of 0 or less as none, and a `threshold`
 * of 0 or less as 1. A number that nothing goes by is not looked at, nor is a Canary that is being deleted: its users are
 * to get their target back.
 */
export function outOfRange({ metadata, spec }: Canary, provider: string): readonly string[] {
  if (provider === "kubernetes" || spec.skipAnalysis === true || metadata.deletionTimestamp !== undefined) return [];
  const { iterations, stepWeight, stepWeights = [], stepWeightPromotion } = spec.analysis;
  const numbers: readonly (readonly [field: string, value: number | undefined])[] = [
    ["iterations", iterations],
    ["stepWeight", stepWeight],
    ...stepWeights.map((weight, index) => [`stepWeights[${index}]`, weight] as const),
    ["stepWeightPromotion", stepWeightPromotion],
  ];
  return numbers.flatMap(([field, value = 0]) => {
    const range = field === "iterations" ? "0 or more" : "0 to 100";
    return value < 0 ? [`spec.analysis.${field}: must be ${range}, not ${value}`] : [];
  });
}

/** What the provider does not take from the Canary's analysis, in the words of Flagger's events. */
export function analysisWarnings({ spec }: Canary, provider: string): readonly string[] {
  const { match = [], iterations = 0, mirror = false } = spec.analysis;
  const { matches, mirrors } = abilities(spec, provider);
  const not = (what: string): string => `${what} is not supported when using the ${provider} provider`;
  return [
    ...(match.length > 0 && !matches ? [not("A/B testing")] : []),
    ...(mirror && !mirrors ? [not("Traffic mirroring")] : []),
    ...(provider === "kubernetes" && iterations < 1
      ? [not("Progressive traffic"), `Setting canaryAnalysis.iterations: ${kubernetesIterations}`]
      : []),
  ];
}

/** How new revisions meet users: as in the label `deployment_strategy` of the metrics. */
export type Strategy = "canary" | "ab-testing" | "blue-green";

export function strategyOf({ iterations, match }: ResolvedAnalysis): Strategy {
  if (iterations === 0) return "canary";
  return match.length > 0 ? "ab-testing" : "blue-green";
}

/** The line `Traffic routing` of an alert; undefined when the analysis says nothing about it. `max` is as written. */
export function trafficRouting({ spec }: Canary): string | undefined {
  const { stepWeight = 0, stepWeights = [], maxWeight = 0, match = [], iterations = 0 } = spec.analysis;
  if (stepWeight > 0) return `Weight step: ${stepWeight} max: ${maxWeight}`;
  if (stepWeights.length > 0) return `Weight steps: ${stepWeights.join(",")} max: ${maxWeight}`;
  if (match.length > 0) return "A/B Testing";
  return iterations > 0 ? "Blue/Green" : undefined;
}
