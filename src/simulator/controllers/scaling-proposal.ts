import type { MetricSpec, MetricStatus } from "kubernetes-types/autoscaling/v2.d.ts";
import type { PodObject } from "./kinds.ts";
import { readiness } from "./pod-facts.ts";
import { milliOf, quantityOf } from "./quantity.ts";
import { msOf } from "./time.ts";

/** What a pod uses, by resource: `cpu` in cores, `memory` in bytes. */
export type PodUsage = Readonly<Record<string, number>>;

/** What one metric says about the number of replicas. */
export type Proposal =
  | {
      readonly kind: "replicas";
      readonly replicas: number;
      /** The metric as messages name it. */
      readonly metric: string;
      readonly status: MetricStatus;
    }
  /** Why it says nothing. */
  | { readonly kind: "unknown"; readonly reason: string; readonly message: string };

export interface Demand {
  /** The replicas that the target asks for now. */
  readonly current: number;
  /** The pods that the target's selector matches. */
  readonly pods: readonly PodObject[];
  readonly usageOf: (pod: PodObject) => PodUsage | undefined;
  /** How far the ratio of usage to target may be from 1, upwards and downwards, before anything is scaled. */
  readonly tolerance: { readonly up: number; readonly down: number };
  /** In milliseconds since the epoch. */
  readonly now: number;
}

/** In its first minutes a pod that is not ready says nothing about its use of CPU; nor later if it never was ready. */
const cpuWarmUpMs = 300_000;
const firstReadyMs = 30_000;

/** What a metric proposes: as many replicas as bring the usage of all to the target. */
export function propose(metric: MetricSpec, demand: Demand): Proposal {
  const { resource } = metric;
  if (metric.type !== "Resource" || resource === undefined) return unsupported(metric);
  const { name, target } = resource;
  const failed = (why: string): Proposal => {
    const message = `failed to get ${name} utilization: ${why}`;
    return { kind: "unknown", reason: "FailedGetResourceMetric", message };
  };
  const { counted, missing, unready } = sort(name, demand);
  if (demand.pods.length === 0) return failed("no pods returned by selector while calculating replica count");
  if (counted.length === 0 && missing.length === demand.pods.length) {
    return failed(`unable to get metrics for resource ${name}: no metrics returned from resource metrics API`);
  }
  if (counted.length === 0) return failed("did not receive metrics for any ready pods");

  const average = target.averageValue === undefined ? undefined : milliOf(target.averageValue);
  const percent = target.averageUtilization ?? 0;
  const lacking = average === undefined ? demand.pods.find((pod) => requestOf(pod, name) === undefined) : undefined;
  if (lacking !== undefined) return failed(missingRequest(lacking, name));

  /** The ratio of what these pods use to what they should; `assumed` is that of pods without a value. */
  const ratioOf = (usages: readonly Usage[]): number => {
    const used = total(usages.map(({ milli }) => milli));
    if (average !== undefined) return Math.floor(used / usages.length) / average;
    return utilization(used, usages, name) / percent;
  };
  const ratio = ratioOf(counted);
  const used = total(counted.map(({ milli }) => milli));
  const averageValue = quantityOf(Math.floor(used / counted.length));
  const current =
    average === undefined ? { averageUtilization: utilization(used, counted, name), averageValue } : { averageValue };
  const replicas = replicasFor({ ratio, ratioOf, counted, missing, unready, name, average, percent }, demand);
  return {
    kind: "replicas",
    replicas,
    metric: average === undefined ? `${name} resource utilization (percentage of request)` : `${name} resource`,
    status: { type: "Resource", resource: { name, current } },
  };
}

interface Usage {
  readonly pod: PodObject;
  readonly milli: number;
}

interface Sorted {
  readonly counted: readonly Usage[];
  /** Pods that run but of which nothing is known. */
  readonly missing: readonly PodObject[];
  readonly unready: readonly PodObject[];
}

function sort(resource: string, { pods, usageOf, now }: Demand): Sorted {
  const counted: Usage[] = [];
  const missing: PodObject[] = [];
  const unready: PodObject[] = [];
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined || pod.status?.phase === "Failed") continue;
    const used = usageOf(pod)?.[resource];
    if (pod.status?.phase === "Pending") unready.push(pod);
    else if (used === undefined) missing.push(pod);
    else if (resource === "cpu" && isWarmingUp(pod, now)) unready.push(pod);
    else counted.push({ pod, milli: Math.ceil(used * 1000) });
  }
  return { counted, missing, unready };
}

function isWarmingUp(pod: PodObject, now: number): boolean {
  const condition = readiness(pod);
  if (condition === undefined || pod.status?.startTime === undefined) return true;
  const started = msOf(pod.status.startTime);
  if (condition.status !== "False") return false;
  return started + cpuWarmUpMs > now || started + firstReadyMs > msOf(condition.lastTransitionTime);
}

interface Figures extends Sorted {
  readonly ratio: number;
  readonly ratioOf: (usages: readonly Usage[]) => number;
  readonly name: string;
  readonly average: number | undefined;
  readonly percent: number;
}

/**
 * Pods of which nothing is known hold the change back: they count as idle when there should be more replicas, and as
 * busy when there should be fewer. Pods that are not ready count as idle when there should be more.
 */
function replicasFor(figures: Figures, { current, tolerance }: Demand): number {
  const { ratio, ratioOf, counted, missing, unready, name, average, percent } = figures;
  const isSmall = (value: number): boolean => 1 - tolerance.down <= value && value <= 1 + tolerance.up;
  const isHeld = ratio > 1 && unready.length > 0;
  if (!isHeld && missing.length === 0) return isSmall(ratio) ? current : ceil(ratio * counted.length);
  const busy = (pod: PodObject): number => average ?? ((requestOf(pod, name) ?? 0) * Math.max(100, percent)) / 100;
  const usages = [
    ...counted,
    ...missing.map((pod) => ({ pod, milli: ratio < 1 ? busy(pod) : 0 })),
    ...(isHeld ? unready.map((pod) => ({ pod, milli: 0 })) : []),
  ];
  const held = ratioOf(usages);
  const turned = (ratio < 1 && held > 1) || (ratio > 1 && held < 1);
  if (isSmall(held) || turned) return current;
  const replicas = ceil(held * usages.length);
  const against = (held < 1 && replicas > current) || (held > 1 && replicas < current);
  return against ? current : replicas;
}

/** In whole percent of what the pods request. */
function utilization(used: number, usages: readonly Usage[], name: string): number {
  const requested = total(usages.map(({ pod }) => requestOf(pod, name) ?? 0));
  return requested === 0 ? 0 : Math.floor((100 * used) / requested);
}

/** What all containers of a pod request, in thousandths; undefined when one of them requests nothing. */
function requestOf({ spec }: PodObject, name: string): number | undefined {
  const requests = (spec?.containers ?? []).map(({ resources }) => resources?.requests?.[name]);
  return requests.reduce<number | undefined>(
    (sum, request) => (sum === undefined || request === undefined ? undefined : sum + milliOf(request)),
    0,
  );
}

function missingRequest({ metadata, spec }: PodObject, name: string): string {
  const container = spec?.containers.find(({ resources }) => resources?.requests?.[name] === undefined);
  return `missing request for ${name} in container ${container?.name ?? ""} of Pod ${metadata.name}`;
}

function unsupported({ type }: MetricSpec): Proposal {
  const reason = type === "Resource" ? "FailedGetResourceMetric" : `FailedGet${type}Metric`;
  return { kind: "unknown", reason, message: `the simulator has no metrics of type ${type}` };
}

/** Rounds up, but not for what binary fractions have added. */
function ceil(value: number): number {
  return Math.ceil(Number(value.toPrecision(12)));
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
