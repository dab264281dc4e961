import { InvalidSpec } from "./errors.ts";

/** Nanoseconds in each unit. Both signs for micro are in use: U+00B5 and U+03BC. */
const units: Readonly<Record<string, number>> = {
  h: 3_600e9,
  m: 60e9,
  s: 1e9,
  ms: 1e6,
  us: 1e3,
  "\u00b5s": 1e3,
  "\u03bcs": 1e3,
  ns: 1,
};

const amount = /(\d+\.?\d*|\.\d+)(h|ms|m|s|us|\u00b5s|\u03bcs|ns)/g;
const duration = new RegExp(`^[+-]?(?:0|(?:${amount.source})+)$`);

/** Go keeps durations as nanoseconds in 64 bits. */
const longestNs = 2 ** 63;

/**
 * Milliseconds of a duration such as `1m30s`, `-1.5h` or `0`, as Go's time.ParseDuration reads it, to
 * the nearest nanosecond.
 * @throws InvalidSpec for anything else, also for a number without a unit
 */
export function parseDuration(text: string): number {
  const parts = duration.test(text) ? [...text.matchAll(amount)] : undefined;
  const ns = parts?.reduce((sum, [, number, unit = ""]) => sum + Number(number) * (units[unit] ?? 0), 0);
  if (ns === undefined || ns >= longestNs) {
    throw new InvalidSpec(`invalid duration "${text}": write numbers and units, such as 30s or 1m30s`);
  }
  const ms = Math.round(ns) / 1e6;
  return text.startsWith("-") ? 0 - ms : ms;
}
