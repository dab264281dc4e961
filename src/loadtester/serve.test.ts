import { expect, test } from "vitest";
import { createHttp } from "../http.ts";
import { openLogBook } from "../testing/log.ts";
import { openRendezvous } from "../testing/rendezvous.ts";
import { serveLoadTester } from "./serve.ts";

test("serves until it is told to stop, and takes its tasks along", async () => {
  await using rendezvous = await openRendezvous();
  const book = openLogBook();
  const stop = new AbortController();
  const flags = { port: 0, timeoutMs: 60_000, namespaceRegexp: "^test$" };
  const served = serveLoadTester(flags, book.log, stop.signal);
  await book.said("listening");
  const port = /port (\d+)/.exec(book.messages.at(-1) ?? "")?.[1] ?? "";

  const post = async (namespace: string) => {
    const body = JSON.stringify({ name: "podinfo", namespace, metadata: { cmd: rendezvous.command } });
    const { status } = await createHttp()({ method: "POST", url: `http://127.0.0.1:${port}/`, body, timeoutMs: 5000 });
    return status;
  };
  expect([await post("other"), await post("test")]).toEqual([403, 202]);

  const guest = await rendezvous.arrival();
  stop.abort();
  await served;
  await guest.gone;
  expect(book.messages.at(-1)).toBe("load tester stopped");
});

test("stops at once when told before it begins", async () => {
  const book = openLogBook();
  await serveLoadTester({ port: 0, timeoutMs: 1, namespaceRegexp: "" }, book.log, AbortSignal.abort());
  expect(book.messages.at(-1)).toBe("load tester stopped");
});
