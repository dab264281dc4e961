import type {
  HorizontalPodAutoscalerCondition,
  HorizontalPodAutoscalerStatus,
} from "kubernetes-types/autoscaling/v2.d.ts";
import type { AutoscalerObject, PodObject } from "./kinds.ts";
import { grant, nothing, remember } from "./scaling-limits.ts";
import type { ScalingMemory } from "./scaling-limits.ts";
import { propose } from "./scaling-proposal.ts";
import type { Demand, Proposal } from "./scaling-proposal.ts";
import { milliOf } from "./quantity.ts";
import { timestamp } from "../../timestamp.ts";

const usualTolerance = 0.1;
const usualMetrics = [
  { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } },
];

/** What an autoscaler sees. */
export interface ScalingView {
  readonly autoscaler: AutoscalerObject;
  /** The replicas that the target asks for. */
  readonly current: number;
  readonly pods: readonly PodObject[];
  readonly usageOf: Demand["usageOf"];
  /** Undefined when it looks for the first time. */
  readonly memory: ScalingMemory | undefined;
  /** In milliseconds since the epoch. */
  readonly now: number;
}

export interface ScalingDecision {
  /** The replicas that the target is to have. */
  readonly replicas: number;
  readonly status: HorizontalPodAutoscalerStatus;
  readonly memory: ScalingMemory;
  readonly events: readonly ScalingEvent[];
}

export interface ScalingEvent {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** What an autoscaler does about its target. */
export function decideScaling(view: ScalingView): ScalingDecision {
  const { autoscaler, current, now } = view;
  const { minReplicas: min = 1, maxReplicas: max = 1 } = autoscaler.spec ?? {};
  // The first wish is what there is: whoever begins to scale does not take away at once.
  const memory = view.memory ?? { ...nothing, wishes: [{ at: now, replicas: current }] };
  const able = condition("AbleToScale", "True", "SucceededGetScale", gotScale);
  if (current === 0 && min !== 0) {
    const message = "scaling is disabled since the replica count of the target is zero";
    const disabled = condition("ScalingActive", "False", "ScalingDisabled", message);
    return { ...settle(view, current, "", [able, disabled]), memory };
  }
  if (current > max)
    return { ...settle(view, max, "Current number of replicas above Spec.MaxReplicas", [able]), memory };
  if (current < min)
    return { ...settle(view, min, "Current number of replicas below Spec.MinReplicas", [able]), memory };
  return followMetrics(view, memory, min, max);
}

/** The status of an autoscaler that cannot find its target. */
export function targetMissing({ status }: AutoscalerObject, why: string, now: number): HorizontalPodAutoscalerStatus {
  const message = `the HPA controller was unable to get the target's current scale: ${why}`;
  const verdict = condition("AbleToScale", "False", "FailedGetScale", message);
  return {
    ...{ currentReplicas: 0, desiredReplicas: 0 },
    ...status,
    conditions: withConditions(status?.conditions, [verdict], now),
  };
}

const gotScale = "the HPA controller was able to get the target's current scale";

function followMetrics(view: ScalingView, memory: ScalingMemory, min: number, max: number): ScalingDecision {
  const { autoscaler, current, pods, usageOf, now } = view;
  const { status, spec } = autoscaler;
  const { behavior } = spec ?? {};
  const tolerance = { up: toleranceOf(behavior?.scaleUp), down: toleranceOf(behavior?.scaleDown) };
  const proposals = (spec?.metrics ?? usualMetrics).map((metric) =>
    propose(metric, { current, pods, usageOf, tolerance, now }),
  );
  const best = choose(proposals, current);
  if (best.kind === "unknown") {
    const message = `the HPA was unable to compute the replica count: ${best.message}`;
    const verdicts = [
      condition("AbleToScale", "True", "SucceededGetScale", gotScale),
      condition("ScalingActive", "False", best.reason, message),
    ];
    const failures = proposals.filter(({ kind }) => kind === "unknown").length;
    const all = `invalid metrics (${failures} invalid out of ${proposals.length}), first error is: ${best.message}`;
    return {
      replicas: current,
      status: {
        ...status,
        currentReplicas: current,
        desiredReplicas: status?.desiredReplicas ?? 0,
        conditions: withConditions(status?.conditions, verdicts, now),
      },
      memory,
      events: [
        { type: "Warning", reason: best.reason, message: best.message },
        { type: "Warning", reason: "FailedComputeMetricsReplicas", message: all },
      ],
    };
  }
  const wish = { current, desired: best.replicas, min, max, behavior, now };
  const { replicas, able, limited } = grant(wish, memory);
  const found = `the HPA was able to successfully calculate a replica count from ${best.metric}`;
  const why = best.replicas > current ? `${best.metric} above target` : "All metrics below target";
  const decision = settle(view, replicas, why, [
    condition("AbleToScale", "True", able.reason, able.message),
    condition("ScalingActive", "True", "ValidMetricFound", found),
    condition("ScalingLimited", limited.status, limited.reason, limited.message),
  ]);
  const currentMetrics = proposals.flatMap((proposal) => (proposal.kind === "replicas" ? [proposal.status] : []));
  return { ...decision, status: { ...decision.status, currentMetrics }, memory: remember(wish, memory, replicas) };
}

/** The decision for so many replicas. */
function settle(
  { autoscaler: { status }, current, now }: ScalingView,
  replicas: number,
  why: string,
  verdicts: readonly Verdict[],
): Omit<ScalingDecision, "memory"> {
  const isScaled = replicas !== current;
  const message = `the HPA controller was able to update the target scale to ${replicas}`;
  const scaled = condition("AbleToScale", "True", "SucceededRescale", message);
  const lastScaleTime = isScaled ? timestamp(now) : status?.lastScaleTime;
  return {
    replicas,
    status: {
      currentReplicas: current,
      desiredReplicas: replicas,
      ...(lastScaleTime !== undefined && { lastScaleTime }),
      conditions: withConditions(status?.conditions, isScaled ? [...verdicts, scaled] : verdicts, now),
    },
    events: isScaled
      ? [{ type: "Normal", reason: "SuccessfulRescale", message: `New size: ${replicas}; reason: ${why}` }]
      : [],
  };
}

/** The highest proposal. One that is unknown forbids to take away. */
function choose(proposals: readonly Proposal[], current: number): Proposal {
  const known = proposals.flatMap((proposal) => (proposal.kind === "replicas" ? [proposal] : []));
  const highest = Math.max(...known.map(({ replicas }) => replicas));
  const best = known.find(({ replicas }) => replicas === highest);
  const unknown = proposals.find(({ kind }) => kind === "unknown");
  if (unknown !== undefined && (best === undefined || best.replicas < current)) return unknown;
  return best ?? { kind: "unknown", reason: "InvalidMetricSourceType", message: "no metrics" };
}

/** How far usage may be from the target, as a share; Kubernetes 1.35 lets each direction name its own. */
function toleranceOf(rules: object | undefined): number {
  const { tolerance } = (rules ?? {}) as { readonly tolerance?: string | number };
  return tolerance === undefined ? usualTolerance : milliOf(tolerance) / 1000;
}

type Verdict = Omit<HorizontalPodAutoscalerCondition, "lastTransitionTime">;

function condition(type: string, status: "True" | "False", reason: string, message: string): Verdict {
  return { type, status, reason, message };
}

/** Conditions keep their places, and their times while their status is the same. */
function withConditions(
  before: readonly HorizontalPodAutoscalerCondition[] = [],
  verdicts: readonly Verdict[],
  now: number,
): HorizontalPodAutoscalerCondition[] {
  const conditions = new Map(before.map((each) => [each.type, each]));
  for (const verdict of verdicts) {
    const last = conditions.get(verdict.type);
    const since = last?.status === verdict.status ? last.lastTransitionTime : undefined;
    conditions.set(verdict.type, { ...verdict, lastTransitionTime: since ?? timestamp(now) });
  }
  return [...conditions.values()];
}
