import { expect, test } from "vitest";
import { definition } from "./definitions.ts";
import { prune, unknownFields } from "./prune.ts";
import type { Schema } from "./schema.ts";

const custom: Schema = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      properties: {
        list: { type: "array", items: { type: "object", properties: { a: { type: "integer" } } } },
        map: { type: "object", additionalProperties: { type: "object", properties: { a: { type: "integer" } } } },
        free: { type: "object", additionalProperties: true },
        open: {
          type: "object",
          "x-kubernetes-preserve-unknown-fields": true,
          properties: { known: { type: "object", properties: {} } },
        },
        empty: { type: "object" },
        embedded: { type: "object", "x-kubernetes-embedded-resource": true, properties: { spec: { type: "object" } } },
      },
    },
  },
};

const rows: readonly (readonly [string, Schema, unknown, unknown, readonly string[]])[] = [
  [
    "everything that is known stays",
    custom,
    { apiVersion: "v1", kind: "A", metadata: { name: "a" }, spec: { list: [{ a: 1 }] } },
    { apiVersion: "v1", kind: "A", metadata: { name: "a" }, spec: { list: [{ a: 1 }] } },
    [],
  ],
  [
    "unknown fields go",
    custom,
    { spec: { foo: 1, list: [{ a: 1 }, { b: 2 }], map: { x: { a: 1, b: 2 } }, empty: { a: 1 } }, other: {} },
    { spec: { list: [{ a: 1 }, {}], map: { x: { a: 1 } }, empty: {} } },
    ["spec.foo", "spec.list[1].b", "spec.map.x.b", "spec.empty.a", "other"],
  ],
  [
    "unless they are wanted",
    custom,
    { spec: { free: { a: 1 }, open: { a: { b: 1 }, known: { c: 1 } } } },
    { spec: { free: { a: 1 }, open: { a: { b: 1 }, known: {} } } },
    ["spec.open.known.c"],
  ],
  [
    "an embedded object keeps what all have",
    custom,
    { spec: { embedded: { apiVersion: "v1", kind: "A", metadata: { a: 1 }, status: {} } } },
    { spec: { embedded: { apiVersion: "v1", kind: "A", metadata: { a: 1 } } } },
    ["spec.embedded.status"],
  ],
  [
    "builtin kinds too",
    definition("v1.Pod"),
    { metadata: { name: "a", nmae: "b" }, spec: { containers: [{ name: "a", img: "b" }], nodeSelector: { any: "x" } } },
    { metadata: { name: "a" }, spec: { containers: [{ name: "a" }], nodeSelector: { any: "x" } } },
    ["metadata.nmae", "spec.containers[0].img"],
  ],
];

test.each(rows)("%s", (_, schema, object, pruned, unknown) => {
  expect(prune(schema, object)).toEqual(pruned);
  expect(unknownFields(schema, object)).toEqual(unknown);
});
