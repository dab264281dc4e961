import { expect, test } from "vitest";
import { builtin, cells, objectOf, problems } from "../testing.ts";

const configMaps = builtin("ConfigMap");
const secrets = builtin("Secret");
const immutable = "Forbidden: field is immutable when `immutable` is set";

const rows: readonly (readonly [string, object, readonly string[], object?])[] = [
  ["ConfigMap", { data: { a: "1" }, binaryData: { b: "MQ==" } }, []],
  [
    "ConfigMap",
    { data: { "..": "", a: "" }, binaryData: { a: "" } },
    [
      "data[..]: Invalid value: \"..\": must not be '..'",
      'data[a]: Invalid value: "a": duplicate of key present in binaryData',
    ],
  ],
  ["ConfigMap", { data: { a: "x".repeat(1024 * 1024 + 1) } }, [": Too long: may not be more than 1048576 bytes"]],
  ["ConfigMap", { data: { a: "2" } }, [], { data: { a: "1" } }],
  [
    "ConfigMap",
    { data: { a: "2" } },
    [`immutable: ${immutable}`, `data: ${immutable}`],
    { immutable: true, data: { a: "1" } },
  ],
  ["Secret", { stringData: { a: "1" } }, []],
  ["Secret", { type: "kubernetes.io/tls", stringData: { "tls.crt": "a" } }, ["data[tls.key]: Required value"]],
  ["Secret", { type: "other" }, ['type: Invalid value: "other": field is immutable'], {}],
];

test.each(rows.map((row) => [row[0], row[1], row] as const))(
  "what is wrong with a %s %j",
  (kind, object, [, , says, before]) => {
    expect(problems(builtin(kind), { ...object }, before === undefined ? undefined : { ...before })).toEqual(says);
  },
);

test("text of a Secret becomes data", () => {
  const given = objectOf(secrets, { data: { a: "MQ==", b: "Mg==" }, stringData: { b: "ü" } });
  expect(secrets.complete(given)).toEqual({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "a" },
    type: "Opaque",
    data: { a: "MQ==", b: "w7w=" },
  });
});

test("what kubectl shows", () => {
  expect(cells(configMaps, { data: { a: "" }, binaryData: { b: "" } })).toEqual({
    Name: "a",
    Data: 2,
    Age: "<unknown>",
  });
  expect(cells(secrets, { type: "Opaque" })).toEqual({ Name: "a", Type: "Opaque", Data: 0, Age: "<unknown>" });
});
