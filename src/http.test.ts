import { execFileSync } from "node:child_process";
import { connect } from "node:net";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { expect, test, vi } from "vitest";
import { createHttp, isHttpUrl, Unreachable } from "./http.ts";
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

test.each([
  [{}, "headgate"],
  [{ "User-Agent": "mine" }, "mine"],
])("with the headers %j calls itself %s", async (headers, name) => {
  await using server = await startLoopback(() => ({}));
  await http({ method: "GET", url: server.url, headers, timeoutMs });
  expect(server.received[0]?.headers["user-agent"]).toBe(name);
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

test("takes credentials along to HTTPS of the same host", async () => {
  await using secure = await startLoopback(() => ({}), selfSigned());
  await using server = await startLoopback(() => ({ status: 308, headers: { location: secure.url } }));
  const headers = { authorization: "Bearer secret" };
  const options = { timeoutMs, followRedirects: true, insecureSkipVerify: true };
  await http({ method: "GET", url: server.url, headers, ...options });
  expect(secure.received[0]?.headers.authorization).toBe("Bearer secret");
});

test.each([
  ["the URL", {}, `Basic ${btoa("me:p@ss")}`],
  ["a header before the URL", { Authorization: "Bearer mine" }, "Bearer mine"],
])("logs in with credentials of %s, after a redirect too", async (_, headers, authorization) => {
  await using server = await startLoopback(({ path, headers: { host = "" } }) =>
    path === "/" ? { status: 302, headers: { location: `http://${host}/new` } } : {},
  );
  const url = server.url.replace("//", "//me:p%40ss@");
  await http({ method: "GET", url, headers, timeoutMs, followRedirects: true });
  expect(server.received.map((request) => request.headers.authorization)).toEqual([authorization, authorization]);
});

test("takes a per cent sign of a password that escapes nothing as it stands", async () => {
  await using server = await startLoopback(() => ({}));
  await http({ method: "GET", url: server.url.replace("//", "//me:5%@"), timeoutMs });
  expect(server.received[0]?.headers.authorization).toBe(`Basic ${btoa("me:5%")}`);
});

test("sends URLs in Unicode as Punycode and UTF-8", async () => {
  await using server = await startLoopback(() => ({}));
  await http({ method: "GET", url: `${server.url}/ünï?q=☕`, timeoutMs });
  expect(server.received[0]?.path).toBe("/%C3%BCn%C3%AF?q=%E2%98%95");
});

test("ends a request that nobody answers", async () => {
  await using server = await startLoopback(silence);
  const error = await failure({ method: "POST", url: server.url, timeoutMs: 50.5 });
  expect(error).toEqual(new Unreachable(`POST ${server.url}: no answer within 50.5 ms`));
});

test.each([
  ["an answer that comes byte by byte", 200, {}],
  ["a redirect that comes byte by byte", 302, { location: "/new" }],
])("ends %s", async (_, status, headers) => {
  await using server = await startDripping(status, headers);
  const error = await failure({ method: "GET", url: server.url, timeoutMs: 100, followRedirects: true });
  expect(error).toEqual(new Unreachable(`GET ${server.url}: no answer within 100 ms`));
  await server.closed;
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

test("refuses an endless answer, and hangs up", async () => {
  await using server = await startDripping(200, {}, 256 * 1024);
  const error = await failure({ method: "GET", url: server.url, timeoutMs });
  expect(error).toEqual(new Unreachable(`GET ${server.url}: answer is larger than 10485760 bytes`));
  await server.closed;
});

test("takes an answer of the greatest size", async () => {
  await using server = await startLoopback(() => ({ body: "x".repeat(10 * 1024 * 1024) }));
  expect((await http({ method: "GET", url: server.url, timeoutMs })).body).toHaveLength(10 * 1024 * 1024);
});

test.each([
  ["", "Invalid URL"],
  ["gate", "Invalid URL"],
  ["http://", "Invalid URL"],
  ["http://[", "Invalid URL"],
  ["ftp://gate", "Invalid URL protocol: the URL must start with `http:` or `https:`."],
  ["file:///etc/passwd", "Invalid URL protocol: the URL must start with `http:` or `https:`."],
])("refuses the URL %j", async (url, why) => {
  expect(await failure({ method: "POST", url, timeoutMs })).toEqual(new Unreachable(`POST ${url}: ${why}`));
});

test.each([
  ["http://[", "Invalid URL"],
  ["ftp://gate/", "Invalid URL protocol: the URL must start with `http:` or `https:`."],
])("does not follow to %s", async (location, why) => {
  await using server = await startLoopback(() => ({ status: 302, headers: { location } }));
  expect(await failure({ method: "GET", url: server.url, timeoutMs, followRedirects: true })).toHaveProperty(
    "why",
    why,
  );
});

test.each(["a\nb", "a\r\nx: y", "a\0", "☕"])("refuses the header value %j", async (value) => {
  await using server = await startLoopback(() => ({}));
  const error = await failure({ method: "GET", url: server.url, headers: { "x-scope": value }, timeoutMs });
  expect(error).toEqual(new Unreachable(`GET ${server.url}: invalid x-scope header`));
  expect(server.received).toEqual([]);
});

test.each([
  ["http://gate", true],
  ["HTTPS://gate/path", true],
  ["gate:8080", false],
  ["localhost", false],
  ["ftp://gate", false],
  ["", false],
])("%s is a URL to send to: %j", (text, is) => {
  expect(isHttpUrl(text)).toBe(is);
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

test.each([
  ["goes through the proxy of the environment", "", 1],
  ["goes past it where NO_PROXY says so", "127.0.0.1", 0],
])("%s", async (_, exceptions, proxied) => {
  await using server = await startLoopback(() => ({ body: "here" }));
  await using proxy = await startProxy();
  vi.stubEnv("HTTP_PROXY", proxy.url);
  vi.stubEnv("NO_PROXY", exceptions);
  const send = createHttp();
  const { body } = await send({ method: "GET", url: server.url, timeoutMs });
  vi.unstubAllEnvs();
  expect([body, proxy.seen.length]).toEqual(["here", proxied]);
});

test("tunnels HTTPS through a proxy", async () => {
  await using server = await startLoopback(() => ({ body: "through" }), selfSigned());
  await using proxy = await startProxy();
  const answer = await http({ method: "GET", url: server.url, proxy: proxy.url, insecureSkipVerify: true, timeoutMs });
  expect([answer.body, proxy.seen]).toEqual(["through", [`CONNECT ${new URL(server.url).host} undefined`]]);
});

test.each(["http", "https"])("says when the proxy of an %s URL is not there", async (scheme) => {
  const proxy = await startProxy();
  await proxy[Symbol.asyncDispose]();
  const error = await failure({ method: "GET", url: `${scheme}://service.test/`, proxy: proxy.url, timeoutMs });
  expect(error).toHaveProperty("why", `connect ECONNREFUSED ${new URL(proxy.url).host}`);
});

test("says when a proxy refuses to tunnel", async () => {
  await using proxy = await startProxy({ refuses: true });
  const error = await failure({ method: "GET", url: "https://service.test/", proxy: proxy.url, timeoutMs });
  expect(error).toHaveProperty("why", "Proxy response (407) !== 200 when HTTP Tunneling");
});

test.each(["me:secret@proxy", "proxy", "ftp://proxy"])("refuses the proxy %s", async (proxy) => {
  const error = await failure({ method: "GET", url: "http://service.test/", proxy, timeoutMs });
  expect(error).toHaveProperty("why", "the proxy is not an http, https or socks5 URL");
});

/** Sends a chunk of its answer, and another one whenever there is room for it, for ever. */
async function startDripping(
  status: number,
  headers: Readonly<Record<string, string>>,
  bytes = 1,
): Promise<AsyncDisposable & { readonly url: string; readonly closed: Promise<void> }> {
  const hungUp = Promise.withResolvers<undefined>();
  const server = createServer((_, response) => {
    response.writeHead(status, headers);
    const drip = setInterval(() => response.write(Buffer.alloc(bytes)), bytes > 1 ? 0 : 10);
    response.once("close", () => {
      clearInterval(drip);
      hungUp.resolve(undefined);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    closed: hungUp.promise,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A fresh key and its certificate, which nobody has signed but itself. */
function selfSigned(): { readonly key: string; readonly cert: string } {
  const options = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=127.0.0.1 -keyout - -out -";
  const pem = execFileSync("openssl", ["req", "-x509", ...options.split(" ")], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return { key: pem, cert: pem };
}

/** A forward proxy: absolute URLs are forwarded, CONNECT opens a tunnel, unless it refuses. */
async function startProxy({ refuses = false } = {}): Promise<
  AsyncDisposable & { readonly url: string; readonly seen: readonly string[] }
> {
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
    if (refuses) {
      client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      return;
    }
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
