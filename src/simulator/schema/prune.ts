import { isRecord } from "../../kubernetes/canonical.ts";
import type { Schema } from "./schema.ts";

/**
 * The paths of all fields that the schema does not know, such as `spec.containers[0].foo`, in the order of the object:
 * what the strict validation of fields reports as `unknown field "..."`.
 */
export function unknownFields(schema: Schema, object: unknown): readonly string[] {
  const found: string[] = [];
  prune(schema, object, (path) => found.push(path));
  return found;
}

/** The value without the fields that its schema does not know. `dropped` is told the path of each. */
export function prune<T>(schema: Schema, object: T, dropped?: (path: string) => void): T;
export function prune(schema: Schema, object: unknown, dropped: (path: string) => void = () => undefined): unknown {
  return pruned(schema, object, "", dropped);
}

/** What every object has, an embedded one too, whatever its schema says. */
const typeMeta = new Set(["apiVersion", "kind", "metadata"]);

function pruned(schema: Schema, value: unknown, path: string, dropped: (path: string) => void): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((item, index) => pruned(items, item, `${path}[${index}]`, dropped));
  }
  if (!isRecord(value)) return value;
  const fields = Object.entries(value).flatMap(([name, field]) => {
    const at = path === "" ? name : `${path}.${name}`;
    const child = childOf(schema, name);
    if (child !== undefined) return [[name, pruned(child, field, at, dropped)] as const];
    if (keepsUnknown(schema) || isTypeMeta(schema, path, name)) return [[name, field] as const];
    dropped(at);
    return [];
  });
  return Object.fromEntries(fields);
}

/** The schema of a field; undefined where it says nothing about it. */
export function childOf({ properties, additionalProperties }: Schema, name: string): Schema | undefined {
  if (properties !== undefined && Object.hasOwn(properties, name)) return properties[name];
  return isRecord(additionalProperties) ? additionalProperties : undefined;
}

function keepsUnknown(schema: Schema): boolean {
  return schema["x-kubernetes-preserve-unknown-fields"] === true || schema.additionalProperties === true;
}

function isTypeMeta(schema: Schema, path: string, name: string): boolean {
  return typeMeta.has(name) && (path === "" || schema["x-kubernetes-embedded-resource"] === true);
}
