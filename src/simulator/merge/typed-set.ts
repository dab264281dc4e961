import { isRecord } from "../../kubernetes/canonical.ts";
import type { Schema } from "../schema/schema.ts";
import { isEmpty } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";
import { fieldElement, fieldName, itemElement } from "./path-element.ts";
import type { PathElement } from "./path-element.ts";
import { declaredField, elementSchema, fieldSchema, fieldsOf, isBare, itemsOf, mergeKind } from "./typed.ts";

const leaf: FieldSet = { self: true, children: new Map() };

/**
 * The fields that an intent has opinions about: its leaves, list items and map entries, but not the objects and lists
 * that the schema names and that only hold them.
 */
export function fieldSetOf(schema: Schema, value: unknown): FieldSet {
  switch (mergeKind(schema, value)) {
    case "leaf":
      return leaf;
    case "map":
      return fieldsSet(schema, value);
    case "list":
      return itemsSet(schema, itemsOf(value));
  }
}

function fieldsSet(schema: Schema, value: unknown): FieldSet {
  const children = new Map<PathElement, FieldSet>();
  for (const [name, child] of fieldsOf(value)) {
    const set = fieldSetOf(fieldSchema(schema, name), child);
    const bare = child === null || (isRecord(child) && isBare(child));
    const self = set.self || bare || declaredField(schema, name) === undefined;
    if (self || !isEmpty(set)) children.set(fieldElement(name), { self, children: set.children });
  }
  return { self: false, children };
}

function itemsSet(schema: Schema, items: readonly unknown[]): FieldSet {
  const children = new Map<PathElement, FieldSet>();
  for (const item of items) {
    const element = itemElement(schema, item);
    const set = children.has(element) ? leaf : fieldSetOf(schema.items ?? {}, item);
    children.set(element, { self: true, children: set.children });
  }
  return { self: false, children };
}

/** The set with the objects and lists that the schema names counted in where something below them is in the set. */
export function withNamedFields(schema: Schema, set: FieldSet): FieldSet {
  const children = new Map<PathElement, FieldSet>();
  for (const [element, child] of set.children) {
    const name = fieldName(element);
    const named = name !== undefined && declaredField(schema, name) !== undefined;
    const below = withNamedFields(elementSchema(schema, element), child);
    children.set(element, { self: child.self || named, children: below.children });
  }
  return { self: set.self, children };
}
