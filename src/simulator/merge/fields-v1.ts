import { isRecord } from "../../kubernetes/canonical.ts";
import { emptySet, isEmpty } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";
import { compareElements, parseElement } from "./path-element.ts";
import type { PathElement } from "./path-element.ts";

/** A field set as it is written in managedFields. */
export type FieldsV1 = Readonly<Record<string, unknown>>;

// Most entries of an object outlive most writes to it: each is read and written once. Both forms are never changed.
const encoded = new WeakMap<FieldSet, FieldsV1>();
const decoded = new WeakMap<FieldsV1, FieldSet>();

/**
 * A field set as `fieldsV1` of managedFields: an object per field, empty for one that has nothing below it, with "."
 * where the field itself belongs to the set too.
 */
export function encodeFields(set: FieldSet): FieldsV1 {
  const known = encoded.get(set);
  if (known !== undefined) return known;
  const fields = encode(set);
  encoded.set(set, fields);
  decoded.set(fields, set);
  return fields;
}

/** Reads `fieldsV1`; elements that are not understood are left out. */
export function decodeFields(fields: unknown): FieldSet {
  if (!isRecord(fields)) return emptySet();
  const known = decoded.get(fields);
  if (known !== undefined) return known;
  const set = decode(fields);
  encoded.set(set, fields);
  decoded.set(fields, set);
  return set;
}

function encode(set: FieldSet): FieldsV1 {
  const fields: Record<string, unknown> = set.self && set.children.size > 0 ? { ".": {} } : {};
  for (const [element, child] of [...set.children].toSorted(([a], [b]) => compareElements(a, b))) {
    fields[element] = encode(child);
  }
  return fields;
}

function decode(fields: FieldsV1): FieldSet {
  const children = new Map<PathElement, FieldSet>();
  for (const [text, below] of Object.entries(fields)) {
    const element = parseElement(text);
    if (element === undefined) continue;
    const child = isRecord(below) ? decode(below) : emptySet();
    children.set(element, isEmpty(child) ? { self: true, children: child.children } : child);
  }
  return { self: "." in fields, children };
}
