import { isRecord } from "../../kubernetes/canonical.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";

/** The states of an object of Gloo, which writes their names or, in some versions, their places in this list. */
const states: readonly unknown[] = ["Pending", "Accepted", "Rejected", "Warning"];

/** An object that Gloo looks at. What it says of the object is not held to any form. */
export interface Reported extends KubeObject {
  readonly status?: unknown;
}

/**
 * Why Gloo does not act on an object as it stands, or undefined when every Gloo that says anything has accepted it. With
 * a warning Gloo leaves out a part of the object, or goes on with what it had before. What it says of the proxy
 * (`subresourceStatuses`) is about all routes of everybody, and does not count. Gloo does not say which generation it has
 * looked at.
 * Source: github.com/solo-io/solo-kit, core.solo.io Status and NamespacedStatuses: one status for each namespace that has
 * a Gloo, in old versions a single one for all.
 */
export function notAccepted({ status }: Reported): string | undefined {
  for (const [reporter, { state = "Pending", reason }] of statusesIn(status)) {
    const name = typeof state === "number" ? states[state] : state;
    if (name === "Accepted") continue;
    const why = typeof reason === "string" && reason !== "" ? `: ${reason}` : "";
    return `${reporter} says ${typeof name === "string" ? name : JSON.stringify(state)}${why}`;
  }
  return undefined;
}

function statusesIn(status: unknown): readonly (readonly [reporter: string, Readonly<Record<string, unknown>>])[] {
  if (!isRecord(status)) return [];
  const { statuses, state } = status;
  if (!isRecord(statuses)) return state === undefined ? [] : [["Gloo", status]];
  return Object.entries(statuses).flatMap(([namespace, each]) =>
    isRecord(each) ? [[`Gloo in ${namespace}`, each] as const] : [],
  );
}
