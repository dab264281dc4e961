import { expect, test } from "vitest";
import { createClient } from "../kubernetes/http-client.ts";
import { createInformer } from "../kubernetes/informer.ts";
import type { Change } from "../kubernetes/informer.ts";
import { configMaps } from "../kubernetes/resources.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import { createApiServer } from "./apiserver.ts";
import type { Fault } from "./apiserver.ts";

const began = Date.parse("2026-01-01T00:00:00Z");
const key = { namespace: "default", name: "a" };

function open(seed?: string) {
  const clock = createVirtualClock(began);
  const server = createApiServer({ clock, ...(seed !== undefined && { seed }) });
  return { clock, server, client: createClient(server.transport, clock) };
}

test("the operator's informers follow it", async () => {
  const { clock, server, client } = open();
  await client.create(configMaps, { metadata: key, data: { color: "blue" } });
  const stop = new AbortController();
  const informer = createInformer(client, clock, configMaps, { namespace: "default", transform: (object) => object });
  const seen: string[] = [];
  informer.onChange((change: Change<typeof configMaps extends { object?: infer T } ? NonNullable<T> : never>) => {
    seen.push(`${change.kind} ${change.object.data?.["color"] ?? ""}`);
  });
  await informer.start(stop.signal);
  await client.patch(configMaps, key, { type: "merge", body: { data: { color: "red" } } });
  server.compact();
  await clock.advance(60_000);
  await client.delete(configMaps, key);
  await clock.advance(0);
  expect(seen).toEqual(["set blue", "set red", "deleted red"]);
  stop.abort(new Error("enough"));
});

test("the same seed gives the same objects, another one others", async () => {
  const make = async (seed: string) => {
    const { client } = open(seed);
    const { metadata } = await client.create(configMaps, {
      metadata: { namespace: "default", generateName: "a-" } as unknown as typeof key,
    });
    return [metadata.name, metadata.uid];
  };
  expect(await make("one")).toEqual(await make("one"));
  expect(await make("one")).not.toEqual(await make("two"));
});

test("tells of each change, until it is told to stop", async () => {
  const { server, client } = open();
  const written: string[] = [];
  const stop = server.onWrite(({ type, collection, key: at, version }) => {
    written.push(`${type} ${collection} ${at} ${version}`);
  });
  await client.create(configMaps, { metadata: key });
  await client.delete(configMaps, key);
  stop();
  await client.create(configMaps, { metadata: key });
  expect(written).toEqual(["ADDED configmaps default/a 5", "DELETED configmaps default/a 6"]);
});

test("spoils requests as it is asked to", async () => {
  const { server, clock } = open();
  const faults: readonly Fault[] = [
    { kind: "answer", status: 500 },
    { kind: "cut", served: false },
    { kind: "hang", served: true },
  ];
  let next = 0;
  const client = createClient(
    server.connect(() => faults[next++]),
    clock,
  );
  const create = () => client.create(configMaps, { metadata: key });
  await expect(create()).rejects.toMatchObject({ status: 500 });
  await expect(create()).rejects.toThrow("the connection was cut");
  const hanging = expect(create()).rejects.toThrow("within 30 s");
  await clock.advance(30_000);
  await hanging;
  await expect(create()).rejects.toThrow("already exists");
});
