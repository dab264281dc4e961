import { expect, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import { createApiServer } from "../apiserver.ts";
import { began, createTestClient } from "./testing.ts";

const configs = "/api/v1/namespaces/default/configmaps";
const pods = "/api/v1/namespaces/default/pods";
const merge = "application/merge-patch+json";

async function open() {
  const clock = createVirtualClock(began);
  const server = createApiServer({ clock });
  const client = createTestClient(server.transport);
  /** `TYPE NAME SECONDS FINALIZERS` of each change, where seconds are those of the grace period. */
  const written: string[] = [];
  server.onWrite(({ type, object }) => {
    const { name, deletionTimestamp, finalizers } = object.metadata;
    const { deletionGracePeriodSeconds } = object.metadata as { readonly deletionGracePeriodSeconds?: number };
    const seconds = deletionTimestamp === undefined ? undefined : (deletionGracePeriodSeconds ?? "none");
    written.push([type, name, seconds, finalizers].filter((part) => part !== undefined).join(" "));
  });
  const create = async (finalizers?: readonly string[]) =>
    client.done("POST", configs, { metadata: { name: "a", ...(finalizers !== undefined && { finalizers }) } });
  const letGo = async () => client.done("PATCH", `${configs}/a`, { metadata: { finalizers: null } }, merge);
  return { clock, written, create, letGo, ...client };
}

test("goes at once without finalizers", async () => {
  const { create, send, written } = await open();
  const { metadata } = await create();
  expect((await send("DELETE", `${configs}/a`)).body).toEqual({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: { name: "a", kind: "configmaps", uid: metadata.uid },
  });
  expect(written).toEqual(["ADDED a", "DELETED a"]);
  expect((await send("DELETE", `${configs}/a`)).body).toMatchObject({ code: 404, message: 'configmaps "a" not found' });
});

test("stays until the last finalizer is gone", async () => {
  const { create, done, send, letGo, written } = await open();
  await create(["example.com/wait"]);
  const marked = await done("DELETE", `${configs}/a`);
  expect(marked.metadata).toMatchObject({
    deletionTimestamp: "2026-01-01T00:00:00Z",
    deletionGracePeriodSeconds: 0,
    finalizers: ["example.com/wait"],
  });
  expect(await done("DELETE", `${configs}/a`)).toEqual(marked);
  expect((await send("POST", configs, { metadata: { name: "a" } })).body).toMatchObject({
    code: 409,
    message: 'object is being deleted: configmaps "a" already exists',
  });
  const more = { metadata: { finalizers: ["example.com/wait", "example.com/more"] } };
  expect((await send("PATCH", `${configs}/a`, more, merge)).body).toMatchObject({ code: 422 });
  await letGo();
  expect(written).toEqual(["ADDED a example.com/wait", "MODIFIED a 0 example.com/wait", "DELETED a 0"]);
});

test.each([
  ["Foreground", ["ADDED a", "MODIFIED a 0 foregroundDeletion", "DELETED a 0"]],
  ["Orphan", ["ADDED a", "MODIFIED a 0 orphan", "DELETED a 0"]],
] as const)("%s leaves the rest to the garbage collector", async (propagationPolicy, expected) => {
  const { create, done, letGo, written } = await open();
  await create();
  await done("DELETE", `${configs}/a`, { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy });
  await letGo();
  expect(written).toEqual(expected);
});

test.each([
  [
    { preconditions: { uid: "other" } },
    409,
    /^Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition \(other\)/,
  ],
  [
    { preconditions: { resourceVersion: "1" } },
    409,
    'Operation cannot be fulfilled on ConfigMap "a": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (5). The object might have been modified',
  ],
  [
    { propagationPolicy: "Some" },
    422,
    'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Some": supported values: "Foreground", "Background", "Orphan", "nil"',
  ],
] as const)("refuses %o", async (options, code, message) => {
  const { create, send, written } = await open();
  await create();
  const { status, body } = await send("DELETE", `${configs}/a`, options);
  expect(status).toBe(code);
  expect((body as { readonly message: string }).message).toMatch(message);
  expect(written).toEqual(["ADDED a"]);
});

test("a dry run deletes nothing", async () => {
  const { create, done, written } = await open();
  await create();
  await done("DELETE", `${configs}/a?dryRun=All`);
  expect(written).toEqual(["ADDED a"]);
});

const pod = (nodeName?: string) => ({
  metadata: { name: "a" },
  spec: { containers: [{ name: "app", image: "example.com/app:1" }], ...(nodeName !== undefined && { nodeName }) },
});

test.each([
  ["no node", undefined, ["DELETE"], ["ADDED a", "MODIFIED a 0", "DELETED a 0"]],
  ["a node", "node", ["DELETE"], ["ADDED a", "MODIFIED a 30"]],
  ["a node, twice", "node", ["DELETE", "DELETE"], ["ADDED a", "MODIFIED a 30"]],
  [
    "a node and less time the second time",
    "node",
    ["DELETE", "DELETE 5"],
    ["ADDED a", "MODIFIED a 30", "MODIFIED a 5"],
  ],
  ["a node and no time", "node", ["DELETE 0"], ["ADDED a", "MODIFIED a 0", "DELETED a 0"]],
  [
    "a node that has ended it",
    "node",
    ["DELETE", "DELETE 0"],
    ["ADDED a", "MODIFIED a 30", "MODIFIED a 0", "DELETED a 0"],
  ],
] as const)("a pod with %s", async (_, node, steps, expected) => {
  const { done, written } = await open();
  await done("POST", pods, pod(node));
  for (const step of steps) {
    const [, seconds] = step.split(" ");
    await done("DELETE", `${pods}/a`, seconds === undefined ? undefined : { gracePeriodSeconds: Number(seconds) });
  }
  expect(written).toEqual(expected);
});

test("a pod's time ends after its grace period", async () => {
  const { done } = await open();
  await done("POST", pods, pod("node"));
  expect((await done("DELETE", `${pods}/a`)).metadata).toMatchObject({
    deletionTimestamp: "2026-01-01T00:00:30Z",
    deletionGracePeriodSeconds: 30,
  });
});

test("an evicted pod is deleted", async () => {
  const { done, send, written } = await open();
  await done("POST", pods, pod("node"));
  const evict = async (name: string) =>
    send("POST", `${pods}/a/eviction`, { metadata: { name }, deleteOptions: { gracePeriodSeconds: 7 } });
  expect((await evict("b")).body).toMatchObject({
    code: 400,
    message: "name in URL does not match name in Eviction object",
  });
  expect((await evict("a")).body).toEqual({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    code: 201,
  });
  expect(written).toEqual(["ADDED a", "MODIFIED a 7"]);
});

test("a namespace goes when its content is gone and both kinds of finalizers are", async () => {
  const { done, send, written } = await open();
  await done("POST", "/api/v1/namespaces", { metadata: { name: "old" } });
  const going = await done("DELETE", "/api/v1/namespaces/old");
  expect(going["status"]).toEqual({ phase: "Terminating" });
  await done("PUT", "/api/v1/namespaces/old/finalize", { ...going, spec: { finalizers: [] } });
  expect(written).toEqual(["ADDED old", "MODIFIED old none", "DELETED old none"]);
  expect((await send("DELETE", "/api/v1/namespaces/default")).body).toMatchObject({
    code: 403,
    message: 'namespaces "default" is forbidden: this namespace may not be deleted',
  });
});

test("a selection of a collection is deleted at once", async () => {
  const { done, written } = await open();
  for (const name of ["a", "b", "c"]) await done("POST", configs, { metadata: { name, labels: { app: name } } });
  const { items } = (await done("DELETE", `${configs}?labelSelector=app!%3Db`)) as unknown as {
    items: { metadata: { name: string } }[];
  };
  expect(items.map(({ metadata }) => metadata.name)).toEqual(["a", "c"]);
  expect(written).toEqual(["ADDED a", "ADDED b", "ADDED c", "DELETED a", "DELETED c"]);
});
