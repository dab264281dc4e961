/** A time in milliseconds since the Unix epoch, as the API server writes it: in whole seconds, rounded down. */
export function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Milliseconds since the Unix epoch; 0 when there is no time. */
export function msOf(time: string | undefined): number {
  return time === undefined ? 0 : Date.parse(time);
}
