import { equal } from "./equal.ts";
import type { Schema } from "../schema/schema.ts";
import { emptySet, insert } from "./field-set.ts";
import type { FieldSet, FieldSetBuilder } from "./field-set.ts";
import { fieldElement, itemElement } from "./path-element.ts";
import type { PathElement } from "./path-element.ts";
import { fieldSchema, fieldsOf, isBare, itemsOf, mergeKind } from "./typed.ts";

/** What is different between two objects, objects and lists that came or went as a whole counted in. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Compares two objects; both may hold list items that cannot be told apart. */
export function compare(schema: Schema, before: unknown, after: unknown): Comparison {
  const found = { added: emptySet(), modified: emptySet(), removed: emptySet() };
  compareValues(schema, before, after, [], found);
  return found;
}

type Found = Readonly<Record<keyof Comparison, FieldSetBuilder>>;

/** Undefined stands for what is not there; the path is that of the values and is left as it was. */
function compareValues(schema: Schema, before: unknown, after: unknown, path: PathElement[], found: Found): void {
  if (before === after) return;
  const kindBefore = mergeKind(schema, before ?? after);
  const kindAfter = mergeKind(schema, after ?? before);
  const whole = kindBefore !== kindAfter || kindAfter === "leaf" || (isBare(before) && isBare(after));
  if (kindBefore === "map" || kindAfter === "map") compareFields(schema, before, after, path, found);
  if (kindBefore === "list" || kindAfter === "list") compareItems(schema, before, after, path, found);
  if (before === undefined) insert(found.added, path);
  else if (after === undefined) insert(found.removed, path);
  else if (whole && !equal(before, after)) insert(found.modified, path);
}

function compareFields(schema: Schema, before: unknown, after: unknown, path: PathElement[], found: Found): void {
  const left = new Map(fieldsOf(before));
  const right = new Map(fieldsOf(after));
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    path.push(fieldElement(name));
    compareValues(fieldSchema(schema, name), left.get(name), right.get(name), path, found);
    path.pop();
  }
}

function compareItems(schema: Schema, before: unknown, after: unknown, path: PathElement[], found: Found): void {
  const left = Map.groupBy(itemsOf(before), (item) => itemElement(schema, item));
  const right = Map.groupBy(itemsOf(after), (item) => itemElement(schema, item));
  for (const element of new Set([...left.keys(), ...right.keys()])) {
    path.push(element);
    compareGroups(schema.items ?? {}, left.get(element) ?? [], right.get(element) ?? [], path, found);
    path.pop();
  }
}

/** Items that cannot be told apart are compared, owned and lost together. */
function compareGroups(
  schema: Schema,
  before: readonly unknown[],
  after: readonly unknown[],
  path: PathElement[],
  found: Found,
): void {
  const onlyBefore = before.length > 1 ? undefined : before[0];
  const onlyAfter = after.length > 1 ? undefined : after[0];
  if (before.length > 1 && after.length > 1) {
    if (!equal(before, after)) insert(found.modified, path);
    return;
  }
  compareValues(schema, onlyBefore, onlyAfter, path, found);
  if (before.length > 1) insert(found.removed, path);
  if (after.length > 1) insert(found.added, path);
}
