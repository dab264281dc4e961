import { isRecord } from "../../kubernetes/canonical.ts";
import type { Schema } from "./schema.ts";

/** Where a schema stands: on top, for the items of a list, or for the fields of an object. */
export type Level = "root" | "item" | "field";

/** The schemas right below one, with their paths. */
export function children(schema: Schema, path: string): readonly (readonly [Schema, string, Level])[] {
  const { items, properties = {}, additionalProperties } = schema;
  return [
    ...(items === undefined ? [] : [[items, `${path}.items`, "item"] as const]),
    ...Object.entries(properties).map(([name, child]) => [child, `${path}.properties[${name}]`, "field"] as const),
    ...(isRecord(additionalProperties)
      ? [[additionalProperties, `${path}.additionalProperties`, "field"] as const]
      : []),
  ];
}
