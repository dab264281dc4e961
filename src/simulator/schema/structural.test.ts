import { expect, test } from "vitest";
import type { Schema } from "./schema.ts";
import { structuralProblems } from "./structural.ts";
import { lines } from "./testing.ts";

const root = (spec: Schema): Schema => ({ type: "object", properties: { spec } });

const rows: readonly (readonly [string, Schema, readonly string[]])[] = [
  ["plain", root({ type: "object", properties: { a: { type: "string" } } }), []],
  ["open", { type: "object", "x-kubernetes-preserve-unknown-fields": true }, []],
  [
    "names restricted",
    {
      type: "object",
      properties: { metadata: { type: "object", properties: { name: { type: "string", maxLength: 9 } } } },
    },
    [],
  ],
  ["int or string", root({ "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] }), []],
  [
    "int or string, in another way",
    root({
      "x-kubernetes-int-or-string": true,
      allOf: [{ anyOf: [{ type: "integer" }, { type: "string" }] }],
      pattern: "^a",
    }),
    [],
  ],
  [
    "alternatives",
    root({
      type: "object",
      properties: { a: { type: "string" } },
      oneOf: [{ required: ["a"] }, { properties: { a: { maxLength: 1 } } }],
    }),
    [],
  ],
  ["no type", {}, ["S.type: Required value: must not be empty at the root"]],
  [
    "another type",
    { type: "array", items: { type: "string" } },
    ['S.type: Invalid value: "array": must be object at the root'],
  ],
  [
    "types missing below",
    root({ type: "object", properties: { a: {}, b: { type: "array", items: {} }, c: { type: "array" } } }),
    [
      "S.properties[spec].properties[a].type: Required value: must not be empty for specified object fields",
      "S.properties[spec].properties[b].items.type: Required value: must not be empty for specified array items",
      "S.properties[spec].properties[c].items: Required value: must be specified",
    ],
  ],
  [
    "additional properties",
    { type: "object", properties: { a: { type: "string" } }, additionalProperties: true },
    [
      "S.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive",
      "S.additionalProperties: Forbidden: must not be used at the root",
    ],
  ],
  [
    "metadata",
    {
      type: "object",
      properties: {
        metadata: { type: "object", properties: { labels: { type: "object" } } },
        kind: { type: "integer" },
      },
    },
    [
      'S.properties[kind].type: Invalid value: "integer": must be string',
      "S.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified",
    ],
  ],
  [
    "embedded",
    root({ type: "array", items: { type: "string" }, "x-kubernetes-embedded-resource": true }),
    [
      'S.properties[spec].type: Invalid value: "array": must be object if x-kubernetes-embedded-resource is true',
      "S.properties[spec].properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields",
    ].sort(),
  ],
  [
    "int or string and open",
    root({ "x-kubernetes-int-or-string": true, "x-kubernetes-preserve-unknown-fields": true }),
    [
      "S.properties[spec].x-kubernetes-preserve-unknown-fields: Invalid value: true: must be false if x-kubernetes-int-or-string is true",
    ],
  ],
  [
    "more than values in an alternative",
    root({
      type: "object",
      properties: { a: { type: "string" } },
      anyOf: [{ type: "object", properties: { a: { default: "x", nullable: true } } }],
      not: { additionalProperties: true },
    }),
    [
      "S.properties[spec].anyOf[0].properties[a].default: Forbidden: must be undefined to be structural",
      "S.properties[spec].anyOf[0].properties[a].nullable: Forbidden: must be false to be structural",
      "S.properties[spec].anyOf[0].type: Forbidden: must be empty to be structural",
      "S.properties[spec].not.additionalProperties: Forbidden: must be undefined to be structural",
    ],
  ],
  [
    "fields that only an alternative has",
    {
      type: "object",
      properties: { a: { type: "object" } },
      oneOf: [{ properties: { a: { properties: { b: {} } }, c: {} } }],
    },
    [
      "S.properties[a].properties[b]: Required value: because it is defined in S.oneOf[0].properties[a].properties[b]",
      "S.properties[c]: Required value: because it is defined in S.oneOf[0].properties[c]",
    ],
  ],
  [
    "patterns",
    root({ type: "string", pattern: "(" }),
    [
      'S.properties[spec].pattern: Invalid value: "(": must be a valid regular expression, but isn\'t: Invalid regular expression: /(/: Unterminated group',
    ],
  ],
  [
    "keys of lists",
    root({
      type: "object",
      properties: {
        plain: { type: "array", items: { type: "string" }, "x-kubernetes-list-map-keys": ["a"] },
        none: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "map" },
        map: {
          type: "array",
          items: { type: "object", properties: { a: { type: "string" } } },
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["a", "b"],
        },
      },
    }),
    [
      "S.properties[spec].properties[map].items.properties[a].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
      'S.properties[spec].properties[map].x-kubernetes-list-map-keys[1]: Invalid value: "b": entries must all be names of item properties',
      "S.properties[spec].properties[none].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map",
      "S.properties[spec].properties[plain].x-kubernetes-list-map-keys: Forbidden: must not be specified if x-kubernetes-list-type is not map",
    ],
  ],
];

test.each(rows)("%s", (_, schema, says) => {
  expect(lines(structuralProblems(schema, "S"))).toEqual(says);
});
