import { escapeHtml, escapeJs, escapeQuery } from "./escape.ts";
import { sprintf } from "./printf.ts";
import { Misuse, bounded, compareText, describe, isTrue, textOf } from "./value.ts";
import type { Value } from "./value.ts";

/** A function that templates call. */
export interface TemplateFunction {
  readonly least: number;
  readonly most: number;
  /** @throws Misuse when the arguments are of the wrong kind */
  readonly call: (args: readonly Value[]) => Value;
}

/** The functions of Go's text/template, less `call`. `and` and `or` are here for their names: they judge lazily. */
export const builtins: Readonly<Record<string, TemplateFunction>> = {
  and: { least: 1, most: Infinity, call: (args) => args.find((arg) => !isTrue(arg)) ?? args.at(-1) },
  or: { least: 1, most: Infinity, call: (args) => args.find((arg) => isTrue(arg)) ?? args.at(-1) },
  not: { least: 1, most: 1, call: ([value]) => !isTrue(value) },
  eq: { least: 2, most: Infinity, call: ([first, ...others]) => others.some((other) => equal(first, other)) },
  ne: { least: 2, most: 2, call: ([a, b]) => !equal(a, b) },
  lt: { least: 2, most: 2, call: ([a, b]) => compare(a, b) < 0 },
  le: { least: 2, most: 2, call: ([a, b]) => compare(a, b) <= 0 },
  gt: { least: 2, most: 2, call: ([a, b]) => compare(a, b) > 0 },
  ge: { least: 2, most: 2, call: ([a, b]) => compare(a, b) >= 0 },
  len: { least: 1, most: 1, call: ([value]) => length(value) },
  index: { least: 1, most: Infinity, call: ([value, ...keys]) => keys.reduce(item, value) },
  slice: { least: 1, most: 3, call: ([value, from = 0n, to]) => slice(value, from, to) },
  print: { least: 0, most: Infinity, call: print },
  println: { least: 0, most: Infinity, call: (args) => bounded(`${args.map(textOf).join(" ")}\n`) },
  printf: {
    least: 1,
    most: Infinity,
    call: ([format, ...args]) => {
      if (typeof format !== "string") throw new Misuse(`takes a format first, not ${describe(format)}`);
      return sprintf(format, args);
    },
  },
  html: { least: 0, most: Infinity, call: (args) => escapeHtml(print(args)) },
  js: { least: 0, most: Infinity, call: (args) => escapeJs(print(args)) },
  urlquery: { least: 0, most: Infinity, call: (args) => escapeQuery(print(args)) },
};

/** As Go's `fmt.Sprint`: a space between two values of which neither is a text. */
function print(args: readonly Value[]): string {
  return bounded(
    args.reduce<string>((text, arg, i) => {
      const apart = i > 0 && typeof arg !== "string" && typeof args[i - 1] !== "string";
      return text + (apart ? " " : "") + textOf(arg);
    }, ""),
  );
}

function equal(a: Value, b: Value): boolean {
  if (typeof a === "object" || typeof b === "object") throw new Misuse("cannot compare maps");
  if (a !== undefined && b !== undefined && typeof a !== typeof b) {
    throw new Misuse(`cannot compare ${describe(a)} with ${describe(b)}`);
  }
  return a === b;
}

/** Below, at or above zero. */
function compare(a: Value, b: Value): number {
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if ((typeof a === "bigint" && typeof b === "bigint") || (typeof a === "number" && typeof b === "number")) {
    return a < b ? -1 : a > b ? 1 : 0;
  }
  throw new Misuse(`cannot order ${describe(a)} and ${describe(b)}`);
}

/** Of a text in bytes. */
function length(value: Value): bigint {
  if (typeof value === "string") return BigInt(Buffer.byteLength(value));
  if (typeof value === "object") return BigInt(value.size);
  throw new Misuse(`takes a text or a map, not ${describe(value)}`);
}

/** A map's entry, empty when there is none, or a text's byte. */
function item(value: Value, key: Value): Value {
  if (typeof value === "object") {
    if (typeof key !== "string") throw new Misuse(`takes a text as key of a map, not ${describe(key)}`);
    return value.get(key) ?? "";
  }
  if (typeof value !== "string") throw new Misuse(`takes a text or a map, not ${describe(value)}`);
  const bytes = Buffer.from(value);
  return BigInt(bytes[offset(key, bytes.length - 1)] ?? 0);
}

/** A part of a text, from and up to a byte. */
function slice(value: Value, from: Value, to: Value): string {
  if (typeof value !== "string") throw new Misuse(`takes a text, not ${describe(value)}`);
  const bytes = Buffer.from(value);
  const end = to === undefined ? bytes.length : offset(to, bytes.length);
  return bytes.subarray(offset(from, end), end).toString();
}

function offset(value: Value, last: number): number {
  if (typeof value !== "bigint") throw new Misuse(`takes whole numbers as positions, not ${describe(value)}`);
  if (value < 0n || value > BigInt(last)) throw new Misuse(`position ${value} is not in 0..${last}`);
  return Number(value);
}
