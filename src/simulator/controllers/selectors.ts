export type Labels = Readonly<Record<string, string>>;

/** Whether the labels have all that the selector of a Service or the node selector of a pod names. */
export function hasLabels(labels: Labels = {}, wanted: Labels = {}): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}
