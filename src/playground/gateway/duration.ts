import { parseDuration } from "../../api/duration.ts";

/** Milliseconds of a route's duration such as `15s`; undefined where it is unset, zero, which means no bound, or wrong. */
export function boundOf(text: string | undefined): number | undefined {
  try {
    return (text !== undefined && parseDuration(text)) || undefined;
  } catch {
    return undefined;
  }
}
