import { expect, test } from "vitest";
import { canaries } from "../api/canary.ts";
import { createClient } from "../kubernetes/http-client.ts";
import { configMaps } from "../kubernetes/resources.ts";
import { createMemoryApi } from "./memory-api.ts";
import { canaryOf } from "./podinfo.ts";
import { createVirtualClock } from "./virtual-clock.ts";

function open() {
  const clock = createVirtualClock(Date.parse("2026-01-01T00:00:00Z"));
  const api = createMemoryApi(clock);
  return { clock, api, client: createClient(api.connect(), clock) };
}

const key = { namespace: "test", name: "podinfo" };
const config = (data: Readonly<Record<string, string>>) => ({ metadata: key, data });

test("keeps what it is given, each at a version of its own", async () => {
  const { client } = open();
  const created = await client.create(configMaps, config({ color: "blue" }));
  expect(created).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      ...key,
      uid: "uid-1",
      resourceVersion: "1",
      generation: 1,
      creationTimestamp: "2026-01-01T00:00:00.000Z",
    },
    data: { color: "blue" },
  });
  await expect(client.create(configMaps, config({}))).rejects.toThrow('configmaps "podinfo" already exists');
  await expect(client.get(configMaps, { ...key, namespace: "tes" })).rejects.toThrow('configmaps "podinfo" not found');
  expect(await client.list(configMaps, { namespace: "tes" })).toEqual({ items: [], resourceVersion: "1" });
  expect(await client.list(configMaps, { namespace: "test" })).toEqual({ items: [created], resourceVersion: "1" });
});

test("takes a change only of the version that it was made for, and none that changes nothing", async () => {
  const { client } = open();
  const created = await client.create(configMaps, config({ color: "blue", size: "1" }));
  const patch = (body: unknown) => client.patch(configMaps, key, { type: "merge", body });
  expect(await patch({ data: { color: "blue" } })).toEqual(created);
  expect((await patch({ data: { color: "green", size: null } })).data).toEqual({ color: "green" });
  await expect(client.replace(configMaps, created)).rejects.toThrow('configmaps "podinfo" has been modified');
  await expect(patch({ metadata: { resourceVersion: "1" } })).rejects.toThrow('configmaps "podinfo" has been modified');
  expect((await client.replace(configMaps, config({ color: "red" }))).metadata.resourceVersion).toBe("3");
});

test("keeps status and the rest apart, and counts the generations of the rest", async () => {
  const { client } = open();
  const canary = { ...canaryOf(), status: { phase: "Failed" as const } };
  const created = await client.create(canaries, canary);
  expect(created.status).toBeUndefined();
  const suspended = { ...created, spec: { ...created.spec, suspend: true } };
  const status = await client.replace(canaries, { ...suspended, ...canary }, { subresource: "status" });
  expect([status.spec, status.status, status.metadata.generation]).toEqual([created.spec, canary.status, 1]);
  const { status: _, ...rest } = { ...suspended, metadata: key };
  const replaced = await client.replace(canaries, rest);
  expect([replaced.spec, replaced.status, replaced.metadata.generation]).toEqual([rest.spec, canary.status, 2]);
});

test("deletes once the last finalizer is gone, and tells watches", async () => {
  const { client, clock } = open();
  const stop = new AbortController();
  const told: string[] = [];
  const follow = async (): Promise<void> => {
    for await (const event of client.watch(configMaps, { from: "1", signal: stop.signal })) {
      if (event.type === "BOOKMARK") continue;
      const { resourceVersion = "", deletionTimestamp = "" } = event.object.metadata;
      told.push(`${event.type} ${resourceVersion} ${deletionTimestamp}`);
    }
  };
  await client.create(configMaps, { ...config({}), metadata: { ...key, finalizers: ["test/a"] } });
  const following = follow();
  await client.delete(configMaps, key);
  await client.delete(configMaps, key);
  await client.patch(configMaps, key, { type: "merge", body: { metadata: { finalizers: null } } });
  await clock.advance(0);
  expect(told).toEqual(["MODIFIED 2 2026-01-01T00:00:00.000Z", "DELETED 3 2026-01-01T00:00:00.000Z"]);
  stop.abort(new Error("enough"));
  await expect(following).rejects.toThrow("enough");
});

test("spoils requests as it is asked to", async () => {
  const { api, clock } = open();
  const faults = [
    { kind: "answer", status: 500 },
    { kind: "cut", served: false },
    { kind: "hang", served: true },
  ] as const;
  let next = 0;
  const client = createClient(
    api.connect(() => faults[next++]),
    clock,
  );
  const create = () => client.create(configMaps, config({}));
  await expect(create()).rejects.toThrow("as the test wants it");
  await expect(create()).rejects.toThrow("the connection was cut");
  const hanging = expect(create()).rejects.toThrow("within 30 s");
  await clock.advance(30_000);
  await hanging;
  await expect(create()).rejects.toThrow("already exists");
});
