import { InvalidArgumentError } from "commander";
import { parseDuration } from "../api/duration.ts";

/** Readers of flags' values. Each throws InvalidArgumentError, to which commander adds the flag's name. */

/** `true` or `false` in any way that Go reads it. */
export function bool(text: string): boolean {
  if (["true", "1", "t"].includes(text.toLowerCase())) return true;
  if (["false", "0", "f"].includes(text.toLowerCase())) return false;
  throw new InvalidArgumentError("Write true or false.");
}

/** `a,b,c` */
export function list(text: string): readonly string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** 0 to 65535; 0 for any free port. */
export function port(text: string): number {
  const number = wholeNumber(text);
  if (number > 65535) throw new InvalidArgumentError("Write a port, up to 65535.");
  return number;
}

/** 1 or more. */
export function count(text: string): number {
  const number = wholeNumber(text);
  if (number < 1) throw new InvalidArgumentError("Write 1 or more.");
  return number;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("Write a whole number.");
  return Number(text);
}

/** Milliseconds. */
export function duration(text: string): number {
  return read(() => parseDuration(text));
}

/** A regular expression as it is written. */
export function regexp(text: string): string {
  read(() => new RegExp(text));
  return text;
}

function read<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
