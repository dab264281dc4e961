import { union } from "./field-set.ts";
import { compareKeys, identity } from "./managers.ts";
import type { Manager, Managers } from "./managers.ts";

const mostUpdaters = 10;

/** The managers with at most ten updaters: the oldest are put together under one name, those of each version apart. */
export function capUpdaters(managers: Managers): Managers {
  const updaters = [...managers].filter(([, { operation }]) => operation === "Update");
  const capped = new Map(managers);
  const firstOf = new Map<string, string>();
  let count = updaters.length;
  for (const [id, updater] of updaters.toSorted(byAge)) {
    if (count <= mostUpdaters) break;
    const { apiVersion, time } = updater;
    const first = firstOf.get(apiVersion);
    if (first === undefined) {
      firstOf.set(apiVersion, id);
      continue;
    }
    const bucket = { name: "ancient-changes", operation: "Update", apiVersion, subresource: "" } as const;
    const bucketId = identity(bucket);
    const older = capped.get(bucketId) ?? capped.get(first);
    if (!capped.has(bucketId)) capped.delete(first);
    capped.delete(id);
    capped.set(bucketId, {
      ...bucket,
      time,
      fields: older === undefined ? updater.fields : union(updater.fields, older.fields),
    });
    count--;
  }
  return capped;
}

function byAge([a, { time: left = "" }]: [string, Manager], [b, { time: right = "" }]: [string, Manager]): number {
  return compareKeys([left, a], [right, b]);
}
