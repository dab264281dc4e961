import { isRecord } from "../../kubernetes/canonical.ts";
import type { Cause } from "../resource.ts";
import { required, unsupported } from "./causes.ts";
import { childOf } from "./prune.ts";
import type { Schema } from "./schema.ts";

/** Choices that the rules of a kind speak about. */
const ruled = new Set(["spec.strategy.type"]);

/** Lists that the schema requires and the API server does without. */
const optional = new Set(["endpoints"]);

/**
 * What the schema of a builtin kind says of the values in an object: what must not be empty, and which texts are known.
 * The API server has written these rules out by hand; where it says more than `Required value`, so do the kind's own
 * rules here. Metadata is checked elsewhere, status not at all.
 */
export function schemaFacts(schema: Schema, object: unknown): readonly Cause[] {
  const fields = isRecord(object) ? object : {};
  const { apiVersion: _, kind: __, metadata: ___, status: ____, ...rest } = fields;
  return facts({ ...schema, required: schema.required?.filter((name) => name !== "metadata") ?? [] }, rest, "");
}

function facts(schema: Schema, value: unknown, path: string): readonly Cause[] {
  if (typeof value === "string") {
    return value === "" || ruled.has(path) || schema.enum?.includes(value) !== false
      ? []
      : [unsupported(path, value, schema.enum)];
  }
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? [] : value.flatMap((item, index) => facts(items, item, `${path}[${index}]`));
  }
  if (!isRecord(value)) return [];
  const { properties = {} } = schema;
  const at = (name: string): string =>
    path === "" ? name : schema.additionalProperties === undefined ? `${path}.${name}` : `${path}[${name}]`;
  const missing = (schema.required ?? []).filter(
    (name) => isText(properties[name]) && isEmpty(value[name]) && !optional.has(name),
  );
  return [
    ...missing.map((name) => required(at(name))),
    ...Object.entries(value).flatMap(([name, field]) => {
      const child = childOf(schema, name);
      return child === undefined ? [] : facts(child, field, at(name));
    }),
  ];
}

/** Numbers and flags are never missing: they are 0 and false. */
function isText(schema: Schema | undefined): boolean {
  return schema?.type === "string" || schema?.type === "array" || schema?.type === "object";
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
