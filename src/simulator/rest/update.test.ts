import { expect, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import { createApiServer } from "../apiserver.ts";
import type { StoredObject } from "../resource.ts";
import { began, createTestClient } from "./testing.ts";

const configs = "/api/v1/namespaces/default/configmaps";
const deployments = "/apis/apps/v1/namespaces/default/deployments";
const template = {
  metadata: { labels: { app: "a" } },
  spec: { containers: [{ name: "app", image: "example.com/app:1" }] },
};
const deployment = { metadata: { name: "a" }, spec: { selector: { matchLabels: { app: "a" } }, template } };

async function open() {
  const clock = createVirtualClock(began);
  const client = createTestClient(createApiServer({ clock }).transport);
  const config = await client.done("POST", configs, { metadata: { name: "a" }, data: { color: "blue" } });
  return { clock, config, ...client };
}

const changed = (object: StoredObject, metadata: object, more: object = {}): object => ({
  ...object,
  metadata: { ...object.metadata, ...metadata },
  ...more,
});

test("replaces an object, and leaves what is the server's", async () => {
  const { clock, config, done } = await open();
  await clock.advance(5000);
  const metadata = { labels: { app: "web" }, creationTimestamp: "2000-01-01T00:00:00Z", generation: 9 };
  const after = await done("PUT", `${configs}/a`, changed(config, metadata, { data: { color: "red" } }));
  expect(after).toEqual({
    ...config,
    metadata: {
      ...config.metadata,
      labels: { app: "web" },
      resourceVersion: "6",
      managedFields: [
        {
          manager: "test",
          operation: "Update",
          apiVersion: "v1",
          time: "2026-01-01T00:00:05Z",
          fieldsType: "FieldsV1",
          fieldsV1: { "f:data": { ".": {}, "f:color": {} }, "f:metadata": { "f:labels": { ".": {}, "f:app": {} } } },
        },
      ],
    },
    data: { color: "red" },
  });
});

test("what changes nothing makes no new version", async () => {
  const { clock, config, done } = await open();
  await clock.advance(5000);
  expect(await done("PUT", `${configs}/a`, config)).toEqual(config);
  expect(await done("PUT", `${configs}/a`, changed(config, { resourceVersion: undefined }))).toEqual(config);
});

test("counts the generations of the spec, and keeps the status apart", async () => {
  const { done } = await open();
  const states = async (...steps: (readonly [path: string, body: object])[]) => {
    const seen: unknown[] = [];
    for (const [path, body] of steps) {
      const { metadata, spec, status } = await done("PATCH", deployments + path, body, "application/merge-patch+json");
      const { replicas } = spec as { readonly replicas: number };
      seen.push([metadata.generation, replicas, (status as { readonly replicas?: number } | undefined)?.replicas]);
    }
    return seen;
  };
  await done("POST", deployments, { ...deployment, status: { replicas: 7 } });
  expect(
    await states(
      ["/a", { spec: { replicas: 2 }, status: { replicas: 7 } }],
      ["/a/status", { spec: { replicas: 3 }, status: { replicas: 2 } }],
      ["/a", { metadata: { labels: { app: "web" } } }],
      ["/a", { spec: { replicas: 4 } }],
    ),
  ).toEqual([
    [2, 2, undefined],
    [2, 2, 2],
    [2, 2, 2],
    [3, 4, 2],
  ]);
});

test.each([
  [
    "of an old version",
    { resourceVersion: "4" },
    409,
    'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
  ],
  ["of another name", { name: "b" }, 400, "the name of the object (b) does not match the name on the URL (a)"],
  [
    "of another namespace",
    { namespace: "kube-system" },
    400,
    "the namespace of the provided object does not match the namespace sent on the request",
  ],
  [
    "of another life",
    { uid: "other" },
    409,
    /^Operation cannot be fulfilled on configmaps "a": .*Precondition failed: UID in precondition: other, UID in object meta: [-0-9a-f]{36}$/,
  ],
] as const)("refuses an object %s", async (_, metadata, code, message) => {
  const { config, send } = await open();
  const { status, body } = await send("PUT", `${configs}/a`, changed(config, metadata, { data: { color: "red" } }));
  expect([status, (body as { readonly message: string }).message]).toEqual([
    code,
    typeof message === "string" ? message : (expect.stringMatching(message) as string),
  ]);
});

test("some kinds are created by an update, and some take none without a version", async () => {
  const { send } = await open();
  const leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
  const put = async (path: string) => {
    const { status, body } = await send("PUT", path, { metadata: { name: "b" } });
    return [status, (body as { readonly message?: string }).message];
  };
  expect([await put(`${leases}/b`), await put(`${leases}/b`), await put(`${configs}/b`)]).toEqual([
    [201, undefined],
    [
      422,
      'leases.coordination.k8s.io "b" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    ],
    [404, 'configmaps "b" not found'],
  ]);
});

test("a patch cannot change what is fixed", async () => {
  const { send } = await open();
  const patch = { metadata: { uid: "other" } };
  const { body } = await send("PATCH", `${configs}/a`, patch, "application/merge-patch+json");
  expect(body).toMatchObject({
    code: 422,
    message: 'ConfigMap "a" is invalid: metadata.uid: Invalid value: "other": field is immutable',
  });
});
