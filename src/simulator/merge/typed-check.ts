import { isRecord } from "../../kubernetes/canonical.ts";
import type { Schema } from "../schema/schema.ts";
import { InvalidPatch } from "./invalid-patch.ts";
import { elementText, fieldElement, itemElement } from "./path-element.ts";
import { declaredField, fieldsOf } from "./typed.ts";

/**
 * What keeps an intent from being applied, as `path: message`: fields that the schema does not know, values of
 * another type, list items that cannot be told apart. Null is always let through.
 */
export function typeErrors(schema: Schema, value: unknown, path = ""): readonly string[] {
  if (value === null) return [];
  switch (schema.type) {
    case "object":
      return isRecord(value) ? fieldErrors(schema, value, path) : [`${path}: expected map, got &{${plain(value)}}`];
    case "array":
      return Array.isArray(value)
        ? itemErrors(schema, value, path)
        : [`${path}: expected list, got &{${plain(value)}}`];
    case "string":
      if (typeof value === "string" || (schema.format !== undefined && schema.format !== "byte")) return [];
      return [`${path}: expected string, got &value.valueUnstructured{Value:${plain(value)}}`];
    case "boolean":
      return typeof value === "boolean" ? [] : [`${path}: expected boolean, got &{${plain(value)}}`];
    case "integer":
    case "number":
      return typeof value === "number" ? [] : [`${path}: expected numeric (int or float), got ${goType(value)}`];
    default:
      return isRecord(value) ? fieldErrors(schema, value, path) : [];
  }
}

function fieldErrors(schema: Schema, value: unknown, path: string): readonly string[] {
  const open = schema.properties === undefined || schema["x-kubernetes-preserve-unknown-fields"] === true;
  return fieldsOf(value).flatMap(([name, child]) => {
    const at = `${path}${elementText(fieldElement(name))}`;
    const declared = declaredField(schema, name);
    if (declared !== undefined) return typeErrors(declared, child, at);
    if (typeof schema.additionalProperties === "object") return typeErrors(schema.additionalProperties, child, at);
    return open || schema.additionalProperties === true ? [] : [`${at}: field not declared in schema`];
  });
}

function itemErrors(schema: Schema, items: readonly unknown[], path: string): readonly string[] {
  const listType = schema["x-kubernetes-list-type"];
  const keyed = listType === "map" || listType === "set";
  const seen = new Set<string>();
  const errors: string[] = [];
  for (const [index, item] of items.entries()) {
    let element = `i:${String(index)}`;
    if (keyed) {
      try {
        element = itemElement(schema, item);
      } catch (error) {
        if (!(error instanceof InvalidPatch)) throw error;
        return [...errors, `${path}: element ${index}: ${error.message}`];
      }
      if (seen.has(element)) errors.push(`${path}: duplicate entries for key ${elementText(element)}`);
      seen.add(element);
    }
    errors.push(...typeErrors(schema.items ?? {}, item, `${path}${elementText(element)}`));
  }
  return errors;
}

function plain(value: unknown): string {
  return JSON.stringify(value);
}

function goType(value: unknown): string {
  if (Array.isArray(value)) return "[]interface {}";
  return isRecord(value) ? "map[string]interface {}" : typeof value === "boolean" ? "bool" : "string";
}
