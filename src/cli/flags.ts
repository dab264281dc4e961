import { InvalidArgumentError } from "commander";
import { parseDuration } from "../api/duration.ts";

/**
 * Go's programs take their flags with one dash or two: `-log-level=info` becomes `--log-level=info`. The one flag whose
 * name begins with `no-` gets another, since the parser takes such names for negations.
 */
export function withTwoDashes(args: readonly string[]): string[] {
  return args
    .map((arg) => (/^-[a-z][a-z-]+(=|$)/.test(arg) ? `-${arg}` : arg))
    .map((arg) => arg.replace(/^--no-cross-namespace-refs/, "--forbid-cross-namespace-refs"));
}

/** A flag that is true, false, or given without a value. */
export function bool(text: string): boolean {
  if (["true", "1", "t"].includes(text.toLowerCase())) return true;
  if (["false", "0", "f"].includes(text.toLowerCase())) return false;
  throw new InvalidArgumentError("write true or false");
}

export function list(text: string): readonly string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

export function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65535) throw new InvalidArgumentError("write 0 to 65535");
  return number;
}

/** Milliseconds. */
export function duration(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
