import { expect, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import { createApiServer } from "../apiserver.ts";
import { began, createTestClient } from "./testing.ts";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const widgets = "/apis/example.com/v1/namespaces/default/widgets";
const merge = "application/merge-patch+json";
const text = { type: "string" };
const schema = {
  openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties: { color: text } } } },
};
const definition = {
  metadata: { name: "widgets.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "widgets", kind: "Widget", singular: "widget" },
    versions: [{ name: "v1", served: true, storage: true, schema }],
  },
};

async function open() {
  const server = createApiServer({ clock: createVirtualClock(began) });
  const client = createTestClient(server.transport);
  const created = await client.done("POST", definitions, definition);
  const written: string[] = [];
  server.onWrite(({ type, object }) => written.push(`${type} ${object.metadata.name}`));
  const create = async (name: string, more: object = {}) =>
    client.done("POST", widgets, { metadata: { name }, spec: { color: "blue" }, ...more });
  return { created, written, create, ...client };
}

const condition = (type: string, reason: string, message: string) => ({
  type,
  status: "True",
  lastTransitionTime: "2026-01-01T00:00:00Z",
  reason,
  message,
});

test("a definition is served as soon as it is there", async () => {
  const { created, create, get } = await open();
  expect(created["status"]).toEqual({
    conditions: [
      condition("NamesAccepted", "NoConflicts", "no conflicts found"),
      condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
    ],
    acceptedNames: { plural: "widgets", kind: "Widget", singular: "widget", listKind: "WidgetList" },
    storedVersions: ["v1"],
  });
  const widget = await create("a");
  expect(widget).toMatchObject({ apiVersion: "example.com/v1", kind: "Widget", metadata: { generation: 1 } });
  expect((await get(widgets)).body).toEqual({
    kind: "WidgetList",
    apiVersion: "example.com/v1",
    metadata: { resourceVersion: "6" },
    items: [widget],
  });
  expect((await get("/apis/example.com/v1")).body).toMatchObject({ groupVersion: "example.com/v1" });
});

test("another version shows the same objects under its name", async () => {
  const { create, get, done } = await open();
  await create("a");
  const versions = [...definition.spec.versions, { name: "v2", served: true, storage: false, schema }];
  const changed = await done("PATCH", `${definitions}/widgets.example.com`, { spec: { versions } }, merge);
  expect(changed["status"]).toMatchObject({ storedVersions: ["v1"] });
  expect((await get("/apis/example.com/v2/namespaces/default/widgets/a")).body).toMatchObject({
    apiVersion: "example.com/v2",
    spec: { color: "blue" },
  });
});

test("the objects go with their definition", async () => {
  const { create, send, get, written } = await open();
  await create("a");
  await create("b");
  const { status, body } = await send("DELETE", `${definitions}/widgets.example.com`);
  expect([status, body]).toMatchObject([200, { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }]);
  expect(written).toEqual([
    "ADDED a",
    "ADDED b",
    "MODIFIED widgets.example.com",
    "DELETED a",
    "DELETED b",
    "DELETED widgets.example.com",
  ]);
  expect(await get(widgets)).toEqual({ status: 404, body: "404 page not found\n", warnings: [] });
});

test("a definition stays until the last object is gone", async () => {
  const { create, send, done, get } = await open();
  await create("a", { metadata: { name: "a", finalizers: ["example.com/wait"] } });
  await send("DELETE", `${definitions}/widgets.example.com`);
  const { metadata } = await done("GET", `${definitions}/widgets.example.com`);
  expect(metadata.finalizers).toEqual(["customresourcecleanup.apiextensions.k8s.io"]);
  await done("PATCH", `${widgets}/a`, { metadata: { finalizers: null } }, merge);
  expect((await get(`${definitions}/widgets.example.com`)).status).toBe(404);
});

test("custom resources take no strategic merge patches, and no update without a version", async () => {
  const { create, send } = await open();
  const { metadata: _, ...widget } = await create("a");
  const patch = await send("PATCH", `${widgets}/a`, {}, "application/strategic-merge-patch+json");
  const put = await send("PUT", `${widgets}/a`, { ...widget, metadata: { name: "a" } });
  expect([patch.body, put.body]).toMatchObject([
    { code: 415 },
    {
      code: 422,
      message:
        'widgets.example.com "a" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    },
  ]);
});

test("a definition that cannot be served is refused", async () => {
  const { send } = await open();
  const { status } = await send("POST", definitions, { ...definition, metadata: { name: "other" } });
  expect(status).toBe(422);
});
