import { formatFloat } from "../../goformat.ts";

/** A value while a template runs: Go's int is a bigint, float64 a number, nil undefined, map[string]string a Map. */
export type Value = undefined | boolean | bigint | number | string | ReadonlyMap<string, string>;

/** A function was given what it cannot work on. Whoever calls it knows where in the template that was. */
export class Misuse extends Error {
  override readonly name = "Misuse";
}

/** Longest text, in UTF-16 units, that a template may make: no query comes near it, a runaway loop does soon. */
const longestText = 128 * 1024;

/** @throws Misuse when a text is too long for any query */
export function bounded(text: string): string {
  if (text.length > longestText) throw new Misuse(`makes a text of more than ${longestText} characters`);
  return text;
}

/** A value for messages: its type, and how it begins. */
export function describe(value: Value): string {
  if (value === undefined) return "nil";
  if (typeof value === "object") return "a map";
  const type = typeof value === "bigint" ? "int" : typeof value === "number" ? "float" : typeof value;
  return `${type} ${textOf(value).slice(0, 60)}`;
}

/** Whether a condition holds: not for false, nil, zero, the empty text and the empty map. */
export function isTrue(value: Value): boolean {
  return typeof value === "object" ? value.size > 0 : Boolean(value);
}

/** A value as Go prints it with `%v`. */
export function textOf(value: Value): string {
  if (value === undefined) return "<nil>";
  if (typeof value === "number") return formatFloat(value);
  if (typeof value !== "object") return String(value);
  return `map[${sortedEntries(value)
    .map(([key, entry]) => `${key}:${entry}`)
    .join(" ")}]`;
}

/** A map's entries in the order in which Go's templates visit them. */
export function sortedEntries(map: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...map].sort(([a], [b]) => compareText(a, b));
}

/** Below, at or above zero, by the bytes of UTF-8. */
export function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
