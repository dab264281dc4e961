import { execFileSync } from "node:child_process";
import { connect } from "node:net";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { expect, test } from "vitest";
import { createHttp, Unreachable } from "./http.ts";
import type { HttpRequest } from "./http.ts";
import { silence, startLoopback } from "./testing/loopback.ts";

const http = createHttp();
const timeoutMs = 5_000;

const failure = (request: HttpRequest): Promise<unknown> => http(request).catch((error: unknown) => error);

test("sends method, headers and body, and gives back status, headers and body", async () => {
  await using server = await startLoopback(() => ({ status: 418, headers: { "x-answer": "42" }, body: "a teapot ☕" }));
  const answer = await http({
    method: "PUT",
    url: `${server.url}/path?query=1`,
    headers: { "content-type": "text/plain", accept: ["a/b", "c/d"] },
    body: "ünï",
    timeoutMs,
  });
  expect({ status: answer.status, header: answer.headers["x-answer"], body: answer.body }).toEqual({
    status: 418,
    header: "42",
    body: "a teapot ☕",
  });
  expect(server.received).toMatchObject([
    {
      method: "PUT",
      path: "/path?query=1",
      headers: { "content-type": "text/plain", accept: "a/b, c/d" },
      body: "ünï",
    },
  ]);
});

test.each([
  [301, "GET", ""],
  [302, "GET", ""],
  [303, "GET", ""],
  [307, "POST", "{}"],
  [308, "POST", "{}"],
])("follows a %d as %s", async (status, method, body) => {
  await using server = await startLoopback(({ path }) =>
    path === "/old" ? { status, headers: { location: "new?x=1" } } : { body: "arrived" },
  );
  const url = `${server.url}/old`;
  const answer = await http({ method: "POST", url, body: "{}", timeoutMs, followRedirects: true });
  expect([answer.status, answer.body]).toEqual([200, "arrived"]);
  expect(server.received.at(-1)).toMatchObject({ method, path: "/new?x=1", body });
});

test("takes a redirect for the answer unless told to follow", async () => {
  await using server = await startLoopback(() => ({ status: 302, headers: { location: "/new" } }));
  const { status } = await http({ method: "GET", url: server.url, timeoutMs });
  expect([status, server.received.length]).toEqual([302, 1]);
});

test("does not mistake the location of a created object for a redirect", async () => {
  await using server = await startLoopback(() => ({ status: 201, headers: { location: "http://[" } }));
  const { status } = await http({ method: "POST", url: server.url, timeoutMs, followRedirects: true });
  expect(status).toBe(201);
});

test("gives up on a circle of redirects", async () => {
  await using server = await startLoopback(() => ({ status: 302, headers: { location: "/" } }));
  const error = await failure({ method: "GET", url: server.url, timeoutMs, followRedirects: true });
  expect(error).toEqual(new Unreachable(`GET ${server.url}: stopped after 10 redirects`));
  expect(server.received).toHaveLength(11);
});

test("keeps credentials from another origin", async () => {
  await using other = await startLoopback(() => ({}));
  await using server = await startLoopback(({ path }) => ({
    status: 307,
    headers: { location: path === "/away" ? other.url : "/away" },
  }));
  const headers = { Authorization: "Bearer secret", Cookie: "secret", "x-other": "kept" };
  await http({ method: "GET", url: server.url, headers, timeoutMs, followRedirects: true });
  expect(server.received[1]?.headers).toMatchObject({ authorization: "Bearer secret", cookie: "secret" });
  expect(other.received[0]?.headers).toMatchObject({ "x-other": "kept" });
  expect(Object.keys(other.received[0]?.headers ?? {})).not.toContain("authorization");
  expect(Object.keys(other.received[0]?.headers ?? {})).not.toContain("cookie");
});

test.each([
  ["the URL", {}, `Basic ${btoa("me:p@ss")}`],
  ["a header before the URL", { Authorization: "Bearer mine" }, "Bearer mine"],
])("logs in with credentials of %s", async (_, headers, authorization) => {
  await using server = await startLoopback(() => ({}));
  await http({ method: "GET", url: server.url.replace("//", "//me:p%40ss@"), headers, timeoutMs });
  expect(server.received[0]?.headers.authorization).toBe(authorization);
});

test("ends a request that nobody answers", async () => {
  await using server = await startLoopback(silence);
  const error = await failure({ method: "POST", url: server.url, timeoutMs: 50.5 });
  expect(error).toEqual(new Unreachable(`POST ${server.url}: no answer within 50.5 ms`));
});

test("ends a request when its signal is aborted", async () => {
  const abort = new AbortController();
  await using server = await startLoopback(() => {
    abort.abort(new Error("shutting down"));
    return silence();
  });
  const error = await failure({ method: "GET", url: server.url, timeoutMs, signal: abort.signal });
  expect(error).toEqual(new Unreachable(`GET ${server.url}: shutting down`));
});

test("takes a timeout that is longer than a timer can be", async () => {
  await using server = await startLoopback(() => ({}));
  const { status } = await http({ method: "GET", url: server.url, timeoutMs: Number.MAX_SAFE_INTEGER });
  expect(status).toBe(200);
});

test("refuses an endless answer", async () => {
  await using server = await startLoopback(() => ({ body: "x".repeat(10 * 1024 * 1024 + 1) }));
  const error = await failure({ method: "GET", url: server.url, timeoutMs });
  expect(error).toEqual(new Unreachable(`GET ${server.url}: answer is larger than 10485760 bytes`));
});

test("names the URL without its credentials, and why it was not reached", async () => {
  const unused = await startLoopback(() => ({}));
  await unused[Symbol.asyncDispose]();
  const address = new URL(unused.url).host;
  const error = await failure({ method: "GET", url: `http://me:secret@${address}/x`, timeoutMs });
  expect(error).toEqual(new Unreachable(`GET http://${address}/x: connect ECONNREFUSED ${address}`));
  expect(error).toHaveProperty("why", `connect ECONNREFUSED ${address}`);
});

test("names all addresses of a name that refuse", async () => {
  const unused = await startLoopback(() => ({}));
  await unused[Symbol.asyncDispose]();
  const { port } = new URL(unused.url);
  const error = await failure({ method: "GET", url: `http://localhost:${port}`, timeoutMs });
  expect(error).toHaveProperty("why", expect.stringContaining(`connect ECONNREFUSED 127.0.0.1:${port}`));
});

test("hides the credentials of a URL that cannot be parsed", async () => {
  const error = await failure({ method: "GET", url: "http://me:secret@host:port", timeoutMs });
  expect(error).toEqual(new Unreachable("GET http://host:port: Invalid URL"));
});

test("verifies certificates unless told not to", async () => {
  await using server = await startLoopback(() => ({ body: "unverified" }), selfSigned());
  const request: HttpRequest = { method: "GET", url: server.url, timeoutMs };
  expect(await failure(request)).toHaveProperty("why", expect.stringContaining("self-signed certificate"));
  expect((await http({ ...request, insecureSkipVerify: true })).body).toBe("unverified");
});

test("goes through a proxy, and logs in there", async () => {
  await using server = await startLoopback(() => ({ body: "through" }));
  await using proxy = await startProxy();
  const url = `${server.url}/path`;
  const answer = await http({ method: "GET", url, proxy: proxy.url.replace("//", "//me:secret@"), timeoutMs });
  expect([answer.body, proxy.seen]).toEqual(["through", [`GET ${url} Basic ${btoa("me:secret")}`]]);
});

test("tunnels HTTPS through a proxy", async () => {
  await using server = await startLoopback(() => ({ body: "through" }), selfSigned());
  await using proxy = await startProxy();
  const answer = await http({ method: "GET", url: server.url, proxy: proxy.url, insecureSkipVerify: true, timeoutMs });
  expect([answer.body, proxy.seen]).toEqual(["through", [`CONNECT ${new URL(server.url).host} undefined`]]);
});

/** A fresh key and its certificate, which nobody has signed but itself. */
function selfSigned(): { readonly key: string; readonly cert: string } {
  const options = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=127.0.0.1 -keyout - -out -";
  const pem = execFileSync("openssl", ["req", "-x509", ...options.split(" ")], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return { key: pem, cert: pem };
}

/** A forward proxy: absolute URLs are forwarded, CONNECT opens a tunnel. */
async function startProxy(): Promise<AsyncDisposable & { readonly url: string; readonly seen: readonly string[] }> {
  const seen: string[] = [];
  const tunnels: Socket[] = [];
  const note = (method = "", target = "", login?: string): void => {
    seen.push(`${method} ${target} ${String(login)}`);
  };
  const server = createServer((request, response) => {
    note(request.method, request.url, request.headers["proxy-authorization"]);
    void http({ method: "GET", url: request.url ?? "", timeoutMs }).then(({ status, body }) => {
      response.writeHead(status).end(body);
    });
  });
  server.on("connect", (request, client: Socket) => {
    note(request.method, request.url, request.headers["proxy-authorization"]);
    tunnels.push(client);
    const { hostname, port } = new URL(`http://${request.url ?? ""}`);
    const upstream = connect(Number(port), hostname, () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      client.pipe(upstream).pipe(client);
    });
    upstream.on("error", () => client.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    [Symbol.asyncDispose]: async () => {
      for (const tunnel of tunnels) tunnel.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
