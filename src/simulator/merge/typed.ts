import { isRecord } from "../../kubernetes/canonical.ts";
import type { Schema } from "../schema/schema.ts";
import { fieldName } from "./path-element.ts";
import type { PathElement } from "./path-element.ts";

/**
 * How server-side apply takes a value: `leaf` as a whole, `map` field by field, `list` item by item. A value without a
 * type in the schema goes by what it is: objects are merged, lists are not.
 */
export function mergeKind(schema: Schema, value: unknown): "leaf" | "map" | "list" {
  const type = schema.type ?? (isRecord(value) ? "object" : undefined);
  if (type === "object") return schema["x-kubernetes-map-type"] === "atomic" ? "leaf" : "map";
  const listType = schema["x-kubernetes-list-type"];
  return type === "array" && (listType === "map" || listType === "set") ? "list" : "leaf";
}

/** The schema of a field that the schema of an object names; undefined for other keys. */
export function declaredField(schema: Schema, name: string): Schema | undefined {
  const properties = schema.properties;
  return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

/** The schema of a field of an object, whether the schema names it or not. */
export function fieldSchema(schema: Schema, name: string): Schema {
  const declared = declaredField(schema, name);
  if (declared !== undefined) return declared;
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : untyped;
}

/** The schema of what a path element leads to. */
export function elementSchema(schema: Schema, element: PathElement): Schema {
  const name = fieldName(element);
  return name === undefined ? (schema.items ?? untyped) : fieldSchema(schema, name);
}

const untyped: Schema = {};

/** The fields that an object has; none for null and for what is not an object. Undefined is as good as not there. */
export function fieldsOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isRecord(value) ? Object.entries(value).filter(([, child]) => child !== undefined) : [];
}

/** The items of a list; none for null and for what is not a list. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Whether there is nothing below a value. */
export function isBare(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : fieldsOf(value).length === 0;
}
