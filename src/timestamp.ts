/** A time as Kubernetes writes it: RFC 3339 in UTC, whole seconds. `ms` in milliseconds since the Unix epoch. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
