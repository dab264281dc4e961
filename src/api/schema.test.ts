import { expect, test } from "vitest";
import { alertProviderSchema } from "./alertprovider.ts";
import { canarySchema } from "./canary.ts";
import { openApiSchema } from "./crds.ts";
import { metricTemplateSchema } from "./metrictemplate.ts";

type Node = Readonly<Record<string, unknown>>;

/** What a node of a structural schema may say. */
const allowed = new Set([
  "description",
  "type",
  "properties",
  "required",
  "items",
  "additionalProperties",
  "enum",
  "pattern",
  "format",
  "default",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "maxItems",
  "multipleOf",
  "oneOf",
  "x-kubernetes-int-or-string",
  "x-kubernetes-validations",
]);

/** What a branch of `oneOf` may say. */
const allowedInBranch = new Set(["required", "not", "anyOf", "oneOf", "properties"]);

/** Formats that the API server knows; others make it warn. */
const formats = new Set(["date-time"]);

/** The breaches of the rules for structural schemas, as `PATH: WHAT`. */
function breaches(node: Node, path: string, depth = 0): readonly string[] {
  const { type, properties, items, additionalProperties, oneOf, format, description } = node;
  const children = [
    ...Object.entries(nodes(properties)).map(([name, child]) => [`${path}.${name}`, child] as const),
    ...(items === undefined ? [] : [[`${path}[]`, items as Node] as const]),
    ...(additionalProperties === undefined ? [] : [[`${path}.*`, additionalProperties as Node] as const]),
  ];
  const shapes: Readonly<Record<string, unknown>> = { object: properties ?? additionalProperties, array: items };
  return [
    ...Object.keys(node).flatMap((key) => (allowed.has(key) ? [] : [`${path}: ${key} is not allowed`])),
    ...(typeof type === "string" || node["x-kubernetes-int-or-string"] === true ? [] : [`${path}: has no type`]),
    ...(type !== undefined && node["x-kubernetes-int-or-string"] === true ? [`${path}: has a type too many`] : []),
    ...(properties !== undefined && additionalProperties !== undefined ? [`${path}: has fixed and free keys`] : []),
    ...(typeof type === "string" && type in shapes && shapes[type] === undefined && path !== ".metadata"
      ? [`${path}: says nothing about its contents`]
      : []),
    ...(format === undefined || formats.has(format as string) ? [] : [`${path}: unknown format`]),
    // What lists and maps hold is described by the list or map.
    ...(description === undefined && !/(\[\]|\.\*)$/.test(path) && path !== ".metadata"
      ? [`${path}: has no description`]
      : []),
    ...branchBreaches(oneOf, node, `${path}.oneOf`),
    ...(depth > 20 ? [`${path}: too deep`] : children.flatMap(([at, child]) => breaches(child, at, depth + 1))),
  ];
}

/** In a branch nothing may be said but which fields there are, and only about fields that the node itself has. */
function branchBreaches(oneOf: unknown, owner: Node, path: string): readonly string[] {
  const properties = nodes(owner["properties"]);
  return list(oneOf).flatMap((branch) => [
    ...Object.keys(branch).flatMap((key) => (allowedInBranch.has(key) ? [] : [`${path}: ${key} is not allowed`])),
    ...((branch["required"] ?? []) as readonly string[]).flatMap((name) =>
      name in properties ? [] : [`${path}: ${name} is no field`],
    ),
    ...branchBreaches(branch["anyOf"], owner, path),
    ...branchBreaches(branch["not"] === undefined ? undefined : [branch["not"]], owner, path),
    ...Object.entries(nodes(branch["properties"])).flatMap(([name, child]) => {
      const field = properties[name];
      return field === undefined ? [`${path}: ${name} is no field`] : branchBreaches([child], field, `${path}.${name}`);
    }),
    ...branchBreaches(branch["oneOf"], owner, path),
  ]);
}

function nodes(value: unknown): Readonly<Record<string, Node>> {
  return (value ?? {}) as Readonly<Record<string, Node>>;
}

function list(value: unknown): readonly Node[] {
  return (value ?? []) as readonly Node[];
}

test.each([
  ["Canary", canarySchema],
  ["MetricTemplate", metricTemplateSchema],
  ["AlertProvider", alertProviderSchema],
])("the schema of %s is structural and described throughout", (_, schema) => {
  expect(breaches(openApiSchema(schema) as Node, "")).toEqual([]);
});

test.each([
  [{ description: "x" }, [": has no type"]],
  [{ description: "x", type: "object" }, [": says nothing about its contents"]],
  [{ description: "x", type: "string", nullable: true }, [": nullable is not allowed"]],
  [{ type: "string", format: "url" }, [": unknown format", ": has no description"]],
  [
    { description: "x", type: "object", properties: {}, oneOf: [{ type: "object", required: ["a"] }] },
    [".oneOf: type is not allowed", ".oneOf: a is no field"],
  ],
])("the walk sees what is wrong with %j", (schema, expected) => {
  expect(breaches(schema, "")).toEqual(expected);
});
