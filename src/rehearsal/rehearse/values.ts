import { parseExpression } from "./expression.ts";
import type { Expression } from "./expression.ts";
import type { Moment } from "./recorder.ts";
import { parseSeries, readValue, valueAt } from "./series.ts";
import type { Series, Value } from "./series.ts";

/** What a metric says in the course of a release. */
export type Values = Series | Expression;

/**
 * Reads a number, `empty`, steps such as `100@0s,90@2m`, or an expression.
 * @throws BadInput, InvalidSpec
 */
export function parseValues(text: string): Values {
  return text.includes("@") || readValue(text) !== undefined ? parseSeries(text) : parseExpression(text);
}

/** What the metric says at this moment. */
export function valueNow(values: Values, { analysed, weight }: Moment): Value {
  return typeof values === "function" ? values({ t: analysed, weight }) : valueAt(values, analysed);
}

/** From when on it says the same, in seconds since the first analysis: an expression may never. */
export function settledFrom(values: Values): number {
  return typeof values === "function" ? Infinity : (values.at(-1)?.from ?? 0);
}
