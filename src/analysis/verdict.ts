import type { Canary, MetricCheck } from "../api/canary.ts";
import { sourceName, targetName } from "../api/names.ts";
import { formatDuration, formatFixed, formatFloat } from "../goformat.ts";

/** Where the number of a metric comes from: a builtin query, the query in the Canary, or a MetricTemplate. */
export type MetricKind = "request-success-rate" | "request-duration" | "inline" | "template";

/** Whether a number is accepted; if not, why, as it reads in an event. */
export type Verdict = { readonly passed: true } | { readonly passed: false; readonly reason: string };

/**
 * Judges one number of an analysis: a success rate in per cent, a duration in milliseconds, or what the user's query
 * counts. Without a range, `threshold` is the smallest accepted success rate or the largest accepted other number, and
 * 0 when it is missing. Durations and their limits count in whole milliseconds. What is not a number never passes.
 */
export function judge(canary: Canary, metric: MetricCheck, kind: MetricKind, value: number): Verdict {
  const { min, max } = limitsOf(metric, kind);
  const measured = kind === "request-duration" ? Math.trunc(value) : value;
  const halt = `Halt ${sourceName(canary)} advancement`;
  if (min !== undefined && !(measured >= min)) {
    return { passed: false, reason: `${halt} ${compared(metric.name, kind, measured, "<", min)}` };
  }
  if (max !== undefined && !(measured <= max)) {
    return { passed: false, reason: `${halt} ${compared(metric.name, kind, measured, ">", max)}` };
  }
  return { passed: true };
}

/** Why a metric without data fails its check. `provider` is whose metrics the builtin queries read. */
export function noValues(canary: Canary, { name }: MetricCheck, kind: MetricKind, provider: string): string {
  const text = "Halt advancement no values found for";
  const target = `${targetName(canary)}.${canary.metadata.namespace ?? ""}`;
  switch (kind) {
    case "request-success-rate":
      return `${text} ${provider} metric ${name} probably ${target} is not receiving traffic: running query failed: no values found`;
    case "request-duration":
      return `${text} ${provider} metric ${name} probably ${target} is not receiving traffic`;
    case "inline":
      return `${text} metric: ${name}`;
    case "template":
      return `${text} custom metric: ${name}: no values found`;
  }
}

/** Why a metric whose store gave no answer to its query fails its check. */
export function queryFailed({ name }: MetricCheck, kind: MetricKind, message: string): string {
  switch (kind) {
    case "request-success-rate":
    case "request-duration":
      return `Prometheus query failed: ${message}`;
    case "inline":
      return `Prometheus query failed for ${name}: ${message}`;
    case "template":
      return `Metric query failed for ${name}: ${message}`;
  }
}

/** Why a metric fails its check when there is nothing to query: no builtin name, no query and no template. */
export const nothingToQuery = "Metric query failed for no usable metrics template and query were configured";

function limitsOf(metric: MetricCheck, kind: MetricKind): { readonly min?: number; readonly max?: number } {
  const { thresholdRange, threshold = 0 } = metric;
  const limits = thresholdRange ?? (kind === "request-success-rate" ? { min: threshold } : { max: threshold });
  if (kind !== "request-duration") return limits;
  return {
    ...(limits.min !== undefined && { min: Math.trunc(limits.min) }),
    ...(limits.max !== undefined && { max: Math.trunc(limits.max) }),
  };
}

function compared(name: string, kind: MetricKind, value: number, sign: "<" | ">", limit: number): string {
  switch (kind) {
    case "request-success-rate":
      return `success rate ${formatFixed(value, 2)}% ${sign} ${formatFloat(limit)}%`;
    case "request-duration":
      return `request duration ${formatDuration(value)} ${sign} ${formatDuration(limit)}`;
    case "inline":
    case "template":
      return `${name} ${formatFixed(value, 2)} ${sign} ${formatFloat(limit)}`;
  }
}
