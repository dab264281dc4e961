import type { MetricCheck } from "./api/canary.ts";

/** How a line is meant: colours come from it on a terminal. */
export type Tone = "plain" | "good" | "bad" | "faint";

/** One line of what is told of a release. */
export interface Line {
  readonly tone: Tone;
  readonly text: string;
}

const barLength = 20;

/** That a release has come to this phase. */
export function phase(name: string): Line {
  return { tone: toneOf(name), text: name };
}

function toneOf(name: string): Tone {
  if (name === "Failed") return "bad";
  return name === "Succeeded" || name === "Initialized" ? "good" : "plain";
}

/** That so many iterations are done. */
export function iteration(done: number, of: number): Line {
  return { tone: "plain", text: `iteration ${done} of ${of}` };
}

/** That so many checks of a run have failed. */
export function failedChecks(count: number, threshold: number): Line {
  return { tone: "bad", text: `failed checks: ${count} of ${threshold} allowed` };
}

/** `primary 70 % ██████████████░░░░░░ 30 % canary`. `canary` in percent. */
export function weights(canary: number): string {
  const filled = Math.round(((100 - canary) / 100) * barLength);
  return `primary ${100 - canary} % ${"█".repeat(filled)}${"░".repeat(barLength - filled)} ${canary} % canary`;
}

/** The values that a metric may have, both ends included: in percent, in milliseconds, or what the user's query counts. */
export function limitsOf({ name, threshold = 0, thresholdRange }: MetricCheck): {
  readonly min?: number;
  readonly max?: number;
} {
  return thresholdRange ?? (name === "request-success-rate" ? { min: threshold } : { max: threshold });
}

/** Whether the value, in the unit of the limits, is one that the metric may have. Durations count in whole milliseconds. */
export function isWithin(metric: MetricCheck, value: number): boolean {
  const whole = metric.name === "request-duration" ? Math.trunc : (number: number) => number;
  const { min = -Infinity, max = Infinity } = limitsOf(metric);
  return whole(value) >= whole(min) && whole(value) <= whole(max);
}

/** A metric's value beside its limits and in their unit. */
export function check(metric: MetricCheck, value: number | "empty"): Line {
  const { name } = metric;
  const unit = name === "request-duration" ? " ms" : name === "request-success-rate" ? " %" : "";
  const { min, max } = limitsOf(metric);
  const limits = [
    ...(min === undefined ? [] : [`at least ${min}${unit}`]),
    ...(max === undefined ? [] : [`at most ${max}${unit}`]),
  ].join(", ");
  const beside = limits === "" ? "" : ` (${limits})`;
  return value === "empty"
    ? { tone: "bad", text: `check ${name}: no values${beside}` }
    : {
        tone: isWithin(metric, value) ? "good" : "bad",
        text: `check ${name}: ${round(value)}${unit}${beside}`,
      };
}

function round(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
