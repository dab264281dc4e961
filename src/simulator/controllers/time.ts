/** Milliseconds since the Unix epoch; 0 when there is no time. */
export function msOf(time: string | undefined): number {
  return time === undefined ? 0 : Date.parse(time);
}
