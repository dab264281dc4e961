import { isRecord } from "../../kubernetes/canonical.ts";
import { childOf } from "./prune.ts";
import type { Schema } from "./schema.ts";

/**
 * The value with what its schema gives to fields that are missing, also inside of what was just given. Nulls count as
 * missing unless the schema allows them; those without a default are dropped first. Lists keep theirs.
 */
export function withDefaults<T>(schema: Schema, value: T): T;
export function withDefaults(schema: Schema, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    const list: readonly unknown[] = value;
    return items === undefined ? list : list.map((item) => withDefaults(items, orDefault(items, item)));
  }
  if (!isRecord(value)) return value;
  const given = Object.entries(value).flatMap(([name, field]) => {
    if (field === undefined) return [];
    const child = childOf(schema, name);
    if (child === undefined) return [[name, field] as const];
    const filled = orDefault(child, field);
    return isMissing(child, filled) ? [] : [[name, withDefaults(child, filled)] as const];
  });
  const missing = Object.entries(schema.properties ?? {}).flatMap(([name, child]) =>
    child.default === undefined || value[name] !== undefined
      ? []
      : [[name, withDefaults(child, child.default)] as const],
  );
  return Object.fromEntries([...given, ...missing]);
}

function orDefault(schema: Schema, value: unknown): unknown {
  return isMissing(schema, value) && schema.default !== undefined ? schema.default : value;
}

function isMissing(schema: Schema, value: unknown): boolean {
  return value === null && schema.nullable !== true;
}
