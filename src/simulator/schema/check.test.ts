import { expect, test } from "vitest";
import { check } from "./check.ts";
import type { Schema } from "./schema.ts";
import { lines } from "./testing.ts";

const withA = { required: ["a"] };
const withB = { required: ["b"] };
const object = (fields: Readonly<Record<string, Schema>>, more: Schema = {}): Schema => ({
  type: "object",
  properties: fields,
  ...more,
});

const rows: readonly (readonly [string, Schema, unknown, readonly string[]])[] = [
  ["type", { type: "integer" }, "a", ['Invalid value: "string": x in body must be of type integer: "string"']],
  ["type", { type: "integer" }, 1.5, ['Invalid value: "number": x in body must be of type integer: "number"']],
  ["type", { type: "number" }, 1, []],
  ["type", { type: "boolean" }, 1, ['Invalid value: "integer": x in body must be of type boolean: "integer"']],
  ["type", { type: "object" }, [], ['Invalid value: "array": x in body must be of type object: "array"']],
  ["null", { type: "object" }, null, ['Invalid value: "null": x in body must be of type object: "null"']],
  ["null", { type: "object", nullable: true, minProperties: 1 }, null, []],
  ["int or string", { "x-kubernetes-int-or-string": true }, "a", []],
  ["int or string", { "x-kubernetes-int-or-string": true }, 1, []],
  [
    "int or string",
    { "x-kubernetes-int-or-string": true },
    true,
    ['Invalid value: "boolean": x in body must be of type integer,string: "boolean"'],
  ],
  ["anything", { "x-kubernetes-preserve-unknown-fields": true }, [1, "a"], []],
  ["enum", { type: "string", enum: ["a", "b"] }, "c", ['Unsupported value: "c": supported values: "a", "b"']],
  ["enum", { type: "integer", enum: [1, 2] }, 3, ['Unsupported value: 3: supported values: "1", "2"']],
  ["enum", { type: "object", enum: [{ a: 1 }] }, { a: 1 }, []],
  ["minLength", { minLength: 2 }, "é", ['Invalid value: "é": x in body should be at least 2 chars long']],
  ["maxLength", { maxLength: 2 }, "abc", ["Too long: may not be more than 2 bytes"]],
  ["pattern", { pattern: "^a+$" }, "b", ["Invalid value: \"b\": x in body should match '^a+$'"]],
  ["pattern", { pattern: String.raw`(?i)\Aa+\z` }, "AA", []],
  ["format", { format: "date-time" }, "2026-01-01T00:00:00Z", []],
  ["format", { format: "date-time" }, "now", ['Invalid value: "now": x in body must be of type date-time: "now"']],
  ["format", { format: "unheard-of" }, "now", []],
  ["minimum", { minimum: 1 }, 0, ["Invalid value: 0: x in body should be greater than or equal to 1"]],
  ["minimum", { minimum: 1, exclusiveMinimum: true }, 1, ["Invalid value: 1: x in body should be greater than 1"]],
  ["maximum", { maximum: 1 }, 2, ["Invalid value: 2: x in body should be less than or equal to 1"]],
  ["maximum", { maximum: 1, exclusiveMaximum: true }, 1, ["Invalid value: 1: x in body should be less than 1"]],
  ["multipleOf", { multipleOf: 2 }, 3, ["Invalid value: 3: x in body should be a multiple of 2"]],
  ["multipleOf", { multipleOf: 0.1 }, 0.3, []],
  ["minItems", { minItems: 1 }, [], ["Invalid value: 0: x in body should have at least 1 items"]],
  ["maxItems", { maxItems: 1 }, [1, 2], ["Too many: 2: must have at most 1 items"]],
  ["uniqueItems", { uniqueItems: true }, [1, 1], ["Invalid value: 2: x in body shouldn't contain duplicates"]],
  ["set", { type: "array", "x-kubernetes-list-type": "set" }, ["a", "a"], ['x[1]: Duplicate value: "a"']],
  [
    "map",
    { type: "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"] },
    [{ name: "a", b: 1 }, { name: "a" }, { name: "b" }],
    ['x[1]: Duplicate value: {"name":"a"}'],
  ],
  [
    "items",
    { items: { type: "string" } },
    ["a", 1],
    ['x[1]: Invalid value: "integer": x[1] in body must be of type string: "integer"'],
  ],
  [
    "additionalProperties",
    { additionalProperties: { type: "string" } },
    { a: 1 },
    ['x.a: Invalid value: "integer": x.a in body must be of type string: "integer"'],
  ],
  ["minProperties", { minProperties: 1 }, {}, ["Invalid value: 0: x in body should have at least 1 properties"]],
  ["maxProperties", { maxProperties: 1 }, { a: 1, b: 1 }, ["Too many: 2: must have at most 1 items"]],
  ["required", { required: ["a", "b"] }, { b: 1 }, ["x.a: Required value"]],
  [
    "embedded",
    { type: "object", "x-kubernetes-embedded-resource": true },
    { kind: "A" },
    ["x.apiVersion: Required value: must not be empty"],
  ],
  [
    "oneOf",
    { oneOf: [withA, withB] },
    {},
    [
      '<nil>: Invalid value: "": "x" must validate one and only one schema (oneOf). Found none valid',
      "x.a: Required value",
    ],
  ],
  [
    "oneOf",
    { oneOf: [withA, withB] },
    { a: 1, b: 1 },
    ['<nil>: Invalid value: "": "x" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
  ],
  ["oneOf", { oneOf: [withA, withB] }, { b: 1 }, []],
  [
    "the closest alternative is told about",
    { anyOf: [{ required: ["c", "d"] }, object({ a: { minimum: 3 }, b: { minimum: 3 } })] },
    { a: 3, b: 1 },
    [
      '<nil>: Invalid value: "": "x" must validate at least one schema (anyOf)',
      "x.b: Invalid value: 1: x.b in body should be greater than or equal to 3",
    ],
  ],
  ["anyOf", { anyOf: [withA, withB] }, { a: 1, b: 1 }, []],
  [
    "allOf",
    { allOf: [withA, withB] },
    { a: 1 },
    ["x.b: Required value", '<nil>: Invalid value: "": "x" must validate all the schemas (allOf)'],
  ],
  [
    "allOf",
    { allOf: [withA] },
    {},
    ["x.a: Required value", '<nil>: Invalid value: "": "x" must validate all the schemas (allOf). None validated'],
  ],
  ["not", { not: withA }, { a: 1 }, ['<nil>: Invalid value: "": "x" must not validate the schema (not)']],
  ["not", { not: withA }, {}, []],
];

test.each(rows)("%s %j of %j", (_, schema, value, says) => {
  const told = says.map((line) => (/^(x[.[]|<nil>)/.test(line) ? line : `x: ${line}`));
  expect(lines(check(object({ x: schema }), { x: value }))).toEqual(told);
});

test("each kind of problem has its reason", () => {
  const schema = object(
    {
      type: { type: "string" },
      text: { maxLength: 1 },
      list: { maxItems: 0 },
      value: { minimum: 1 },
      known: { enum: ["a"] },
      set: { "x-kubernetes-list-type": "set" },
    },
    { required: ["missing"] },
  );
  const causes = check(schema, { type: 1, text: "ab", list: [1], value: 0, known: "b", set: [1, 1] });
  expect(causes.map(({ field, reason }) => [field, reason])).toEqual([
    ["type", "FieldValueTypeInvalid"],
    ["text", "FieldValueTooLong"],
    ["list", "FieldValueTooMany"],
    ["value", "FieldValueInvalid"],
    ["known", "FieldValueNotSupported"],
    ["set[1]", "FieldValueDuplicate"],
    ["missing", "FieldValueRequired"],
  ]);
});
