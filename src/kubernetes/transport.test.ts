import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import { createSecureServer } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import type { TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import type { Clock } from "../clock.ts";
import { Unreachable } from "../http.ts";
import type { ClusterConfig } from "./cluster-config.ts";
import { createClient } from "./http-client.ts";
import { createInformer } from "./informer.ts";
import { configMaps } from "./resources.ts";
import { createTransport } from "./transport.ts";

const configOf = (server: string, part: Partial<ClusterConfig> = {}): ClusterConfig => ({
  server,
  insecureSkipVerify: false,
  authorization: () => Promise.resolve(undefined),
  ...part,
});

/** A server on 127.0.0.1, stopped by `await using`. */
async function listen(
  server: Server & { closeAllConnections?: () => void },
): Promise<AsyncDisposable & { port: number }> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections?.();
      }),
  };
}

/** Sends the beginning of an answer and ends the connection. */
function cut(response: ServerResponse, body: string): void {
  response.writeHead(200).write(body, () => response.destroy());
}

/** Pauses end at once. */
const impatient: Clock = {
  ...systemClock,
  after: (ms, run) => systemClock.after(ms < 10_000 ? 0 : ms, run),
};

test("an answer that is cut is no answer", async () => {
  await using server = await listen(
    createServer((_, response) => {
      cut(response, '{"metadata":');
    }),
  );
  const url = `http://127.0.0.1:${server.port}`;
  const failure = createClient(createTransport(configOf(url)), systemClock).get(configMaps, { name: "a" });
  await expect(failure).rejects.toBeInstanceOf(Unreachable);
  await expect(failure).rejects.toMatchObject({ message: expect.stringMatching(`^API server ${url}: .`) as string });
});

test("says why a server cannot be reached, at each of its addresses", async () => {
  const { port, ...server } = await listen(createServer());
  await server[Symbol.asyncDispose]();
  const transport = createTransport(configOf(`http://localhost:${port}`));
  await expect(createClient(transport, systemClock).get(configMaps, { name: "a" })).rejects.toMatchObject({
    name: "Unreachable",
    message: expect.stringContaining(`connect ECONNREFUSED 127.0.0.1:${port}`) as string,
  });
});

test("an informer recovers from connections that are cut in the middle of a page, of a watch and of a line", async () => {
  const line = (name: string, version: number): string =>
    `${JSON.stringify({ type: "ADDED", object: { metadata: { name, uid: name, resourceVersion: String(version) } } })}\n`;
  const list = JSON.stringify({ metadata: { resourceVersion: "10" }, items: [] });
  const answers: readonly ((response: ServerResponse) => unknown)[] = [
    (response) => {
      cut(response, list.slice(0, -5));
    },
    (response) => response.end(list),
    (response) => {
      cut(response, line("a", 11));
    },
    (response) => {
      cut(response, line("b", 12) + line("c", 13).slice(0, 20));
    },
    (response) => response.write(line("c", 13)),
  ];
  const asked: string[] = [];
  await using server = await listen(
    createServer((request, response) => {
      answers[asked.length]?.(response);
      asked.push((request.url ?? "").replace(/&timeoutSeconds=.*/, ""));
    }),
  );
  const client = createClient(createTransport(configOf(`http://127.0.0.1:${server.port}`)), impatient);
  const errors: unknown[] = [];
  const informer = createInformer(client, impatient, configMaps, {
    transform: (whole) => whole,
    onError: (error) => errors.push(error),
  });
  const stop = new AbortController();
  await new Promise<void>((resolve) => {
    informer.onChange(({ object }) => {
      if (object.metadata.name === "c") resolve();
    });
    void informer.start(stop.signal);
  });
  stop.abort();
  expect(informer.list().map(({ metadata }) => metadata.name)).toEqual(["a", "b", "c"]);
  const watch = (from: number): string =>
    `/api/v1/configmaps?watch=true&allowWatchBookmarks=true&resourceVersion=${from}`;
  expect(asked).toEqual([
    "/api/v1/configmaps?limit=500",
    "/api/v1/configmaps?limit=500",
    watch(10),
    watch(11),
    watch(12),
  ]);
  expect(errors.map((error) => error instanceof Unreachable)).toEqual([true, true, true]);
});

const pem = execFileSync(
  "openssl",
  "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=us -addext subjectAltName=DNS:kubernetes -keyout - -out -".split(
    " ",
  ),
  { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
);

test.each<[string, Partial<ClusterConfig>, object]>([
  ["trusts the given authority", { ca: pem, serverName: "kubernetes" }, { version: "1.1" }],
  ["trusts nobody else", { serverName: "kubernetes" }, { name: "Unreachable" }],
  ["wants the right name", { ca: pem }, { name: "Unreachable" }],
  ["trusts anybody when told so", { insecureSkipVerify: true }, { version: "1.1" }],
  [
    "shows its certificate",
    { ca: pem, serverName: "kubernetes", clientCertificate: pem, clientKey: pem },
    { version: "1.1", user: "us" },
  ],
])("over TLS it %s, and does not speak HTTP/2", async (_, part, expected) => {
  const options = { key: pem, cert: pem, allowHTTP1: true, requestCert: true, rejectUnauthorized: false };
  await using server = await listen(
    createSecureServer(options, ({ httpVersion, socket }, response) => {
      const { subject } = (socket as TLSSocket).getPeerCertificate();
      response.end(
        JSON.stringify({ metadata: {}, version: httpVersion, user: (subject as { CN?: string } | undefined)?.CN }),
      );
    }),
  );
  const client = createClient(createTransport(configOf(`https://127.0.0.1:${server.port}`, part)), systemClock);
  expect(await client.get(configMaps, { name: "a" }).catch((error: unknown) => error)).toMatchObject(expected);
});
