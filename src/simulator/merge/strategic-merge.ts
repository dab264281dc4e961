import { isRecord } from "../../kubernetes/canonical.ts";
import type { Schema } from "../schema/schema.ts";
import { InvalidPatch } from "./invalid-patch.ts";
import { deleteValues, mergeList, orderList } from "./strategic-list.ts";
import type { ListRule } from "./strategic-list.ts";
import { fieldSchema } from "./typed.ts";

type Fields = Readonly<Record<string, unknown>>;

const directive = "$patch";
const retainKeys = "$retainKeys";
const setElementOrder = "$setElementOrder/";
const deleteFromList = "$deleteFromPrimitiveList/";

/**
 * Applies a strategic merge patch: objects field by field, lists with the strategy `merge` item by item, with the
 * directives `$patch`, `$retainKeys`, `$setElementOrder/…` and `$deleteFromPrimitiveList/…`. Throws InvalidPatch: 400
 * for directives that are not well formed, 422 and 500 where the API server answers so.
 */
export function strategicMergePatch(schema: Schema, original: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) throw new InvalidPatch(400, "invalid JSON document");
  return mergeObject(schema, isRecord(original) ? original : {}, patch);
}

function mergeObject(schema: Schema, original: Fields, patch: Fields): Fields {
  const { [directive]: how, [retainKeys]: retained, ...fields } = patch;
  if (how === "replace") return withoutDirectives(fields) as Fields;
  if (how === "delete") return {};
  if (how !== undefined) throw new InvalidPatch(500, `unknown patch type: ${JSON.stringify(how)}`);

  const merged = new Map(Object.entries(retained === undefined ? original : retain(original, fields, retained)));
  for (const [name, value] of Object.entries(fields)) {
    if (isListDirective(name)) continue;
    if (value === null) merged.delete(name);
    else set(merged, name, mergeValue(schema, name, merged.get(name), value));
  }
  for (const [name, order] of Object.entries(fields)) {
    if (!name.startsWith(setElementOrder)) continue;
    const field = name.slice(setElementOrder.length);
    const before = list(original[field] ?? []);
    const given = list(fields[field] ?? []);
    if (merged.has(field)) {
      merged.set(field, orderList(listRule(schema, field), { before, given, merged: list(merged.get(field)), order }));
    }
  }
  for (const [name, values] of Object.entries(fields)) {
    if (!name.startsWith(deleteFromList)) continue;
    const field = name.slice(deleteFromList.length);
    if (!Array.isArray(values)) throw new InvalidPatch(400, "invalid patch format of primitive list");
    if (merged.has(field)) merged.set(field, deleteValues(list(merged.get(field)), values));
  }
  return Object.fromEntries(merged);
}

function isListDirective(name: string): boolean {
  return name.startsWith(setElementOrder) || name.startsWith(deleteFromList);
}

function set(fields: Map<string, unknown>, name: string, value: unknown): void {
  if (value === undefined) fields.delete(name);
  else fields.set(name, value);
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new InvalidPatch(500, "a directive for a list names a field that is none");
}

/** Only the fields to retain; those that the patch sets must be among them. */
function retain(original: Fields, patch: Fields, retained: unknown): Fields {
  const names = Array.isArray(retained) ? new Set<unknown>(retained) : undefined;
  const stray = Object.entries(patch).some(
    ([name, value]) => value !== null && !isListDirective(name) && names?.has(name) !== true,
  );
  if (names === undefined || stray) throw new InvalidPatch(400, "invalid patch format of retainKeys");
  return Object.fromEntries(Object.entries(original).filter(([name]) => names.has(name)));
}

function mergeValue(schema: Schema, name: string, original: unknown, patch: unknown): unknown {
  const field = fieldSchema(schema, name);
  if (isRecord(original) && isRecord(patch)) {
    return strategies(field).includes("replace") ? patch : mergeObject(field, original, patch);
  }
  if (!Array.isArray(original) || !Array.isArray(patch)) return withoutDirectives(patch);
  return strategies(field).includes("merge") ? mergeList(listRule(schema, name), original, patch) : patch;
}

function strategies(schema: Schema): readonly string[] {
  return schema["x-kubernetes-patch-strategy"]?.split(",") ?? [];
}

function listRule(schema: Schema, name: string): ListRule {
  const field = fieldSchema(schema, name);
  return {
    name,
    mergeKey: field["x-kubernetes-patch-merge-key"],
    mergeItem: (original, patch) => mergeObject(field.items ?? {}, original, patch),
    newItem: withoutDirectives,
  };
}

/** What a patch puts where nothing was: without nulls, directives and items to be deleted. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isRecord(value)) return value;
  if (directive in value) return undefined;
  const fields = Object.entries(value)
    .filter(([name, child]) => child !== null && name !== retainKeys && !isListDirective(name))
    .map(([name, child]) => [name, withoutDirectives(child)] as const)
    .filter(([, child]) => child !== undefined);
  return Object.fromEntries(fields);
}
