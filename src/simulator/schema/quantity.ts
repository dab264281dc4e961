/*
 * Quantities of resources, such as `100m` of a processor or `64Mi` of memory.
 * Source: k8s.io/apimachinery, package api/resource.
 */

const binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const syntax = /^([+-]?)(\d+\.?\d*|\.\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;

/** What the API server says of text that is no quantity. */
export const noQuantity = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

interface Quantity {
  /** In billionths, smaller parts rounded up. */
  readonly nano: bigint;
  readonly style: "binary" | "decimal" | "exponent";
}

/** Undefined for text that is no quantity. Numbers count as their text. */
function parse(text: string): Quantity | undefined {
  const [matched, sign, digits = "", suffix = ""] = syntax.exec(text) ?? [];
  if (matched === undefined) return undefined;
  const [whole = "", fraction = ""] = digits.split(".");
  const mantissa = BigInt(whole + fraction) * (sign === "-" ? -1n : 1n);
  if (suffix.endsWith("i")) {
    const power = 1024n ** BigInt(binary.indexOf(suffix)) * 10n ** 9n;
    return { nano: divideUp(mantissa * power, 10n ** BigInt(fraction.length)), style: "binary" };
  }
  const exponent = /^[eE].+/.test(suffix) ? Number(suffix.slice(1)) : 3 * (decimal.indexOf(suffix) - 3);
  const scale = exponent + 9 - fraction.length;
  const nano = scale >= 0 ? mantissa * 10n ** BigInt(scale) : divideUp(mantissa, 10n ** BigInt(-scale));
  return { nano, style: /^[eE].+/.test(suffix) ? "exponent" : "decimal" };
}

/** Away from zero. */
function divideUp(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by === 0n ? quotient : quotient + (value < 0n ? -1n : 1n);
}

/** Billionths; undefined for what is no quantity. */
export function nanoOf(quantity: unknown): bigint | undefined {
  return typeof quantity === "string" || typeof quantity === "number" ? parse(String(quantity))?.nano : undefined;
}

/** As the API server writes it: no fraction, the greatest unit that allows that. Unchanged where it is no quantity. */
export function canonicalQuantity(text: string): string {
  const quantity = parse(text);
  if (quantity === undefined) return text;
  const { nano, style } = quantity;
  if (nano === 0n) return "0";
  const size = nano < 0n ? -nano : nano;
  if (style === "binary" && size >= 1024n * 10n ** 9n && nano % 10n ** 9n === 0n) {
    const [value, power] = reduce(nano / 10n ** 9n, 1024n, binary.length - 1);
    return `${value}${binary[power] ?? ""}`;
  }
  const [value, power] = reduce(nano, 1000n, decimal.length - 1);
  const exponent = 3 * power - 9;
  return style === "exponent" && exponent !== 0 ? `${value}e${exponent}` : `${value}${decimal[power] ?? ""}`;
}

/** How often `by` divides the value, at most `most` times, and what is left. */
function reduce(value: bigint, by: bigint, most: number): readonly [rest: bigint, power: number] {
  return most > 0 && value % by === 0n ? increment(reduce(value / by, by, most - 1)) : [value, 0];
}

function increment([rest, power]: readonly [bigint, number]): readonly [bigint, number] {
  return [rest, power + 1];
}
