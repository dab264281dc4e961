import { expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { createHttp } from "../http.ts";
import type { HttpRequest } from "../http.ts";
import { hastyClock } from "../testing/hasty-clock.ts";
import { silence, startLoopback } from "../testing/loopback.ts";
import { callWebhook } from "./call.ts";
import type { CallableWebhook } from "./call.ts";
import type { HookPayload } from "./payload.ts";

const http = createHttp();
const payload: HookPayload = { name: "podinfo", namespace: "test", phase: "Progressing", checksum: "758df7c9fc" };

test("posts the payload as JSON", async () => {
  await using server = await startLoopback(() => ({ status: 202 }));
  const webhook = { name: "gate", url: `${server.url}/gate?x=1` };
  expect(await callWebhook(http, systemClock, { webhook, payload })).toEqual({ kind: "passed" });
  expect(server.received).toMatchObject([
    {
      method: "POST",
      path: "/gate?x=1",
      headers: { "content-type": "application/json" },
      body: '{"name":"podinfo","namespace":"test","phase":"Progressing","checksum":"758df7c9fc"}',
    },
  ]);
});

test.each([
  [200, "closed", { kind: "passed" }],
  [201, "closed", { kind: "passed" }],
  [202, "closed", { kind: "passed" }],
  [203, "closed", { kind: "failed", reason: "closed" }],
  [204, "", { kind: "failed", reason: "status 204" }],
  [304, "", { kind: "failed", reason: "status 304" }],
  [400, "closed\n", { kind: "failed", reason: "closed\n" }],
  [403, "", { kind: "failed", reason: "status 403" }],
  [404, "x".repeat(1001), { kind: "failed", reason: `${"x".repeat(1000)}...` }],
  [501, "closed", { kind: "failed", reason: "closed" }],
])("takes %d with the body %j for final", async (status, body, result) => {
  await using server = await startLoopback(() => ({ status, body }));
  const webhook = { name: "gate", url: server.url, retries: 3 };
  expect(await callWebhook(http, hastyClock(), { webhook, payload })).toEqual(result);
  expect(server.received).toHaveLength(1);
});

test.each([
  [500, "broken", ": broken"],
  [502, "", ""],
  [503, "x".repeat(1001), `: ${"x".repeat(1000)}...`],
  [429, "slower", ": slower"],
])("tries again after %d, a little later each time", async (status, body, told) => {
  await using server = await startLoopback(() => ({ status, body }));
  const clock = hastyClock();
  const webhook = { name: "gate", url: server.url, retries: 7 };
  expect(await callWebhook(http, clock, { webhook, payload })).toEqual({
    kind: "failed",
    reason: `POST ${server.url} giving up after 8 attempt(s): status ${status}${told}`,
  });
  expect(server.received).toHaveLength(8);
  expect(clock.delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test("tries again where nobody answers", async () => {
  const server = await startLoopback(() => ({}));
  await server[Symbol.asyncDispose]();
  const clock = hastyClock();
  const webhook = { name: "gate", url: `${server.url}/gate`, retries: 2 };
  expect(await callWebhook(http, clock, { webhook, payload })).toEqual({
    kind: "failed",
    reason: `POST ${webhook.url} giving up after 3 attempt(s): webhook gate: connect ECONNREFUSED ${new URL(server.url).host}`,
  });
  expect(clock.delays).toEqual([1000, 2000]);
});

test.each(["", "gate", "gate:8080/check", "http://", "http://[", "http://me:secret@", "file:///etc/passwd"])(
  "fails at once with the URL %j",
  async (url) => {
    const clock = hastyClock();
    const webhook = { name: "gate", url, retries: 3 };
    expect(await callWebhook(http, clock, { webhook, payload })).toEqual({
      kind: "failed",
      reason: "the URL is not an http or https URL",
    });
    expect(clock.delays).toEqual([]);
  },
);

test("ends its tries at the first final answer", async () => {
  await using server = await startLoopback((_, index) => ({ status: index === 0 ? 503 : 200 }));
  const webhook = { name: "gate", url: server.url, retries: 7 };
  expect(await callWebhook(http, hastyClock(), { webhook, payload })).toEqual({ kind: "passed" });
  expect(server.received.map(({ body }) => body)).toEqual([JSON.stringify(payload), JSON.stringify(payload)]);
});

test.each([
  [302, 403, "GET", { kind: "failed", reason: "log in" }],
  [302, 200, "GET", { kind: "passed" }],
  [307, 202, "POST", { kind: "passed" }],
])("lets the last status after redirects decide: %d to %d", async (status, last, method, result) => {
  await using server = await startLoopback(({ path }) =>
    path === "/login" ? { status: last, body: "log in" } : { status, headers: { location: "/login" } },
  );
  const webhook = { name: "gate", url: server.url };
  expect(await callWebhook(http, systemClock, { webhook, payload })).toEqual(result);
  expect(server.received.map((request) => request.method)).toEqual(["POST", method]);
});

test("ends a call that hangs, each try at its own timeout, and says whose and when", async () => {
  await using server = await startLoopback(silence);
  const shortTimeout = (request: HttpRequest) => http({ ...request, timeoutMs: request.timeoutMs / 100 });
  const webhook = { name: "gate", url: server.url.replace("//", "//me:secret@"), timeout: "3s", retries: 1 };
  expect(await callWebhook(shortTimeout, hastyClock(), { webhook, payload })).toEqual({
    kind: "failed",
    reason: `POST ${server.url} giving up after 2 attempt(s): webhook gate: no answer within 30 ms`,
  });
  expect(server.received).toHaveLength(2);
});

test.each<[Pick<CallableWebhook, "timeout" | "disableTLS">, number, boolean]>([
  [{}, 10_000, false],
  [{ timeout: "" }, 10_000, false],
  [{ timeout: "5" }, 10_000, false],
  [{ timeout: "0s" }, 10_000, false],
  [{ timeout: "1m30s", disableTLS: true }, 90_000, true],
])("understands the options %j", async (options, timeoutMs, insecureSkipVerify) => {
  const sent: HttpRequest[] = [];
  const note = (request: HttpRequest) => {
    sent.push(request);
    return Promise.resolve({ status: 200, headers: {}, body: "" });
  };
  await callWebhook(note, systemClock, { webhook: { name: "gate", url: "http://gate", ...options }, payload });
  expect(sent).toMatchObject([{ timeoutMs, insecureSkipVerify }]);
});

test("fails with a timeout that cannot be read", async () => {
  const webhook = { name: "gate", url: "http://127.0.0.1:1", timeout: "10smooth" };
  expect(await callWebhook(http, systemClock, { webhook, payload })).toEqual({
    kind: "failed",
    reason: 'invalid duration "10smooth": write numbers and units, such as 30s or 1m30s',
  });
});
