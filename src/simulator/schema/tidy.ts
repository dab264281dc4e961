import { isRecord } from "../../kubernetes/canonical.ts";
import { childOf } from "./prune.ts";
import { canonicalQuantity } from "./quantity.ts";
import type { Schema } from "./schema.ts";

/**
 * A value of a builtin type as the API server gives it back: lists and maps that are empty are not there unless required,
 * and quantities are text with the greatest unit that needs no fraction.
 */
export function tidied<T>(schema: Schema, value: T): T;
export function tidied(schema: Schema, value: unknown): unknown {
  if (schema.format === "quantity") return canonicalQuantity(String(value));
  if (Array.isArray(value)) {
    const { items } = schema;
    const list: readonly unknown[] = value;
    return items === undefined ? list : list.map((item) => tidied(items, item));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => {
      const child = childOf(schema, name);
      if (child === undefined) return [[name, field]];
      return isLeftOut(child, field) && schema.required?.includes(name) !== true ? [] : [[name, tidied(child, field)]];
    }),
  );
}

function isLeftOut(schema: Schema, value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0 && schema.type === "array";
  return schema.additionalProperties !== undefined && isRecord(value) && Object.keys(value).length === 0;
}
