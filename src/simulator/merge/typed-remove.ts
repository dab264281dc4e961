import { isRecord } from "../../kubernetes/canonical.ts";
import type { Schema } from "../schema/schema.ts";
import type { FieldSet } from "./field-set.ts";
import { fieldElement, itemElement } from "./path-element.ts";
import { fieldSchema, fieldsOf, mergeKind } from "./typed.ts";

/** The value without these fields: what has nothing left stays as an empty object or list. */
export function removeFields(schema: Schema, value: unknown, fields: FieldSet): unknown {
  if (fields.children.size === 0) return value;
  const kind = mergeKind(schema, value);
  if (kind === "map" && isRecord(value)) {
    const kept = fieldsOf(value).flatMap(([name, child]) => {
      const below = fields.children.get(fieldElement(name));
      if (below === undefined) return [[name, child]];
      return below.self ? [] : [[name, removeFields(fieldSchema(schema, name), child, below)]];
    });
    return Object.fromEntries(kept);
  }
  if (kind === "list" && Array.isArray(value)) {
    return value.flatMap((item: unknown) => {
      const below = fields.children.get(itemElement(schema, item));
      if (below === undefined) return [item];
      return below.self ? [] : [removeFields(schema.items ?? {}, item, below)];
    });
  }
  return value;
}
