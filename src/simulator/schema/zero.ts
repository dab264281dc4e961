import { isRecord } from "../../kubernetes/canonical.ts";
import { childOf } from "./prune.ts";
import type { Schema } from "./schema.ts";

/**
 * The object with what it must have: what is missing is the empty text, the empty list or what the schema says, as the
 * API server's rules see it. Objects that the schema has no default for stay missing.
 */
export function withZeroValues<T>(schema: Schema, value: T): T;
export function withZeroValues(schema: Schema, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    const list: readonly unknown[] = value;
    return items === undefined ? list : list.map((item) => withZeroValues(items, item));
  }
  if (!isRecord(value)) return value;
  const given = Object.entries(value).map(([name, field]) => {
    const child = childOf(schema, name);
    return [name, child === undefined ? field : withZeroValues(child, field)] as const;
  });
  const missing = (schema.required ?? []).flatMap((name) => {
    const child = schema.properties?.[name];
    return child === undefined || (value[name] ?? undefined) !== undefined ? [] : [[name, zeroOf(child)] as const];
  });
  return Object.fromEntries([...given, ...missing]);
}

function zeroOf(schema: Schema): unknown {
  switch (schema.type) {
    case "string":
      return "";
    case "array":
      return [];
    default:
      return withZeroValues(schema, schema.default);
  }
}
