import { formatExponent, formatFixed, formatFloat } from "../../goformat.ts";
import { quote } from "./escape.ts";
import { Misuse, bounded, describe, textOf } from "./value.ts";
import type { Value } from "./value.ts";

interface Directive {
  readonly flags: string;
  /** Least number of characters. */
  readonly width: number;
  readonly precision: number | undefined;
  readonly verb: string;
}

const directive =
  /%(?<flags>[-+ 0]*)(?<width>\*|\d+)?(?:\.(?<precision>\*|\d*))?(?:\[(?<position>\d+)\])?(?<verb>[^]?)/gu;
/** More than any query needs, and what JavaScript's number formats take. */
const mostDigits = 99;
const widest = 1000;

/**
 * Go's `fmt.Sprintf` for the values of templates: verbs v s q t d x X c f F e E g G and %%, flags `- + space 0`, width,
 * precision, `*` and `[n]`.
 * @throws Misuse where Go would print a complaint such as `%!d(string=x)` into the query
 */
export function sprintf(format: string, values: readonly Value[]): string {
  let next = 0;
  let positioned = false;
  let text = "";
  let copied = 0;

  const take = (what: string): Value => {
    if (next >= values.length) throw new Misuse(`has no argument for ${what}`);
    return values[next++];
  };
  const count = (given: string | undefined, what: string, most: number): number | undefined => {
    const value = given === "*" ? take(what) : given === undefined ? undefined : BigInt(given);
    if (value === undefined && given === undefined) return undefined;
    if (typeof value !== "bigint" || value < 0n || value > BigInt(most)) {
      throw new Misuse(`takes 0 to ${most} as width or precision of ${what}`);
    }
    return Number(value);
  };

  for (const match of format.matchAll(directive)) {
    const [whole] = match;
    const { flags = "", verb = "", position, ...size } = match.groups ?? {};
    text = bounded(text + format.slice(copied, match.index));
    copied = match.index + whole.length;
    if (verb === "%") {
      text += "%";
      continue;
    }
    const width = count(size["width"], whole, widest) ?? 0;
    const precision = count(size["precision"], whole, mostDigits);
    if (position !== undefined) {
      positioned = true;
      next = Number(position) - 1;
    }
    text = bounded(text + show(whole, { flags, width, precision, verb }, take(whole)));
  }
  if (next < values.length && !positioned) throw new Misuse("has more arguments than verbs");
  return bounded(text + format.slice(copied));
}

function show(whole: string, { flags, width, precision, verb }: Directive, value: Value): string {
  if (!"vsqtdxXcfFeEgG".includes(verb) || verb === "") {
    throw new Misuse(`does not know ${whole}; there are %v %s %q %t %d %x %X %c %f %e %g and %%`);
  }
  const lower = bare(verb.toLowerCase(), precision, value);
  if (lower === undefined) throw new Misuse(`cannot print ${describe(value)} with ${whole}`);
  const text = /[A-Z]/.test(verb) ? lower.toUpperCase() : lower;
  const signed = typeof value === "bigint" || typeof value === "number" ? sign(text, flags, verb) : text;
  const missing = width - Array.from(signed).length;
  if (missing <= 0) return signed;
  if (flags.includes("-")) return signed + " ".repeat(missing);
  if (!flags.includes("0") || (typeof value === "bigint" && precision !== undefined)) {
    return " ".repeat(missing) + signed;
  }
  return signed.replace(/^[+\- ]?/, `$&${"0".repeat(missing)}`);
}

/** The flag `+` has no say over `%v`, where Go gives it another meaning. */
function sign(text: string, flags: string, verb: string): string {
  if (/^[+-]/.test(text)) return text;
  return flags.includes("+") && verb !== "v" ? `+${text}` : flags.includes(" ") ? ` ${text}` : text;
}

/** The value without padding; undefined when the verb is not for its type. */
function bare(verb: string, precision: number | undefined, value: Value): string | undefined {
  switch (typeof value) {
    case "bigint":
      if (verb === "c")
        return value >= 0n && value <= 0x10ffffn ? String.fromCodePoint(Number(value)).toWellFormed() : undefined;
      if (verb === "x") return integer(value, 16, precision);
      return "dv".includes(verb) ? integer(value, 10, precision) : undefined;
    case "number":
      if (verb === "f") return formatFixed(value, precision ?? 6);
      if (verb === "e") return formatExponent(value, precision ?? 6);
      return "gv".includes(verb) ? general(value, precision) : undefined;
    case "string":
      if (verb === "x") return Buffer.from(value).subarray(0, precision).toString("hex");
      if (verb === "q") return quote(cut(value, precision));
      return "sv".includes(verb) ? cut(value, precision) : undefined;
    case "boolean":
      return "tv".includes(verb) ? String(value) : undefined;
    case "object":
      return "sv".includes(verb) ? textOf(value) : undefined;
    default:
      return verb === "v" ? textOf(value) : undefined;
  }
}

function cut(text: string, precision: number | undefined): string {
  return precision === undefined ? text : Array.from(text).slice(0, precision).join("");
}

function integer(value: bigint, base: number, precision = 0): string {
  const digits = (value < 0n ? -value : value).toString(base).padStart(precision, "0");
  return value < 0n ? `-${digits}` : digits;
}

/** `%.Ng`: N significant digits without trailing zeros, with an exponent below 1e-04 and from N digits on. */
function general(value: number, precision: number | undefined): string {
  if (precision === undefined || !Number.isFinite(value)) return formatFloat(value);
  const digits = Math.max(1, precision);
  const scientific = formatExponent(value, digits - 1);
  const exponent = Number(scientific.slice(scientific.indexOf("e") + 1));
  if (exponent < -4 || exponent >= digits) return scientific.replace(/(?:\.0*|(\.\d*?)0+)(?=e)/, "$1");
  const fixed = formatFixed(value, digits - 1 - exponent);
  return fixed.includes(".") ? fixed.replace(/\.?0+$/, "") : fixed;
}
