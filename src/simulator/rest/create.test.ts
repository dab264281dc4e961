import { expect, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import { createApiServer } from "../apiserver.ts";
import { began, createTestClient, failure, plainly } from "./testing.ts";

const open = () => createTestClient(createApiServer({ clock: createVirtualClock(began) }).transport);
const path = "/api/v1/namespaces/default/configmaps";
const config = (name: string, more: object = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data: { color: "blue" },
  ...more,
});

test("fills in what the server knows", async () => {
  const { send, get } = open();
  const { status, body } = await send("POST", path, {
    ...config("podinfo"),
    metadata: { name: "podinfo", uid: "mine", creationTimestamp: "2000-01-01T00:00:00Z", generation: 7 },
  });
  expect([status, body]).toEqual([
    201,
    {
      kind: "ConfigMap",
      apiVersion: "v1",
      metadata: {
        name: "podinfo",
        namespace: "default",
        uid: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        resourceVersion: "5",
        creationTimestamp: "2026-01-01T00:00:00Z",
        managedFields: [
          {
            manager: "test",
            operation: "Update",
            apiVersion: "v1",
            time: "2026-01-01T00:00:00Z",
            fieldsType: "FieldsV1",
            fieldsV1: { "f:data": { ".": {}, "f:color": {} } },
          },
        ],
      },
      data: { color: "blue" },
    },
  ]);
  expect((await get(`${path}/podinfo`)).body).toEqual(body);
});

test("makes names that begin as asked", async () => {
  const { done } = open();
  const make = async () => {
    const made = await done("POST", path, { ...config(""), metadata: { generateName: "podinfo-" } });
    return made.metadata.name;
  };
  const [first, second] = [await make(), await make()];
  expect(first).toMatch(/^podinfo-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  expect(second).not.toBe(first);
});

test("a dry run goes all the way but for the last step", async () => {
  const { done, get } = open();
  const made = await done("POST", `${path}?dryRun=All`, config("podinfo"));
  expect(made.metadata.resourceVersion).toBeUndefined();
  expect(plainly(made)).toEqual({
    ...config("podinfo"),
    metadata: { name: "podinfo", namespace: "default", creationTimestamp: "2026-01-01T00:00:00Z" },
  });
  expect((await get(`${path}/podinfo`)).status).toBe(404);
});

test.each([
  [
    "that is there",
    path,
    config("taken"),
    failure(409, "AlreadyExists", 'configmaps "taken" already exists', { name: "taken", kind: "configmaps" }),
  ],
  [
    "in no namespace",
    "/api/v1/namespaces/nowhere/configmaps",
    config("a"),
    failure(404, "NotFound", 'namespaces "nowhere" not found', { name: "nowhere", kind: "namespaces" }),
  ],
  [
    "of another namespace",
    path,
    { ...config("a"), metadata: { name: "a", namespace: "kube-system" } },
    failure(400, "BadRequest", "the namespace of the provided object does not match the namespace sent on the request"),
  ],
  [
    "without a name",
    path,
    { apiVersion: "v1", kind: "ConfigMap" },
    failure(
      422,
      "Invalid",
      'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
      {
        kind: "ConfigMap",
        causes: [
          {
            reason: "FieldValueRequired",
            message: "Required value: name or generateName is required",
            field: "metadata.name",
          },
        ],
      },
    ),
  ],
  [
    "of another version",
    path,
    { ...config("a"), apiVersion: "v2" },
    failure(400, "BadRequest", "the API version in the data (v2) does not match the expected API version (v1)"),
  ],
  [
    "of a version that it cannot have",
    path,
    { ...config("a"), metadata: { name: "a", resourceVersion: "3" } },
    failure(500, "", "resourceVersion should not be set on objects to be created"),
  ],
  [
    "with a dry run of another kind",
    `${path}?dryRun=Some`,
    config("a"),
    failure(
      422,
      "Invalid",
      'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
      {
        group: "meta.k8s.io",
        kind: "CreateOptions",
        causes: [
          {
            reason: "FieldValueNotSupported",
            message: 'Unsupported value: ["Some"]: supported values: "All"',
            field: "dryRun",
          },
        ],
      },
    ),
  ],
  [
    "with unknown and double fields, when strict",
    `${path}?fieldValidation=Strict`,
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"a":"1","a":"2"},"foo":1}',
    failure(
      400,
      "BadRequest",
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data.a", unknown field "foo"',
    ),
  ],
  [
    "with a value of another type",
    path,
    config("a", { data: { color: 1 } }),
    failure(
      400,
      "BadRequest",
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
    ),
  ],
] as const)("refuses an object %s", async (_, to, body, expected) => {
  const { send, done } = open();
  await done("POST", path, config("taken"));
  expect(await send("POST", to, body)).toEqual({ status: expected.code, body: expected, warnings: [] });
});

test("warns of fields that it drops", async () => {
  const { send } = open();
  const { status, body, warnings } = await send("POST", path, config("a", { foo: 1, data: { a: "b" } }));
  expect([status, (body as { readonly foo?: unknown }).foo, warnings]).toEqual([
    201,
    undefined,
    [String.raw`299 - "unknown field \"foo\""`],
  ]);
  expect((await send("POST", `${path}?fieldValidation=Ignore`, config("b", { foo: 1 }))).warnings).toEqual([]);
});

test("takes YAML, and refuses what it cannot read", async () => {
  const { done, send } = open();
  const yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  color: blue\n";
  expect((await done("POST", path, yaml, "application/yaml"))["data"]).toEqual({ color: "blue" });
  expect((await send("POST", path, "x", "text/plain")).body).toEqual(
    failure(
      415,
      "UnsupportedMediaType",
      "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml",
    ),
  );
});

test("a namespace that is going takes nothing new", async () => {
  const { done, send } = open();
  await done("POST", "/api/v1/namespaces", { metadata: { name: "old" } });
  await done("DELETE", "/api/v1/namespaces/old");
  expect((await send("POST", "/api/v1/namespaces/old/configmaps", config("a"))).body).toEqual(
    failure(
      403,
      "Forbidden",
      'configmaps "a" is forbidden: unable to create new content in namespace old because it is being terminated',
      {
        name: "a",
        kind: "configmaps",
        causes: [
          {
            reason: "NamespaceTerminating",
            message: "namespace old is being terminated",
            field: "metadata.namespace",
          },
        ],
      },
    ),
  );
});
