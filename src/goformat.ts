/**
 * A float as Go prints it with `%v`: the shortest digits that give it back, with an exponent of at least two digits
 * below 1e-04 and from 1e+06 on. Source: package strconv, format `g` with precision -1.
 */
export function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return formatInfinite(value);
  if (Object.is(value, -0)) return "-0";
  const scientific = value.toExponential();
  const exponent = Number(scientific.slice(scientific.indexOf("e") + 1));
  return exponent < -4 || exponent >= 6 ? padExponent(scientific) : value.toString();
}

/** A float as Go prints it with `%.Nf`: N = `digits` (0..99) decimals, exact ties rounded to the even digit. */
export function formatFixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return formatInfinite(value);
  const size = Math.abs(value);
  const sign = signOf(value);
  if (size >= 1e21) return `${sign}${BigInt(size)}${digits > 0 ? `.${"0".repeat(digits)}` : ""}`;
  return sign + (evenTie(size.toFixed(100), digits) ?? size.toFixed(digits));
}

/** A float as Go prints it with `%.Ne`: N = `digits` (0..99) decimals, exact ties rounded to the even digit. */
export function formatExponent(value: number, digits: number): string {
  if (!Number.isFinite(value)) return formatInfinite(value);
  const [mantissa = "", exponent = ""] = Math.abs(value).toExponential(100).split("e");
  const even = evenTie(mantissa, digits);
  const text = even === undefined ? Math.abs(value).toExponential(digits) : `${even}e${exponent}`;
  return signOf(value) + padExponent(text);
}

/** A duration in whole milliseconds as Go prints it: `0s`, `500ms`, `1.234s`, `1m1s`, `1h0m0s`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return formatInfinite(ms);
  const size = Math.abs(ms);
  const sign = ms < 0 ? "-" : "";
  if (size === 0) return "0s";
  if (size < 1000) return `${sign}${size}ms`;
  const minutes = Math.floor(size / 60_000);
  const hours = Math.floor(minutes / 60);
  const seconds = `${(size % 60_000) / 1000}s`;
  if (hours > 0) return `${sign}${hours}h${minutes % 60}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : sign + seconds;
}

function signOf(value: number): "-" | "" {
  return value < 0 || Object.is(value, -0) ? "-" : "";
}

function formatInfinite(value: number): string {
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}

/** JavaScript writes `1e+6` where Go writes `1e+06`. */
function padExponent(scientific: string): string {
  return scientific.replace(/(?<=e[+-])\d$/, "0$&");
}

/**
 * The rounding to `digits` decimals of a number that lies exactly between two neighbours, where JavaScript would take the
 * greater one. `exact` has 100 decimals, more than such a number needs.
 */
function evenTie(exact: string, digits: number): string | undefined {
  const [whole = "", fraction = ""] = exact.split(".");
  const kept = digits === 0 ? whole : `${whole}.${fraction.slice(0, digits)}`;
  return /^50*$/.test(fraction.slice(digits)) && /[02468]$/.test(kept) ? kept : undefined;
}
