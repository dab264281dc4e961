import { isRecord } from "../../kubernetes/canonical.ts";
import type { Schema } from "../schema/schema.ts";
import { declaredField, fieldSchema, fieldsOf } from "./typed.ts";

/**
 * A builtin object as the API server has it in memory. There a part that is a structure of its own (`default: {}` in
 * the schema) is never missing, and a required field has the zero value of its type at least, so that nobody comes to
 * own them by writing the first field below. Objects of custom kinds are taken as they are.
 */
export function asStruct(schema: Schema, object: unknown): unknown {
  const builtin = declaredField(schema, "metadata")?.default !== undefined;
  return builtin ? filled(schema, object ?? {}) : (object ?? {});
}

function filled(schema: Schema, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => filled(schema.items ?? {}, item));
  if (!isRecord(value)) return value;
  const fields = fieldsOf(value).map(([name, child]) => [name, filled(fieldSchema(schema, name), child)]);
  return { ...emptyStruct(schema), ...(Object.fromEntries(fields) as object) };
}

const emptyStructs = new WeakMap<Schema, object>();

function emptyStruct(schema: Schema): object {
  const known = emptyStructs.get(schema);
  if (known !== undefined) return known;
  const fields: Record<string, unknown> = {};
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    if (isStruct(child)) fields[name] = emptyStruct(child);
    else if (schema.required?.includes(name)) fields[name] = zero(child);
  }
  emptyStructs.set(schema, fields);
  return fields;
}

function zero({ type }: Schema): unknown {
  switch (type) {
    case "string":
      return "";
    case "boolean":
      return false;
    case "integer":
    case "number":
      return 0;
    default:
      return null;
  }
}

function isStruct(schema: Schema): boolean {
  return schema.type === "object" && isRecord(schema.default) && Object.keys(schema.default).length === 0;
}
