import { canonicalJson, isRecord } from "./canonical.ts";
import type { Patch } from "./client.ts";
import type { KubeObject, Manifest, ObjectKey } from "./objects.ts";
import type { Resource } from "./resources.ts";

/** Where an object is. `T` is its type. */
export interface ObjectAt<T extends KubeObject = KubeObject> {
  readonly resource: Resource<T>;
  readonly key: ObjectKey;
}

/** One write that brings the cluster nearer to what is wanted, as data. */
export type Change =
  | { readonly kind: "create"; readonly resource: Resource; readonly object: Manifest }
  | { readonly kind: "patch"; readonly resource: Resource; readonly key: ObjectKey; readonly patch: Patch }
  | { readonly kind: "delete"; readonly resource: Resource; readonly key: ObjectKey };

/**
 * The change from a live object to the one wanted, or undefined when nothing differs. Spread the live object into the
 * wanted one to leave alone what others own.
 */
export function changeTo(
  resource: Resource,
  live: KubeObject,
  wanted: Readonly<Record<string, unknown>>,
): Change | undefined {
  const patch = patchTo(live, wanted);
  const { name, namespace } = live.metadata;
  return patch && { kind: "patch", resource, key: { name, ...(namespace !== undefined && { namespace }) }, patch };
}

/**
 * The merge patch (RFC 7386) from a live object to the one wanted, or undefined when nothing differs. It carries the
 * live object's resource version, so that the API server answers with a conflict when the object has changed since.
 * A map that is wanted empty must be left out: the API server does not keep it.
 */
export function patchTo(live: KubeObject, wanted: Readonly<Record<string, unknown>>): Patch | undefined {
  const body = difference(live, wanted);
  if (!isRecord(body)) return undefined;
  const { resourceVersion } = live.metadata;
  if (resourceVersion === undefined) return { type: "merge", body };
  const metadata = isRecord(body["metadata"]) ? body["metadata"] : {};
  return { type: "merge", body: { ...body, metadata: { ...metadata, resourceVersion } } };
}

/** What a merge patch must say; undefined when nothing differs. Lists are replaced as a whole, null removes. */
function difference(live: unknown, wanted: unknown): unknown {
  const [from, to] = [live ?? null, wanted ?? null];
  if (!isRecord(from) || !isRecord(to)) return canonicalJson(from) === canonicalJson(to) ? undefined : to;
  const fields = [...new Set([...Object.keys(from), ...Object.keys(to)])]
    .map((key) => [key, difference(from[key], to[key])] as const)
    .filter(([, change]) => change !== undefined);
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}
