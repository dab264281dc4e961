import { expect, test } from "vitest";
import { silence, startLoopback } from "../../../testing/loopback.ts";
import { createSender } from "./send.ts";
import type { SendOptions } from "./send.ts";

const options = (url: string, given: Partial<SendOptions> = {}): SendOptions => ({
  url: new URL(url),
  method: "GET",
  headers: {},
  body: Buffer.alloc(0),
  timeoutMs: 10_000,
  keepAlive: true,
  proxyEnv: {},
  ...given,
});

test("a request with all that it is told to have", async () => {
  await using server = await startLoopback(() => ({ status: 201, headers: { "content-length": "5" }, body: "hello" }));
  const body = Buffer.from("question");
  const headers = { host: "podinfo", "x-user": "1" };
  const sample = await createSender(options(`${server.url}/path?x=1`, { method: "POST", headers, body }))();
  expect(sample).toMatchObject({ status: 201, bytes: 5 });
  expect(server.received).toMatchObject([{ method: "POST", path: "/path?x=1", headers, body: "question" }]);
});

test("connections are used again, or not", async () => {
  await using server = await startLoopback(() => ({}));
  const [again, never] = [createSender(options(server.url)), createSender(options(server.url, { keepAlive: false }))];
  const connects = [await again(), await again(), await never(), await never()].map((sample) =>
    "error" in sample ? undefined : sample.connect > 0,
  );
  expect(connects).toEqual([true, false, true, true]);
});

test("names that only the proxy knows", async () => {
  await using proxy = await startLoopback(() => ({ body: "hello" }));
  const url = "http://podinfo-canary.test:9898/x";
  const send = createSender(
    options(url, { proxyEnv: { HTTP_PROXY: proxy.url.replace("//", "//test:x@"), NO_PROXY: "localhost" } }),
  );
  expect(await send()).toMatchObject({ status: 200 });
  expect(proxy.received).toMatchObject([
    { path: url, headers: { host: "podinfo-canary.test:9898", "proxy-authorization": "Basic dGVzdDp4" } },
  ]);
});

test("what goes wrong is told", async () => {
  await using server = await startLoopback(silence);
  expect(await createSender(options(server.url, { timeoutMs: 1 }))()).toEqual({
    error: `GET ${server.url}/: timed out`,
  });
  await server[Symbol.asyncDispose]();
  const refused = await createSender(options(server.url))();
  expect(refused).toEqual({ error: expect.stringMatching(/^GET http:.*ECONNREFUSED/) as string });
});
