import { parseDuration } from "../../api/duration.ts";
import { InvalidSpec } from "../../api/errors.ts";

/**
 * Whole milliseconds of a duration such as `15s`.
 * @throws InvalidSpec, with the name of the field, for what is no duration or below 0
 */
export function milliseconds(text: string, field: string): number {
  const ms = read(text, field);
  if (ms < 0) throw new InvalidSpec(`${field}: must not be below 0, as ${text} is`);
  return Math.trunc(ms);
}

function read(text: string, field: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    if (!(error instanceof InvalidSpec)) throw error;
    throw new InvalidSpec(`${field}: ${error.message}`, { cause: error });
  }
}
