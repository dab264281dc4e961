import { equal } from "./equal.ts";
import type { StoredObject } from "../resource.ts";
import type { Schema } from "../schema/schema.ts";
import { asStruct } from "./as-struct.ts";
import { capUpdaters } from "./cap-updaters.ts";
import { difference, emptySet, isEmpty, union } from "./field-set.ts";
import { identity, readManagers, resetsManagers, unowned, withoutManagers, writeManagers } from "./managers.ts";
import type { Manager } from "./managers.ts";
import { dispossess } from "./ownership.ts";
import { compare } from "./typed-compare.ts";

/**
 * The object after a create, an update or a patch, with `metadata.managedFields` brought up to date: the manager owns
 * what it changed, and nobody owns what is gone. `before` is undefined for a create; `time` (RFC 3339, whole seconds)
 * is noted only when the manager changed something.
 *
 * A client may send `managedFields` of its own; an empty list ends all tracking until the next apply. Through a
 * subresource they are ignored.
 */
export function trackUpdate(options: {
  readonly schema: Schema;
  readonly before: StoredObject | undefined;
  readonly after: StoredObject;
  readonly manager: string;
  readonly time: string;
  readonly subresource?: string;
}): StoredObject {
  const { schema, before, after, manager, time, subresource = "" } = options;
  const object = withoutManagers(after);
  const reset = subresource === "" && resetsManagers(after);
  const given = subresource === "" ? readManagers(after) : undefined;
  const managers = reset ? undefined : (given ?? readManagers(before));
  if (managers === undefined && before !== undefined) return object;

  const updater: Omit<Manager, "time" | "fields"> = {
    name: manager === "" ? "unknown" : manager,
    operation: "Update",
    apiVersion: after.apiVersion ?? before?.apiVersion ?? "",
    subresource,
  };
  const id = identity(updater);
  const old = before === undefined ? undefined : withoutManagers(before);
  const change = compare(schema, asStruct(schema, old), asStruct(schema, object));
  const settled = dispossess(managers ?? new Map<string, Manager>(), "", change);
  const written = difference(union(change.modified, change.added), unowned);
  if (!isEmpty(written)) {
    const previous = settled.get(id);
    settled.set(id, {
      ...updater,
      // The API server loses the time of what is written through the scale of an object.
      time: subresource === "scale" ? undefined : time,
      fields: union(previous?.fields ?? emptySet(), written),
    });
  }
  return writeManagers(object, capUpdaters(settled));
}

/**
 * What a write is to store when all that it would change is a time in `metadata.managedFields`: that time stays as it
 * was, so that the resource version can stay too. To be called last, on the object with its defaults.
 */
export function keepTimes(before: StoredObject, after: StoredObject): StoredObject {
  return equal(withoutTimes(before), withoutTimes(after)) ? before : after;
}

function withoutTimes(object: StoredObject): StoredObject {
  const managers = readManagers(object);
  if (managers === undefined) return object;
  return writeManagers(object, new Map([...managers].map(([id, entry]) => [id, { ...entry, time: undefined }])));
}
