import type { StoredObject } from "../resource.ts";
import type { Schema } from "../schema/schema.ts";
import { difference, emptySet, intersection, union } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";
import type { Managers } from "./managers.ts";
import { removeFields } from "./typed-remove.ts";
import { fieldSetOf, withNamedFields } from "./typed-set.ts";

/**
 * The merged object without what its manager applied the last time and no longer does, unless somebody else owns it.
 * `managers` are those after the apply, `last` what the manager owned before.
 */
export function pruneApplied(schema: Schema, merged: StoredObject, managers: Managers, last: FieldSet): StoredObject {
  const named = (set: FieldSet) => withNamedFields(schema, set);
  const present = named(fieldSetOf(schema, merged));
  const dropped = named(last);
  const owned = named([...managers.values()].reduce<FieldSet>((set, { fields }) => union(set, fields), emptySet()));

  const left = named(fieldSetOf(schema, remove(schema, merged, dropped)));
  const kept = remove(schema, merged, difference(present, union(left, owned)));
  // What went along with a dropped parent without having been applied itself comes back.
  const gone = difference(present, named(fieldSetOf(schema, kept)));
  return remove(schema, merged, intersection(gone, dropped));
}

function remove(schema: Schema, object: StoredObject, fields: FieldSet): StoredObject {
  return removeFields(schema, object, fields) as StoredObject;
}
