import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { startLoopback } from "../../../testing/loopback.ts";
import { createPodinfo } from "./app.ts";
import type { Podinfo, PodinfoOptions } from "./app.ts";
import { createPodinfoMetrics } from "./metrics.ts";
import { readSettings } from "./settings.ts";

interface Instance extends AsyncDisposable {
  readonly podinfo: Podinfo;
  readonly slept: readonly number[];
  readonly exits: readonly number[];
  /** Status and body of the answer, and its headers. */
  ask(path: string, init?: RequestInit): Promise<[status: number, body: string, headers: Headers]>;
}

async function start(args: readonly string[] = [], options: Partial<PodinfoOptions> = {}): Promise<Instance> {
  const slept: number[] = [];
  const exits: number[] = [];
  const environment = {
    HEADGATE_IMAGE: "ghcr.io/stefanprodan/podinfo:6.0.1",
    HOSTNAME: "podinfo-1",
    PODINFO_UI_COLOR: "blue",
  };
  const podinfo = createPodinfo({
    settings: readSettings(args, environment),
    metrics: createPodinfoMetrics(),
    environment,
    random: () => 0.99,
    sleep: async (ms) => void slept.push(ms),
    exit: (code) => void exits.push(code),
    log: () => undefined,
    ...options,
  });
  const [main, metrics] = await Promise.all([serve(podinfo.main), serve(podinfo.metrics)]);
  return {
    podinfo,
    slept,
    exits,
    ask: async (path, init) => {
      const answer = await fetch(path === "metrics port" ? metrics.url : main.url + path, init);
      return [answer.status, await answer.text(), answer.headers];
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([main.stop(), metrics.stop()]);
    },
  };
}

async function serve(listener: RequestListener): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

const info = {
  hostname: "podinfo-1",
  version: "6.0.1",
  revision: "unknown",
  color: "blue",
  logo: "",
  message: "greetings from podinfo v6.0.1",
  goos: process.platform,
  goarch: process.arch,
  runtime: process.version,
  num_goroutine: "1",
  num_cpu: "1",
};
const json = (value: unknown): string => JSON.stringify(value, undefined, 2);
const ok = json({ status: "OK" });

test.each<[string, string, number, string]>([
  ["GET", "/", 200, json(info)],
  ["GET", "/api/info", 200, json(info)],
  ["GET", "/version", 200, json({ commit: "unknown", version: "6.0.1" })],
  ["GET", "/healthz", 200, ok],
  ["GET", "/readyz?x=1", 200, ok],
  ["GET", "/status/500", 500, json({ status: 500 })],
  ["POST", "/status/418", 418, json({ status: 418 })],
  ["GET", "/delay/2", 200, json({ delay: 2 })],
  ["POST", "/echo", 202, "hello"],
  ["PUT", "/api/echo/any/where", 202, "hello"],
  [
    "GET",
    "/env",
    200,
    json(["HEADGATE_IMAGE=ghcr.io/stefanprodan/podinfo:6.0.1", "HOSTNAME=podinfo-1", "PODINFO_UI_COLOR=blue"]),
  ],
  ["POST", "/readyz", 405, ""],
  ["GET", "/readyz/enable", 405, ""],
  ["GET", "/status/1", 404, ""],
  ["GET", "/nowhere", 404, ""],
])("%s %s", async (method, path, status, body) => {
  await using instance = await start();
  const init = method === "GET" ? {} : { body: "hello" };
  expect((await instance.ask(path, { method, ...init })).slice(0, 2)).toEqual([status, body]);
  expect(instance.slept).toEqual(path === "/delay/2" ? [2000] : []);
});

test("/headers tells what came, in Go's writing", async () => {
  await using instance = await start();
  const [, body] = await instance.ask("/headers", { headers: { "x-user-id": "7" } });
  expect(JSON.parse(body)).toMatchObject({ "X-User-Id": ["7"], Accept: ["*/*"] });
});

test("/panic ends it with 255", async () => {
  await using instance = await start();
  await instance.ask("/panic");
  expect(instance.exits).toEqual([255]);
});

test("readiness can be switched, and ends with the instance", async () => {
  await using instance = await start(["--unhealthy", "--unready"]);
  const probes = async (): Promise<readonly number[]> =>
    Promise.all(["/healthz", "/readyz"].map(async (path) => (await instance.ask(path))[0]));
  expect(await probes()).toEqual([503, 503]);
  expect((await instance.ask("/readyz/enable", { method: "POST" }))[0]).toBe(202);
  expect(await probes()).toEqual([503, 200]);
  expect((await instance.ask("/readyz/disable", { method: "POST" }))[0]).toBe(202);
  expect(await probes()).toEqual([503, 503]);
  await instance.ask("/readyz/enable", { method: "POST" });
  instance.podinfo.retire();
  expect(await probes()).toEqual([503, 503]);
});

test("errors and delays come at random", async () => {
  const drawn = [0.5, 0, 0.4, 0.99, 0.9];
  const args = [
    "--random-error",
    "--random-delay=true",
    "--random-delay-unit=ms",
    "--random-delay-min=10",
    "--random-delay-max=20",
  ];
  await using instance = await start(args, { random: () => drawn.shift() ?? 0 });
  expect((await instance.ask("/"))[0]).toBe(400);
  expect((await instance.ask("/"))[0]).toBe(200);
  expect(instance.slept).toEqual([15, 19]);
});

test("requests are counted by method, path and status; those that have no path are not", async () => {
  await using instance = await start();
  for (const path of ["/", "/status/500", "/status/503", "/", "/nowhere"]) await instance.ask(path);
  const [, text, headers] = await instance.ask("metrics port");
  expect(headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const series = text.split("\n").filter((line) => /_count|_total\{|le="5"/.test(line));
  expect(series).toEqual([
    'http_request_duration_seconds_bucket{le="5",method="GET",path="root",status="200"} 2',
    'http_request_duration_seconds_count{method="GET",path="root",status="200"} 2',
    'http_request_duration_seconds_bucket{le="5",method="GET",path="status",status="500"} 1',
    'http_request_duration_seconds_count{method="GET",path="status",status="500"} 1',
    'http_request_duration_seconds_bucket{le="5",method="GET",path="status",status="503"} 1',
    'http_request_duration_seconds_count{method="GET",path="status",status="503"} 1',
    'http_requests_total{status="200"} 2',
    'http_requests_total{status="500"} 1',
    'http_requests_total{status="503"} 1',
  ]);
  expect((await instance.ask("/metrics"))[1]).toBe(text);
});

test("/echo asks its backends", async () => {
  await using backend = await startLoopback(({ body, headers }) => ({
    body: `${body} ${String(headers["x-request-id"])}`,
  }));
  await using broken = await startLoopback(() => ({ status: 500 }));
  await using instance = await start([`--backend-url=${backend.url}/echo`, `--backend-url=${broken.url}/echo`]);
  const [status, body, headers] = await instance.ask("/echo", {
    method: "POST",
    body: "hi",
    headers: { "x-request-id": "r1" },
  });
  expect([status, JSON.parse(body), headers.get("x-color")]).toEqual([
    200,
    ["hi r1", `backend ${broken.url}/echo response status code 500`],
    "blue",
  ]);
});
