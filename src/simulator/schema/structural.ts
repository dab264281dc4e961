import type { Cause } from "../resource.ts";
import { forbidden, invalid, required } from "./causes.ts";
import { nestedProblems, undeclaredFields } from "./alternatives.ts";
import { children } from "./children.ts";
import type { Level } from "./children.ts";
import { regularExpression } from "./formats.ts";
import type { Schema } from "./schema.ts";

/**
 * What makes the schema of a CustomResourceDefinition not structural, which the API server refuses. `path` is that of the
 * schema itself. Source of rules and texts: k8s.io/apiextensions-apiserver, package apiserver/schema.
 */
export function structuralProblems(schema: Schema, path: string): readonly Cause[] {
  return [...invariants(schema, "root", path), ...undeclaredFields(schema, path)].toSorted((a, b) =>
    `${a.field}: ${a.message}` < `${b.field}: ${b.message}` ? -1 : 1,
  );
}

const untyped: Readonly<Record<Level, string>> = {
  root: "must not be empty at the root",
  item: "must not be empty for specified array items",
  field: "must not be empty for specified object fields",
};

function invariants(schema: Schema, level: Level, path: string): readonly Cause[] {
  const { type, items, properties = {}, additionalProperties } = schema;
  const embedded = schema["x-kubernetes-embedded-resource"] === true;
  const intOrString = schema["x-kubernetes-int-or-string"] === true;
  const open = schema["x-kubernetes-preserve-unknown-fields"] === true;
  const causes: Cause[] = [];
  if (type === "array" && items === undefined) causes.push(required(`${path}.items`, "must be specified"));
  if (additionalProperties !== undefined && level === "root") {
    causes.push(forbidden(`${path}.additionalProperties`, "must not be used at the root"));
  }
  if (additionalProperties !== undefined && Object.keys(properties).length > 0) {
    causes.push(forbidden(`${path}.additionalProperties`, "additionalProperties and properties are mutual exclusive"));
  }
  if (intOrString && open) {
    const field = `${path}.x-kubernetes-preserve-unknown-fields`;
    causes.push(invalid(field, true, "must be false if x-kubernetes-int-or-string is true"));
  }
  if (embedded && type !== "object") {
    const detail = "must be object if x-kubernetes-embedded-resource is true";
    causes.push(type === undefined ? required(`${path}.type`, detail) : invalid(`${path}.type`, type, detail));
  } else if (type === undefined && !intOrString && !open) {
    causes.push(required(`${path}.type`, untyped[level]));
  }
  if (embedded && !open && Object.keys(properties).length === 0) {
    const detail =
      "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
    causes.push(required(`${path}.properties`, detail));
  }
  if (level === "root") causes.push(...rootProblems(schema, path));
  return [
    ...causes,
    ...listProblems(schema, path),
    ...patternProblems(schema, path),
    ...nestedProblems(schema, path),
    ...children(schema, path).flatMap(([child, at, below]) => invariants(child, below, at)),
  ];
}

/** Metadata is the API server's own: a schema may say no more than that it is an object, and what its names look like. */
function rootProblems({ type, properties = {} }: Schema, path: string): readonly Cause[] {
  const { metadata } = properties;
  const {
    type: _,
    description: __,
    properties: names = {},
    ...rest
  } = (metadata ?? {}) as Schema & { description?: string };
  const plain =
    Object.keys(rest).length === 0 && Object.keys(names).every((name) => name === "name" || name === "generateName");
  return [
    ...(type !== undefined && type !== "object" ? [invalid(`${path}.type`, type, "must be object at the root")] : []),
    ...["kind", "apiVersion"].flatMap((name) => {
      const given = properties[name];
      const at = `${path}.properties[${name}].type`;
      return given === undefined || given.type === "string" ? [] : [invalid(at, given.type ?? "", "must be string")];
    }),
    ...(metadata !== undefined && metadata.type !== "object"
      ? [invalid(`${path}.properties[metadata].type`, metadata.type ?? "", "must be object")]
      : []),
    ...(plain
      ? []
      : [
          forbidden(
            `${path}.properties[metadata]`,
            "must not specify anything other than name and generateName, but metadata is implicitly specified",
          ),
        ]),
  ];
}

function listProblems(schema: Schema, path: string): readonly Cause[] {
  const { items } = schema;
  const keys = schema["x-kubernetes-list-map-keys"];
  const at = `${path}.x-kubernetes-list-map-keys`;
  if (schema["x-kubernetes-list-type"] !== "map") {
    return keys === undefined ? [] : [forbidden(at, "must not be specified if x-kubernetes-list-type is not map")];
  }
  if (keys === undefined || keys.length === 0) {
    return [required(at, "must not be empty if x-kubernetes-list-type is map")];
  }
  return keys.flatMap((key, index) => {
    if (items?.properties?.[key] === undefined) {
      return [invalid(`${at}[${index}]`, key, "entries must all be names of item properties")];
    }
    return items.required?.includes(key) === true || items.properties[key].default !== undefined
      ? []
      : [
          required(
            `${path}.items.properties[${key}].default`,
            "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
          ),
        ];
  });
}

function patternProblems({ pattern }: Schema, path: string): readonly Cause[] {
  if (pattern === undefined) return [];
  try {
    regularExpression(pattern);
    return [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [invalid(`${path}.pattern`, pattern, `must be a valid regular expression, but isn't: ${reason}`)];
  }
}
