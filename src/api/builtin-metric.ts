/** The metrics that have a query of their own. */
export type BuiltinMetric = "request-success-rate" | "request-duration";

/** Whether the metric of this name has a query of its own. */
export function isBuiltin(name: string): name is BuiltinMetric {
  return name === "request-success-rate" || name === "request-duration";
}
