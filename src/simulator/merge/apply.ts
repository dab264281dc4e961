import { equal } from "./equal.ts";
import type { StoredObject } from "../resource.ts";
import type { Schema } from "../schema/schema.ts";
import { ApplyConflict } from "./apply-conflict.ts";
import { asStruct } from "./as-struct.ts";
import { difference, emptySet, isEmpty } from "./field-set.ts";
import { InvalidPatch } from "./invalid-patch.ts";
import { withLastApplied, withoutLastApplied } from "./last-applied.ts";
import { trackUpdate } from "./managed-fields.ts";
import { identity, managedFields, readManagers, unowned, withoutManagers, writeManagers } from "./managers.ts";
import type { Manager } from "./managers.ts";
import { conflictsOf, dispossess } from "./ownership.ts";
import { pruneApplied } from "./prune.ts";
import { typeErrors } from "./typed-check.ts";
import { compare } from "./typed-compare.ts";
import { mergeTyped } from "./typed-merge.ts";
import { fieldSetOf } from "./typed-set.ts";

/**
 * Server-side apply: the live object with the intent of a manager laid over it, without what the same manager applied
 * before and nobody wants any more, and with `metadata.managedFields` brought up to date. Defaults are not filled in.
 * `live` is undefined when the object is to be created; `time` (RFC 3339, whole seconds) is when a change is made, and
 * is noted only if there is one. What the endpoint does not write (the status of an object, everything but the status
 * at `/status`) must not be in the intent.
 *
 * Throws ApplyConflict when others own what would change, unless forced, and InvalidPatch for an intent that does not
 * fit the schema.
 */
export function apply(options: {
  readonly schema: Schema;
  readonly live: StoredObject | undefined;
  readonly intent: StoredObject;
  readonly manager: string;
  readonly force: boolean;
  readonly time: string;
  readonly subresource?: string;
}): StoredObject {
  const { schema, live, intent, manager, force, time, subresource = "" } = options;
  checkIntent(schema, intent);
  const applier: Omit<Manager, "time" | "fields"> = {
    name: manager === "" ? "unknown" : manager,
    operation: "Apply",
    apiVersion: intent.apiVersion ?? "",
    subresource,
  };
  const id = identity(applier);
  const managers = readManagers(live) ?? readManagers(adopt(options)) ?? new Map<string, Manager>();
  const previous = managers.get(id);

  const base = live === undefined ? undefined : withoutManagers(live);
  const merged = mergeTyped(schema, base, intent) as StoredObject;
  const fields = fieldSetOf(schema, intent);
  const claimed = new Map(managers).set(id, { ...applier, time: previous?.time, fields });
  const last = previous?.fields ?? emptySet();
  const object = isEmpty(difference(last, fields)) ? merged : pruneApplied(schema, merged, claimed, last);

  const before = asStruct(schema, base);
  const after = asStruct(schema, object);
  const change = compare(schema, before, after);
  const conflicts = withoutLastApplied(schema, base, manager, conflictsOf(claimed, id, change));
  if (!force && conflicts.size > 0) throw new ApplyConflict(conflicts);
  const changed = live === undefined || !equal(before, after);
  const settled = dispossess(claimed, id, change).set(id, {
    ...applier,
    time: changed ? time : previous?.time,
    fields: difference(fields, unowned),
  });
  return writeManagers(withLastApplied(object, manager, intent), settled);
}

/** An object from before anybody was tracked: what it holds belongs to a manager of its own. */
function adopt({ live, ...options }: Parameters<typeof apply>[0]): StoredObject | undefined {
  if (live === undefined) return undefined;
  return trackUpdate({ ...options, before: undefined, after: withoutManagers(live), manager: "before-first-apply" });
}

function checkIntent(schema: Schema, intent: StoredObject): void {
  if (managedFields(intent) !== undefined) throw new InvalidPatch(400, "metadata.managedFields must be nil");
  const [first, ...others] = typeErrors(schema, intent);
  if (first === undefined) return;
  const { apiVersion = "", kind = "", metadata } = intent;
  const group = apiVersion.includes("/") ? apiVersion : `/${apiVersion}`;
  const what = `${metadata.namespace ?? ""}/${metadata.name}; ${group}, Kind=${kind}`;
  const why = others.length === 0 ? first : ["errors:", first, ...others].join("\n  ");
  throw new InvalidPatch(500, `failed to create typed patch object (${what}): ${why}`);
}
