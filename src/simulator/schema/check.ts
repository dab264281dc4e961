import { canonicalJson, isRecord } from "../../kubernetes/canonical.ts";
import type { Cause } from "../resource.ts";
import { invalid, required, tooLong, tooMany, unsupported, wrongType } from "./causes.ts";
import { hasFormat, regularExpression } from "./formats.ts";
import type { Schema } from "./schema.ts";

/**
 * What is wrong with a value that should match the schema of a CustomResourceDefinition, with the texts of the API server.
 * Source of texts and order: k8s.io/kube-openapi, package validation/validate. CEL rules are not run.
 */
export function check(schema: Schema, value: unknown): readonly Cause[] {
  return checkNode(schema, value, "").causes;
}

interface Result {
  readonly causes: readonly Cause[];
  /** How many checks passed: of several alternatives that all fail, the one with most is told about. */
  readonly passed: number;
}

function checkNode(schema: Schema, value: unknown, path: string): Result {
  const results = [
    checkType(schema, value, path),
    ...(value === null ? [] : [checkAlternatives(schema, value, path), checkValue(schema, value, path)]),
    checkEnum(schema, value, path),
  ];
  return merge(results);
}

function merge(results: readonly Result[]): Result {
  return {
    causes: results.flatMap(({ causes }) => causes),
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
  };
}

function result(...causes: readonly Cause[]): Result {
  return { causes, passed: causes.length === 0 ? 1 : 0 };
}

function checkType(schema: Schema, value: unknown, path: string): Result {
  const intOrString = schema["x-kubernetes-int-or-string"] === true;
  const types: readonly string[] = intOrString ? ["integer", "string"] : schema.type === undefined ? [] : [schema.type];
  const type = typeOf(value);
  if (type === "null" && schema.nullable === true) return result();
  if (types.length === 0 || types.includes(type) || (type === "integer" && types.includes("number"))) return result();
  return result(wrongType(path, type, `${path} in body must be of type ${types.join()}: "${type}"`));
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "number" && Number.isInteger(value) ? "integer" : typeof value;
}

function checkEnum({ enum: values }: Schema, value: unknown, path: string): Result {
  if (values === undefined) return { causes: [], passed: 0 };
  const known = values.some((each) => each === value || canonicalJson(each) === canonicalJson(value));
  return known ? result() : result(unsupported(path, value, values));
}

function checkAlternatives({ anyOf, oneOf, allOf, not }: Schema, value: unknown, path: string): Result {
  const each = (schemas: readonly Schema[]): readonly Result[] =>
    schemas.map((schema) => checkNode(schema, value, path));
  const fails = (says: string): Result => result(invalid("<nil>", "", `"${path}" must ${says}`));
  const results: Result[] = [];
  if (anyOf !== undefined) {
    const best = closest(each(anyOf));
    if (best.causes.length > 0) results.push(fails("validate at least one schema (anyOf)"));
    results.push(best);
  }
  if (oneOf !== undefined) {
    const all = each(oneOf);
    const valid = all.filter(({ causes }) => causes.length === 0).length;
    if (valid > 1) results.push(fails(`validate one and only one schema (oneOf). Found ${valid} valid alternatives`));
    else if (valid === 0) results.push(fails("validate one and only one schema (oneOf). Found none valid"));
    if (valid < 2) results.push(closest(all));
  }
  if (allOf !== undefined) {
    const all = each(allOf);
    const valid = all.filter(({ causes }) => causes.length === 0).length;
    results.push(...all);
    if (valid < all.length) {
      results.push(fails(`validate all the schemas (allOf)${valid === 0 ? ". None validated" : ""}`));
    }
  }
  if (not !== undefined && checkNode(not, value, path).causes.length === 0) {
    results.push(fails("not validate the schema (not)"));
  }
  return merge(results);
}

/** The first result without causes, or else the first of those with most checks passed. */
function closest(results: readonly Result[]): Result {
  const most = Math.max(...results.map(({ passed }) => passed));
  return (
    results.find(({ causes }) => causes.length === 0) ??
    results.find(({ passed }) => passed === most) ?? { causes: [], passed: 0 }
  );
}

function checkValue(schema: Schema, value: unknown, path: string): Result {
  if (typeof value === "string") return checkText(schema, value, path);
  if (typeof value === "number") return checkNumber(schema, value, path);
  if (Array.isArray(value)) return checkList(schema, value, path);
  return isRecord(value) ? checkObject(schema, value, path) : { causes: [], passed: 0 };
}

function checkText({ minLength, maxLength, pattern, format }: Schema, text: string, path: string): Result {
  const length = Array.from(text).length;
  const says = (detail: string): Result => result(invalid(path, text, `${path} in body ${detail}`));
  return merge([
    maxLength !== undefined && length > maxLength ? result(tooLong(path, maxLength)) : result(),
    minLength !== undefined && length < minLength ? says(`should be at least ${minLength} chars long`) : result(),
    pattern !== undefined && !regularExpression(pattern).test(text) ? says(`should match '${pattern}'`) : result(),
    format !== undefined && !hasFormat(format, text)
      ? result(wrongType(path, text, `${path} in body must be of type ${format}: ${JSON.stringify(text)}`))
      : result(),
  ]);
}

function checkNumber(schema: Schema, value: number, path: string): Result {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const says = (detail: string): Result => result(invalid(path, value, `${path} in body should be ${detail}`));
  const low = minimum !== undefined && (value < minimum || (exclusiveMinimum === true && value === minimum));
  const high = maximum !== undefined && (value > maximum || (exclusiveMaximum === true && value === maximum));
  return merge([
    multipleOf !== undefined && !Number.isInteger(multipleOf < 1 ? (1 / multipleOf) * value : value / multipleOf)
      ? says(`a multiple of ${multipleOf}`)
      : result(),
    high ? says(`less than ${exclusiveMaximum === true ? "" : "or equal to "}${maximum}`) : result(),
    low ? says(`greater than ${exclusiveMinimum === true ? "" : "or equal to "}${minimum}`) : result(),
  ]);
}

function checkList(schema: Schema, list: readonly unknown[], path: string): Result {
  const { items, minItems, maxItems, uniqueItems } = schema;
  const says = (detail: string): Result => result(invalid(path, list.length, `${path} in body ${detail}`));
  const keys = keysOf(schema, list);
  return merge([
    ...(items === undefined ? [] : list.map((item, index) => checkNode(items, item, `${path}[${index}]`))),
    minItems !== undefined && list.length < minItems ? says(`should have at least ${minItems} items`) : result(),
    maxItems !== undefined && list.length > maxItems ? result(tooMany(path, list.length, maxItems)) : result(),
    uniqueItems === true && new Set(list.map(canonicalJson)).size < list.length
      ? says("shouldn't contain duplicates")
      : result(),
    ...keys.flatMap((key, index) =>
      keys.indexOf(key) < index
        ? [result({ reason: "FieldValueDuplicate", field: `${path}[${index}]`, message: `Duplicate value: ${key}` })]
        : [],
    ),
  ]);
}

/** What tells the items of a list apart, as JSON; empty for lists that are neither sets nor maps. */
function keysOf(schema: Schema, list: readonly unknown[]): readonly string[] {
  switch (schema["x-kubernetes-list-type"]) {
    case "set":
      return list.map(canonicalJson);
    case "map": {
      const names = schema["x-kubernetes-list-map-keys"] ?? [];
      return list.map((item) =>
        canonicalJson(Object.fromEntries(names.map((name) => [name, isRecord(item) ? item[name] : null]))),
      );
    }
    default:
      return [];
  }
}

function checkObject(schema: Schema, object: Readonly<Record<string, unknown>>, path: string): Result {
  const { properties = {}, additionalProperties, minProperties, maxProperties } = schema;
  const count = Object.keys(object).length;
  if (minProperties !== undefined && count < minProperties) {
    return result(invalid(path, count, `${path} in body should have at least ${minProperties} properties`));
  }
  if (maxProperties !== undefined && count > maxProperties) return result(tooMany(path, count, maxProperties));
  const below = (name: string): string => (path === "" ? name : `${path}.${name}`);
  return merge([
    ...Object.entries(object).flatMap(([name, value]) => {
      const child = properties[name] ?? (isRecord(additionalProperties) ? additionalProperties : undefined);
      return child === undefined ? [] : [checkNode(child, value, below(name))];
    }),
    ...(schema["x-kubernetes-embedded-resource"] === true ? ["apiVersion", "kind"] : []).flatMap((name) =>
      name in object ? [] : [result(required(below(name), "must not be empty"))],
    ),
    ...(schema.required ?? []).flatMap((name) => (name in object ? [] : [result(required(below(name)))])),
  ]);
}
