import type { FastifyInstance } from "fastify";
import { once } from "node:events";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { createHttp } from "../http.ts";
import { hastyClock } from "../testing/hasty-clock.ts";
import { openLogBook } from "../testing/log.ts";
import type { LogBook } from "../testing/log.ts";
import { openRendezvous } from "../testing/rendezvous.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import { runProcess } from "./process.ts";
import { createLoadTester } from "./server.ts";
import type { LoadTesterOptions } from "./server.ts";

let book: LogBook;
let app: FastifyInstance;

beforeEach(() => {
  start({});
});

afterEach(async () => {
  await app.close();
});

function start(options: Partial<LoadTesterOptions>): void {
  book = openLogBook();
  const fixed = { clock: systemClock, http: createHttp(), runProcess, log: book.log };
  app = createLoadTester({ ...fixed, timeoutMs: 3_600_000, ...options });
}

async function post(url: string, payload: unknown): Promise<readonly [status: number, body: string]> {
  const { statusCode, body } = await app.inject({ method: "POST", url, payload: JSON.stringify(payload) });
  return [statusCode, body];
}

const canary = { name: "podinfo", namespace: "test" };
const task = (metadata: Readonly<Record<string, string>>) => post("/", { ...canary, metadata });

test.each(["GET", "POST", "PUT"] as const)("answers %s without a body where none is needed", async (method) => {
  const answers = ["/healthz", "/gate/approve", "/gate/halt"].map(async (url) => {
    const { statusCode, body } = await app.inject({ method, url });
    return [url, statusCode, body];
  });
  expect(await Promise.all(answers)).toEqual([
    ["/healthz", 200, "OK"],
    ["/gate/approve", 200, "OK"],
    ["/gate/halt", 403, "Forbidden"],
  ]);
});

test("tells Prometheus of its process", async () => {
  const { headers, body } = await app.inject("/metrics");
  expect(headers["content-type"]).toContain("text/plain; version=0.0.4");
  expect(body).toContain("\nprocess_cpu_seconds_total ");
});

test.each(["/gate", "/rollback"])("opens and closes %s of one canary", async (path) => {
  expect(await post(`${path}/check`, canary)).toEqual([403, "Forbidden"]);
  expect(await post(`${path}/open`, { ...canary, metadata: { by: "me" } })).toEqual([202, ""]);
  expect(await post(`${path}/check`, canary)).toEqual([200, "Approved"]);
  expect(await post(`${path}/check`, { ...canary, namespace: "other" })).toEqual([403, "Forbidden"]);
  expect(await post(`${path}/close`, canary)).toEqual([202, ""]);
  expect(await post(`${path}/check`, canary)).toEqual([403, "Forbidden"]);
});

test("keeps gates and rollback gates apart", async () => {
  await post("/rollback/open", canary);
  expect(await post("/gate/check", canary)).toEqual([403, "Forbidden"]);
});

test("takes what curl -d sends", async () => {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  await app.inject({ method: "POST", url: "/gate/open", headers, payload: JSON.stringify(canary) });
  expect(await post("/gate/check", canary)).toEqual([200, "Approved"]);
});

test.each([
  ["/gate/check", "{", [400, "the body is not JSON"]],
  ["/gate/open", undefined, [400, "the body is not JSON"]],
  ["/rollback/close", "[]", [400, "the body is not a JSON object"]],
  ["/", '{"metadata":1}', [400, "metadata must be an object of strings"]],
  ["/", JSON.stringify(canary), [400, "metadata not found in payload"]],
  ["/", '{"metadata":{"type":"telegram"}}', [400, "unknown task type telegram"]],
  ["/", '{"metadata":{"type":"bash"}}', [400, "cmd not found in metadata"]],
  ["/anything", '{"metadata":{"type":"cmd"}}', [400, "cmd not found in metadata"]],
])("refuses on %s the body %j", async (url, payload, answer) => {
  const { statusCode, body } = await app.inject({ method: "POST", url, ...(payload !== undefined && { payload }) });
  expect([statusCode, body]).toEqual(answer);
});

test("refuses a body of more than 1 MiB", async () => {
  expect(await post("/", { ...canary, metadata: { cmd: "x".repeat(1024 * 1024) } })).toEqual([
    413,
    "Request body is too large",
  ]);
});

test.each([
  ["team-a", /^team-/, 202],
  ["my-team-a", /team-/, 202],
  ["other", /^team-/, 403],
])("namespace %s with the pattern %s", async (namespace, namespaceRegexp, status) => {
  start({ namespaceRegexp });
  expect((await post("/gate/open", { name: "podinfo", namespace }))[0]).toBe(status);
  expect((await post("/", { name: "podinfo", namespace, metadata: { cmd: "true" } }))[0]).toBe(status);
});

test.each([
  [{ cmd: "echo done" }, [200, ""]],
  [{ cmd: "echo done", returnCmdOutput: "false" }, [200, ""]],
  [{ cmd: "echo done", returnCmdOutput: "true" }, [200, "done\n"]],
  [{ cmd: "[[ a == a* ]] && echo bash", returnCmdOutput: "1" }, [200, "bash\n"]],
  [{ cmd: "false" }, [500, "command false failed: : exit status 1"]],
  [{ cmd: "echo broken >&2; exit 7" }, [500, "command echo broken >&2; exit 7 failed: broken\n: exit status 7"]],
])("runs bash to its end: %j", async (metadata, answer) => {
  expect(await task({ type: "bash", ...metadata })).toEqual(answer);
});

test("answers for a command at once, and does not run it twice at a time", async () => {
  await using rendezvous = await openRendezvous();
  const { command } = rendezvous;
  expect(await task({ cmd: command })).toEqual([202, ""]);
  const first = await rendezvous.arrival();

  expect(await task({ cmd: command })).toEqual([202, ""]);
  expect(book.messages.filter((message) => !message.startsWith("command starting"))).toEqual([
    `skipped, is already running: ${command}`,
  ]);
  expect(await post("/", { name: "other", namespace: "test", metadata: { cmd: command } })).toEqual([202, ""]);
  const other = await rendezvous.arrival();

  first.letGo();
  await book.said(`command finished ${command}`);
  expect(await task({ cmd: command })).toEqual([202, ""]);
  const second = await rendezvous.arrival();
  other.letGo();
  second.letGo();
});

test.each([
  [{ cmd: "echo shown; echo $0", logCmdOutput: "true" }, ["shown\nsh\n"]],
  [{ cmd: "echo hidden" }, []],
])("logs what a command prints if asked to: %j", async (metadata, printed) => {
  await task({ type: "cmd", ...metadata });
  await book.said("command finished");
  await app.close();
  expect(book.messages.filter((message) => !message.startsWith("command "))).toEqual(printed);
});

test("logs why a command failed", async () => {
  await task({ cmd: "echo broken; exit 7" });
  await book.said("command echo broken; exit 7 failed: broken\n: exit status 7");
});

test("kills what takes too long, with all its children", async () => {
  await using rendezvous = await openRendezvous();
  const clock = createVirtualClock();
  start({ clock, timeoutMs: 60_000 });
  const answer = task({ type: "bash", cmd: rendezvous.command });
  await task({ cmd: rendezvous.command });
  const guests = [await rendezvous.arrival(), await rendezvous.arrival()];

  await clock.advance(60_000);
  const how = `command ${rendezvous.command} failed: : timed out after 60 seconds`;
  expect(await answer).toEqual([500, how]);
  await book.said(how);
  await Promise.all(guests.map(({ gone }) => gone));
});

test("kills a task when the webhook that waits for it hangs up", async () => {
  await using rendezvous = await openRendezvous();
  const abort = new AbortController();
  const body = JSON.stringify({ ...canary, metadata: { type: "bash", cmd: rendezvous.command } });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  const answer = createHttp()({ method: "POST", url, body, timeoutMs: 60_000, signal: abort.signal });
  const guest = await rendezvous.arrival();

  abort.abort(new Error("enough"));
  await expect(answer).rejects.toThrow("enough");
  await book.said(`command ${rendezvous.command} failed: : the caller hung up`);
  await guest.gone;
});

test("leaves a command alone whose webhook has its answer and hangs up", async () => {
  await using rendezvous = await openRendezvous();
  const body = JSON.stringify({ ...canary, metadata: { cmd: rendezvous.command } });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  const headers = { connection: "close" };
  expect((await createHttp()({ method: "POST", url, body, headers, timeoutMs: 60_000 })).status).toBe(202);
  (await rendezvous.arrival()).letGo();
  await book.said(`command finished ${rendezvous.command}`);
});

test("does not wait for ever for a request that does not end", async () => {
  start({ clock: hastyClock() });
  expect(app.server.requestTimeout).toBe(30_000);
  await app.listen({ port: 0, host: "127.0.0.1" });
  const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
  socket.write("POST / HTTP/1.1\r\nhost: loadtester\r\ncontent-length: 9\r\n\r\n{");
  await once(app.server, "request");
  const cut = once(socket, "close");
  await app.close();
  await cut;
});

test("kills everything when it is closed, and answers who waits", async () => {
  await using rendezvous = await openRendezvous();
  const answer = task({ type: "bash", cmd: rendezvous.command });
  await task({ cmd: rendezvous.command });
  const guests = [await rendezvous.arrival(), await rendezvous.arrival()];

  await app.close();
  expect(await answer).toEqual([500, `command ${rendezvous.command} failed: : the load tester is shutting down`]);
  await Promise.all(guests.map(({ gone }) => gone));
});
