import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { expect, test } from "vitest";
import { silence, startLoopback } from "../../testing/loopback.ts";
import type { Answer } from "../../testing/loopback.ts";
import { perform } from "./handler.ts";
import type { Handler, Outcome, Target } from "./handler.ts";

/** A container whose port 80, named http, is really this one. */
const targetAt = (port: number): Target => ({
  pod: { metadata: { name: "podinfo-1" }, status: { podIP: "10.0.0.1" } },
  container: { name: "app", ports: [{ name: "http", containerPort: 80 }] },
  resolve: () => ({ host: "127.0.0.1", port }),
  execute: (command) => Promise.resolve(command[0] === "true" ? { ok: true } : { ok: false, message: "exit status 1" }),
});

const never = new AbortController().signal;
const portOf = (url: string): number => Number(new URL(url).port);

test.each<[string, Answer, Outcome]>([
  ["200", { body: "x".repeat(100_000) }, { ok: true }],
  ["302", { status: 302, headers: { location: "/elsewhere" } }, { ok: true }],
  ["503", { status: 503 }, { ok: false, message: "HTTP probe failed with statuscode: 503" }],
])("httpGet: %s", async (_, answer, outcome) => {
  await using server = await startLoopback(() => answer);
  const httpGet = { path: "/readyz?x=1", port: "http", httpHeaders: [{ name: "X-Probe", value: "1" }] };
  expect(await perform({ httpGet }, targetAt(portOf(server.url)), never)).toEqual(outcome);
  expect(server.received).toMatchObject([
    { path: "/readyz?x=1", headers: { host: "10.0.0.1:80", "x-probe": "1", "user-agent": "kube-probe/1.35" } },
  ]);
});

test("httpGet: no answer in time", async () => {
  const late = new AbortController();
  await using server = await startLoopback(() => {
    late.abort(new Error("too late"));
    return silence();
  });
  const outcome = await perform({ httpGet: { port: 80 } }, targetAt(portOf(server.url)), late.signal);
  expect(outcome).toEqual({ ok: false, message: 'Get "http://10.0.0.1:80/": too late' });
});

test.each<[string, Handler, Outcome]>([
  [
    "httpGet",
    { httpGet: { port: 80 } },
    { ok: false, message: 'Get "http://10.0.0.1:80/": dial tcp 10.0.0.1:80: connect: connection refused' },
  ],
  [
    "tcpSocket",
    { tcpSocket: { port: "http" } },
    { ok: false, message: "dial tcp 10.0.0.1:80: connect: connection refused" },
  ],
  ["another port", { tcpSocket: { port: "https" } }, { ok: false, message: "couldn't find port: https" }],
  ["exec", { exec: { command: ["true"] } }, { ok: true }],
  ["exec that fails", { exec: { command: ["false"] } }, { ok: false, message: "exit status 1" }],
  ["nothing", {}, { ok: true }],
])("%s where nothing listens", async (_, handler, outcome) => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  expect(await perform(handler, targetAt(port), never)).toEqual(outcome);
});

test("tcpSocket and gRPC connect", async () => {
  await using server = await startLoopback(() => ({}));
  const target = targetAt(portOf(server.url));
  expect(await perform({ tcpSocket: { port: 80 } }, target, never)).toEqual({ ok: true });
  expect(await perform({ grpc: { port: 80 } }, target, never)).toEqual({ ok: true });
});
