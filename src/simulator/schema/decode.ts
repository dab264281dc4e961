import { isRecord } from "../../kubernetes/canonical.ts";
import { definitionName } from "./definitions.ts";
import { childOf } from "./prune.ts";
import { nanoOf, noQuantity } from "./quantity.ts";
import type { Schema } from "./schema.ts";

/**
 * Why an object cannot be read as the builtin type of the schema, in the words of the API server, which then answers 400;
 * undefined when it can. The first misfit counts. Nulls fit everywhere.
 */
export function decodeError(schema: Schema, object: unknown): string | undefined {
  return misfit(schema, object, "", definitionName(schema) ?? "");
}

function misfit(schema: Schema, value: unknown, path: string, struct: string): string | undefined {
  const takes = typeOf(schema);
  if (value === null || value === undefined || takes === "any") return undefined;
  if (takes === "text or number") {
    return typeof value === "string" || typeof value === "number" ? textMisfit(schema, value) : unread(value, "int32");
  }
  if (takes !== jsonType(value) || (takes === "number" && !fitsNumber(schema, Number(value)))) {
    const got = takes === "number" && typeof value === "number" ? `number ${value}` : jsonType(value);
    const field = path === "" ? "Go value" : `Go struct field ${nameOf(struct)}.${path}`;
    return `json: cannot unmarshal ${got} into ${field} of type ${goType(schema)}`;
  }
  if (typeof value === "string") return textMisfit(schema, value);
  if (Array.isArray(value)) {
    return first(value, (item) => (schema.items === undefined ? undefined : misfit(schema.items, item, path, struct)));
  }
  if (!isRecord(value)) return undefined;
  const within = definitionName(schema) ?? struct;
  return first(Object.entries(value), ([name, field]) => {
    const child = childOf(schema, name);
    const at = schema.additionalProperties !== undefined ? path : path === "" ? name : `${path}.${name}`;
    return child === undefined ? undefined : misfit(child, field, at, within);
  });
}

function first<T>(values: readonly T[], problem: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const found = problem(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function typeOf(schema: Schema): string {
  if (schema["x-kubernetes-int-or-string"] === true || schema.format === "quantity") return "text or number";
  switch (schema.type) {
    case undefined:
      return "any";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "bool";
    default:
      return schema.type;
  }
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

function fitsNumber({ type, format }: Schema, value: number): boolean {
  if (type !== "integer") return true;
  return Number.isInteger(value) && (format !== "int32" || (value >= -(2 ** 31) && value < 2 ** 31));
}

function textMisfit({ format }: Schema, value: string | number): string | undefined {
  const text = String(value);
  if (format === "quantity" && nanoOf(value) === undefined) return noQuantity;
  if ((format === "date-time" || format === "micro-time") && Number.isNaN(Date.parse(text))) {
    const quoted = JSON.stringify(text);
    return `parsing time ${quoted} as "2006-01-02T15:04:05Z07:00": cannot parse ${quoted} as "2006"`;
  }
  if (format === "micro-time" && !/^[^.]+\.\d{6}(Z|[+-]\d\d:\d\d)$/.test(text)) {
    return `parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05.000000Z07:00": cannot parse "${text.slice(19)}" as ".000000"`;
  }
  if (format === "byte" && !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
    const bad = text.search(/[^A-Za-z0-9+/]/);
    return `illegal base64 data at input byte ${bad < 0 ? text.length - (text.length % 4) : bad}`;
  }
  return undefined;
}

function unread(value: unknown, type: string): string {
  return `json: cannot unmarshal ${jsonType(value)} into Go value of type ${type}`;
}

/** `v1.PodSpec` without the version. */
function nameOf(struct: string): string {
  return struct.split(".").at(-1) ?? "";
}

const timeTypes: Readonly<Record<string, string>> = { "date-time": "v1.Time", "micro-time": "v1.MicroTime" };

/** The type in the source of Kubernetes, as far as the schema tells. */
function goType(schema: Schema): string {
  const name = definitionName(schema);
  if (name !== undefined) return name.split(".").slice(-2).join(".");
  if (schema.items !== undefined) return `[]${goType(schema.items)}`;
  if (isRecord(schema.additionalProperties)) return `map[string]${goType(schema.additionalProperties)}`;
  switch (schema.type) {
    case "integer":
      return schema.format ?? "int64";
    case "number":
      return "float64";
    case "boolean":
      return "bool";
    default:
      return timeTypes[schema.format ?? ""] ?? "string";
  }
}
