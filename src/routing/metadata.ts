import { fluxOptOut } from "../kubernetes/flux.ts";

/** The annotations of an object that users see through, such as a Service or a route: theirs, and leave from Flux. */
export function managedAnnotations(annotations?: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { ...annotations, ...fluxOptOut };
}
