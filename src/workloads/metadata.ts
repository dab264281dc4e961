import { withoutFlux } from "../kubernetes/flux.ts";

type Metadata = Readonly<Record<string, string>>;

/** The labels or annotations whose key begins with one of the prefixes; `*` means all. Those of Flux are never copied. */
export function included(map: Metadata | undefined, prefixes: readonly string[]): Metadata {
  return Object.fromEntries(Object.entries(withoutFlux(map)).filter(([key]) => isIncluded(key, prefixes)));
}

/** The wanted labels or annotations, and beside them what others have put on the object under other prefixes. */
export function synced(live: Metadata | undefined, wanted: Metadata, prefixes: readonly string[]): Metadata {
  const foreign = Object.entries(live ?? {}).filter(([key]) => !isIncluded(key, prefixes));
  return { ...Object.fromEntries(foreign), ...wanted };
}

/** Undefined for no entries: the API server does not keep an empty map. */
export function orNone(map: Metadata): Metadata | undefined {
  return Object.keys(map).length === 0 ? undefined : map;
}

function isIncluded(key: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => prefix === "*" || (prefix !== "" && key.startsWith(prefix)));
}
