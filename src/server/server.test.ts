import { Gauge, Registry } from "prom-client";
import { expect, test } from "vitest";
import { createServer, listen } from "./server.ts";

test("serves probes and metrics", async () => {
  const registry = new Registry();
  new Gauge({ name: "answer", help: "The answer", registers: [registry] }).set(42);
  let synced = false;
  const server = createServer(registry, () => synced);
  const port = await listen(server, 0);

  const get = async (path: string): Promise<readonly unknown[]> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return [answer.status, answer.headers.get("content-type"), await answer.text()];
  };
  const text = "text/plain; charset=utf-8";
  expect(await get("/healthz")).toEqual([200, text, "OK"]);
  expect(await get("/readyz")).toEqual([503, text, "waiting for the caches"]);
  synced = true;
  expect(await get("/readyz")).toEqual([200, text, "OK"]);
  expect(await get("/metrics")).toEqual([
    200,
    "text/plain; version=0.0.4; charset=utf-8",
    "# HELP answer The answer\n# TYPE answer gauge\nanswer 42\n",
  ]);
  expect((await get("/other"))[0]).toBe(404);
  await server.close();
});

test("says which port is taken", async () => {
  const first = createServer(new Registry(), () => true);
  const port = await listen(first, 0);
  const second = createServer(new Registry(), () => true);
  await expect(listen(second, port)).rejects.toThrow(/^listen EADDRINUSE: address already in use .*:\d+$/);
  await first.close();
  await second.close();
});
