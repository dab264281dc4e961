import { request } from "undici";
import { expect, test } from "vitest";
import type { KubeClient } from "../../kubernetes/client.ts";
import { createClient } from "../../kubernetes/http-client.ts";
import { configMaps } from "../../kubernetes/resources.ts";
import { createTransport } from "../../kubernetes/transport.ts";
import { systemClock } from "../../clock.ts";
import { createVirtualClock } from "../../virtual-clock.ts";
import { createApiServer } from "../apiserver.ts";
import { serveHttp } from "./http.ts";
import type { HttpFront } from "./http.ts";
import { protobufType } from "./protobuf/decode.ts";
import { bytes, envelope, message } from "./protobuf/testing.ts";
import { began } from "./testing.ts";

const path = "/api/v1/namespaces/default/configmaps";

const start = () => serveHttp(createApiServer({ clock: createVirtualClock(began) }).transport);

function connect({ url }: HttpFront): KubeClient {
  const config = { server: url, insecureSkipVerify: false, authorization: async () => undefined };
  return createClient(createTransport(config), systemClock);
}

const key = { namespace: "default", name: "a" };

test("the operator's client works over HTTP as it does in process", async () => {
  await using front = await start();
  const client = connect(front);
  const created = await client.create(configMaps, { metadata: key, data: { color: "blue" } });
  expect(await client.get(configMaps, key)).toEqual(created);
  await expect(client.create(configMaps, { metadata: key })).rejects.toThrow('configmaps "a" already exists');
  const stop = new AbortController();
  const watch = client.watch(configMaps, { from: "5", signal: stop.signal })[Symbol.asyncIterator]();
  const next = watch.next();
  await client.patch(configMaps, key, { type: "merge", body: { data: { color: "red" } } });
  expect(await next).toMatchObject({ value: { type: "MODIFIED", object: { data: { color: "red" } } } });
});

test("the end of the server ends its watches", async () => {
  const front = await start();
  const client = connect(front);
  const stop = new AbortController();
  const watch = client.watch(configMaps, { from: "", signal: stop.signal })[Symbol.asyncIterator]();
  await client.create(configMaps, { metadata: key });
  expect(await watch.next()).toMatchObject({ value: { type: "ADDED" } });
  await front[Symbol.asyncDispose]();
  await expect(watch.next()).rejects.toThrow("API server");
});

test("protocol buffers are taken, and answered in JSON", async () => {
  await using front = await start();
  const post = async (body: Uint8Array) => {
    const answer = await request(front.url + path, {
      method: "POST",
      headers: { "content-type": protobufType, accept: `${protobufType},application/json` },
      body: Buffer.from(body),
    });
    return [answer.statusCode, await answer.body.json()];
  };
  const data = message(bytes(1, "color"), bytes(2, "blue"));
  expect(await post(envelope("v1", "ConfigMap", bytes(1, bytes(1, "a")), bytes(2, data)))).toMatchObject([
    201,
    { kind: "ConfigMap", metadata: { name: "a" }, data: { color: "blue" } },
  ]);
  expect(await post(Buffer.from("nonsense"))).toMatchObject([400, { kind: "Status", reason: "BadRequest" }]);
});

test("other methods are not allowed", async () => {
  await using front = await start();
  expect((await request(front.url + path, { method: "OPTIONS" })).statusCode).toBe(405);
});
