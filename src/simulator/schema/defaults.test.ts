import { expect, test } from "vitest";
import { withDefaults } from "./defaults.ts";
import type { Schema } from "./schema.ts";

const schema: Schema = {
  type: "object",
  properties: {
    plain: { type: "integer", default: 1 },
    bare: { type: "string" },
    maybe: { type: "string", nullable: true, default: "x" },
    nested: { type: "object", default: {}, properties: { deep: { type: "string", default: "d" } } },
    optional: { type: "object", properties: { deep: { type: "string", default: "d" } } },
    list: { type: "array", items: { type: "object", properties: { deep: { type: "string", default: "d" } } } },
    map: { type: "object", additionalProperties: { type: "string", default: "m" } },
    texts: { type: "array", items: { type: "string", default: "t" } },
  },
};

const given = { plain: 1, maybe: "x", nested: { deep: "d" } };

test.each([
  [{}, given],
  [
    { plain: 0, maybe: "", nested: { deep: "" } },
    { plain: 0, maybe: "", nested: { deep: "" } },
  ],
  [{ plain: null }, given],
  [{ bare: null }, given],
  [{ maybe: null }, { ...given, maybe: null }],
  [{ optional: {} }, { ...given, optional: { deep: "d" } }],
  [{ optional: null }, given],
  [{ list: [{}, { deep: "e" }] }, { ...given, list: [{ deep: "d" }, { deep: "e" }] }],
  [{ map: { a: null, b: "c" } }, { ...given, map: { a: "m", b: "c" } }],
  [{ texts: [null, "a"] }, { ...given, texts: ["t", "a"] }],
  [{ unknown: null }, { ...given, unknown: null }],
])("%j", (object, expected) => {
  expect(withDefaults<object>(schema, object)).toEqual(expected);
});
