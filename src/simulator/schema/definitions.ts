import { readFileSync } from "node:fs";
import { isRecord } from "../../kubernetes/canonical.ts";
import type { Schema } from "./schema.ts";

/**
 * The types of the builtin kinds, by version and name, such as `v1.PodSpec`: machine-made from the documents of a real
 * API server by e2e/openapi.ts, where `$ref` names another type. Read on first use.
 */
let definitions: Readonly<Record<string, Schema>> | undefined;
const names = new WeakMap<Schema, string>();

/** The schema of a builtin type; throws for a name that is not among them. */
export function definition(name: string): Schema {
  definitions ??= load();
  const schema = definitions[name];
  if (schema === undefined) throw new Error(`no builtin type ${name}`);
  return schema;
}

/** The name of a builtin type, such as `v1.PodSpec`; undefined for schemas without one. */
export function definitionName(schema: Schema): string | undefined {
  return names.get(schema);
}

/** A schema as it stands in the file. */
type Node = { -readonly [Key in keyof Schema]: Schema[Key] } & { readonly $ref?: string };

/** All types with their references resolved: a type that contains itself makes a cycle. */
function load(): Readonly<Record<string, Schema>> {
  const text = readFileSync(new URL("builtin.json", import.meta.url), "utf8");
  const types = JSON.parse(text) as Readonly<Record<string, Node>>;
  for (const [name, type] of Object.entries(types)) {
    names.set(type, name);
    resolveFields(type, types);
  }
  return types;
}

/** In place, because a type may be referred to before its own fields are resolved. */
function resolveFields(node: Node, types: Readonly<Record<string, Node>>): void {
  const fields = node.properties as Record<string, Node> | undefined;
  for (const [name, field] of Object.entries(fields ?? {}))
    if (fields !== undefined) fields[name] = resolve(field, types);
  if (node.items !== undefined) node.items = resolve(node.items, types);
  if (isRecord(node.additionalProperties)) node.additionalProperties = resolve(node.additionalProperties, types);
}

function resolve(node: Node, types: Readonly<Record<string, Node>>): Node {
  const { $ref, ...rest } = node;
  if ($ref === undefined) {
    resolveFields(node, types);
    return node;
  }
  const type = types[$ref];
  if (type === undefined) throw new Error(`no builtin type ${$ref}`);
  if (Object.keys(rest).length === 0) return type;
  const schema = { ...type, ...rest };
  names.set(schema, $ref);
  return schema;
}
