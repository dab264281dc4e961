import { expect, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import { createApiServer } from "../apiserver.ts";
import { began, createTestClient } from "./testing.ts";

const configs = "/api/v1/namespaces/default/configmaps";
const json = "application/json-patch+json";
const merge = "application/merge-patch+json";
const strategic = "application/strategic-merge-patch+json";
const apply = "application/apply-patch+yaml";
const intent = (data: object) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data });

async function open() {
  const client = createTestClient(createApiServer({ clock: createVirtualClock(began) }).transport);
  await client.done("POST", configs, { metadata: { name: "a" }, data: { color: "blue", size: "1" } });
  return client;
}

test.each([
  [json, [{ op: "replace", path: "/data/color", value: "red" }], { color: "red", size: "1" }],
  [merge, { data: { color: "red", size: null } }, { color: "red" }],
  [`${strategic}; charset=utf-8`, { data: { color: "red" } }, { color: "red", size: "1" }],
  [strategic, { data: { $patch: "replace", color: "red" } }, { color: "red" }],
] as const)("%s changes the object", async (type, body, data) => {
  const { done } = await open();
  const after = await done("PATCH", `${configs}/a`, body, type);
  expect([after["data"], after.metadata.resourceVersion]).toEqual([data, "6"]);
});

test.each([
  [
    "of no known format",
    "application/json",
    "",
    {},
    415,
    `the body of the request was in an unknown format - accepted media types include: ${[json, merge, strategic, apply].join(", ")}`,
  ],
  ["that is no JSON", merge, "", "{", 400, /^error decoding patch: /],
  ["that is no object", merge, "", [], 400, /^error decoding patch: /],
  ["whose test fails", json, "", [{ op: "test", path: "/data/color", value: "red" }], 422, /./],
  [
    "that renames",
    merge,
    "",
    { metadata: { name: "b" } },
    400,
    "the name of the object (b) does not match the name on the URL (a)",
  ],
  ["of an old version", merge, "", { metadata: { resourceVersion: "4" } }, 409, /the object has been modified/],
  [
    "with unknown fields, when strict",
    strategic,
    "?fieldValidation=Strict",
    { foo: { b: [1], a: "x" } },
    422,
    ' "" is invalid: patch: Invalid value: "map[foo:map[a:x b:[1]]]": strict decoding error: unknown field "foo"',
  ],
  [
    "with force, but no apply",
    merge,
    "?force=true",
    {},
    422,
    'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
  ],
  [
    "without a manager, but apply",
    apply,
    "",
    intent({}),
    422,
    'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  ],
  [
    "that takes what others own",
    apply,
    "?fieldManager=me",
    intent({ color: "red" }),
    409,
    'Apply failed with 1 conflict: conflict with "test" using v1: .data.color',
  ],
  [
    "of another kind",
    apply,
    "?fieldManager=me",
    { ...intent({}), kind: "Secret" },
    400,
    "invalid object type: v1, Kind=Secret (must be v1, Kind=ConfigMap)",
  ],
  [
    "with unknown fields, and apply",
    apply,
    "?fieldManager=me",
    { ...intent({}), foo: 1 },
    500,
    "failed to create typed patch object (default/a; /v1, Kind=ConfigMap): .foo: field not declared in schema",
  ],
] as const)("refuses a patch %s", async (_, type, query, body, code, message) => {
  const { send } = await open();
  const { status, body: answer } = await send("PATCH", `${configs}/a${query}`, body, type);
  expect([status, (answer as { readonly message: string }).message]).toEqual([
    code,
    typeof message === "string" ? message : (expect.stringMatching(message) as string),
  ]);
});

test("an apply creates what is not there, and owns what it says", async () => {
  const { send } = await open();
  const body = { ...intent({ color: "red" }), metadata: { name: "b" } };
  const created = await send("PATCH", `${configs}/b?fieldManager=me`, body, apply);
  expect(created).toEqual({
    status: 201,
    warnings: [],
    body: {
      ...body,
      metadata: {
        name: "b",
        namespace: "default",
        uid: expect.any(String) as string,
        resourceVersion: "6",
        creationTimestamp: "2026-01-01T00:00:00Z",
        managedFields: [
          {
            manager: "me",
            operation: "Apply",
            apiVersion: "v1",
            time: "2026-01-01T00:00:00Z",
            fieldsType: "FieldsV1",
            fieldsV1: { "f:data": { "f:color": {} } },
          },
        ],
      },
    },
  });
  expect(await send("PATCH", `${configs}/b?fieldManager=me`, body, apply)).toEqual({ ...created, status: 200 });
});

test("force takes a field from its owner", async () => {
  const { done } = await open();
  const after = await done("PATCH", `${configs}/a?fieldManager=me&force=true`, intent({ color: "red" }), apply);
  expect(after["data"]).toEqual({ color: "red", size: "1" });
});
