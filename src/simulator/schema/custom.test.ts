import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { crds } from "../../api/crds.ts";
import { kubernetesAjv } from "../../api/validation.ts";
import type { ServedResource, StoredObject } from "../resource.ts";
import { customResources, InvalidDefinition } from "./custom.ts";
import { prune } from "./prune.ts";
import type { Schema } from "./schema.ts";
import { cells, lines, objectOf } from "./testing.ts";

const spec = {
  group: "example.com",
  scope: "Namespaced",
  names: { plural: "widgets", kind: "Widget", listKind: "WidgetList", shortNames: ["wd"] },
};

const schema: Schema = {
  type: "object",
  required: ["spec"],
  properties: {
    spec: {
      type: "object",
      required: ["size"],
      properties: {
        size: { type: "integer", minimum: 1 },
        color: { type: "string", default: "red", enum: ["red", "blue"] },
        replicas: { type: "integer" },
      },
    },
    status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
  },
};

const version = {
  name: "v1",
  served: true,
  storage: true,
  schema: { openAPIV3Schema: schema },
  subresources: { status: {}, scale: { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" } },
  additionalPrinterColumns: [
    { name: "Size", type: "integer", jsonPath: ".spec.size" },
    { name: "Color", type: "string", jsonPath: ".spec.color", priority: 1, description: "The paint." },
    { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: "Weights", type: "string", jsonPath: ".status.weights" },
    { name: "Done", type: "boolean", jsonPath: ".status.done" },
    { name: "Since", type: "date", jsonPath: ".status.since" },
  ],
};

const dns1035 =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

const definitionOf = (change: object = {}, versions: readonly object[] = [version]): StoredObject => ({
  metadata: { name: "widgets.example.com" },
  spec: { ...spec, versions, ...change },
});

function servedBy(crd: StoredObject): ServedResource {
  const [resource] = customResources(crd);
  if (resource === undefined) throw new Error("nothing is served");
  return resource;
}

const widgets = servedBy(definitionOf());

test("a definition is a kind", () => {
  const { schema: _, columns: __, complete: ___, validate: ____, ...rest } = widgets;
  expect(rest).toEqual({
    group: "example.com",
    version: "v1",
    kind: "Widget",
    plural: "widgets",
    singular: "widget",
    shortNames: ["wd"],
    categories: [],
    namespaced: true,
    status: true,
    scale: { spec: ".spec.replicas", status: ".status.replicas" },
    generation: true,
    custom: true,
  });
});

test("each served version is one", () => {
  const versions = [
    version,
    { name: "v2", served: true, storage: false, schema: version.schema },
    { ...version, name: "v0", served: false, storage: false },
  ];
  expect(
    customResources(definitionOf({ scope: "Cluster" }, versions)).map(
      ({ version: name, namespaced, status, scale }) => [name, namespaced, status, scale === undefined],
    ),
  ).toEqual([
    ["v1", false, true, false],
    ["v2", false, false, true],
  ]);
});

test("columns are what the definition says", () => {
  const object = {
    metadata: { name: "a" },
    spec: { size: 3, color: "blue" },
    status: {
      conditions: [{ type: "Ready", status: "True" }],
      weights: [1, 2],
      done: true,
      since: "1970-01-01T00:00:00Z",
    },
  };
  expect(cells(widgets, object, 90_000)).toEqual({
    Name: "a",
    Size: 3,
    Color: "blue",
    Ready: "True",
    Weights: "[1,2]",
    Done: true,
    Since: "90s",
  });
  expect(cells(widgets, { spec: { size: "3" } })).toEqual({
    Name: "a",
    Size: null,
    Color: null,
    Ready: null,
    Weights: null,
    Done: null,
    Since: null,
  });
  expect(widgets.columns.map(({ name, priority, description }) => [name, priority, description]).slice(1, 3)).toEqual([
    ["Size", 0, "Custom resource definition column (in JSONPath format): .spec.size"],
    ["Color", 1, "The paint."],
  ]);
});

test("the age is shown where there are no columns", () => {
  const [plain] = customResources(definitionOf({}, [{ ...version, additionalPrinterColumns: undefined }]));
  expect(plain?.columns.map(({ name, type }) => [name, type])).toEqual([
    ["Name", "string"],
    ["Age", "date"],
  ]);
});

test("objects are pruned, completed and checked", () => {
  const given = objectOf(widgets, {
    metadata: { labels: {} },
    spec: { size: 0, colour: "blue", color: null },
    other: 1,
  });
  const complete = widgets.complete(prune(widgets.schema, given));
  expect(complete).toEqual({
    apiVersion: "example.com/v1",
    kind: "Widget",
    metadata: { name: "a" },
    spec: { size: 0, color: "red" },
  });
  expect(lines(widgets.validate(complete, undefined))).toEqual([
    "spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1",
  ]);
  expect(lines(widgets.validate(objectOf(widgets, { metadata: { name: "" } }), undefined))).toEqual([
    "metadata.name: Required value: name or generateName is required",
    "spec: Required value",
  ]);
  expect(
    lines(widgets.validate(objectOf(widgets, { metadata: { labels: "a" }, spec: { size: 1 } }), undefined)),
  ).toEqual([
    'metadata: Invalid value: {"name":"a","labels":"a"}: json: cannot unmarshal string into Go struct field ObjectMeta.labels of type map[string]string',
  ]);
});

test.each<readonly [string, StoredObject, readonly string[]]>([
  [
    "names",
    definitionOf({ names: { ...spec.names, plural: "Widgets", kind: "1", listKind: "1" } }),
    [
      'metadata.name: Invalid value: "widgets.example.com": must be spec.names.plural+"."+spec.group',
      `spec.names.plural: Invalid value: "Widgets": ${dns1035}`,
      `spec.names.kind: Invalid value: "1": may have mixed case, but should otherwise match: ${dns1035}`,
      `spec.names.listKind: Invalid value: "1": may have mixed case, but should otherwise match: ${dns1035}`,
      'spec.names.listKind: Invalid value: "1": kind and listKind may not be the same',
    ],
  ],
  [
    "scope",
    definitionOf({ scope: "World" }),
    ['spec.scope: Unsupported value: "World": supported values: "Cluster", "Namespaced"'],
  ],
  [
    "no schema",
    definitionOf({}, [{ name: "v1", served: true, storage: true }]),
    ["spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required"],
  ],
  [
    "no structure",
    definitionOf({}, [{ ...version, schema: { openAPIV3Schema: { type: "object", properties: { spec: {} } } } }]),
    [
      "spec.validation.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields",
    ],
  ],
  [
    "columns",
    definitionOf({}, [{ ...version, additionalPrinterColumns: [{ name: "A", type: "text", jsonPath: "spec" }] }]),
    [
      'spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
      'spec.additionalPrinterColumns[0].jsonPath: Invalid value: "spec": must be a simple json path starting with .',
    ],
  ],
])("a wrong definition: %s", (_, crd, says) => {
  expect(() => customResources(crd)).toThrow(InvalidDefinition);
  expect(thrown(() => customResources(crd))).toEqual(says);
});

function thrown(run: () => unknown): readonly string[] {
  try {
    run();
    return [];
  } catch (error) {
    return error instanceof InvalidDefinition ? lines(error.causes) : [String(error)];
  }
}

describe("the API of Headgate", () => {
  const canaries = servedBy(crds()[0] as unknown as StoredObject);
  const { versions } = crds()[0]?.spec as { versions: readonly { schema: { openAPIV3Schema: object } }[] };
  const accepts = kubernetesAjv().compile(versions[0]?.schema.openAPIV3Schema ?? false);
  const samples = parseAllDocuments(
    readFileSync(new URL("../../api/testdata/canaries.yaml", import.meta.url), "utf8"),
  ).map((document) => document.toJS() as StoredObject);

  test.each(samples.map((sample) => [sample.metadata.name, sample] as const))(
    "%s and what differs from it in one place are judged as by ajv",
    (_, sample) => {
      const judged = variants(sample).map((object) => ({
        object,
        accepted: canaries.validate(object, undefined).length === 0,
      }));
      expect(judged.filter(({ object, accepted }) => accepted !== accepts(object))).toEqual([]);
      expect(new Set(judged.map(({ accepted }) => accepted))).toEqual(new Set([true, false]));
    },
  );

  test("samples stay as they are", () => {
    for (const sample of samples) expect(canaries.complete(prune(canaries.schema, sample))).toEqual(sample);
  });
});

/** The object, and copies with each field outside of metadata taken away or replaced. */
function variants(object: StoredObject): readonly StoredObject[] {
  const others: readonly unknown[] = [undefined, null, "nope", 1.5];
  const { metadata, ...fields } = object;
  return [object, ...changed(fields, others).map((change) => ({ ...(change as object), metadata }))];
}

function changed(value: unknown, others: readonly unknown[]): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  const keys = Object.keys(value);
  const old = value as Readonly<Record<string, unknown>>;
  const put = (key: string, other: unknown): unknown => {
    if (Array.isArray(value)) return value.map((item: unknown, index) => (String(index) === key ? other : item));
    const { [key]: _, ...rest } = old;
    return other === undefined ? rest : { ...rest, [key]: other };
  };
  return keys.flatMap((key) => [
    ...others.filter((other) => other !== undefined || !Array.isArray(value)).map((other) => put(key, other)),
    ...changed(old[key], others).map((other) => put(key, other)),
  ]);
}
