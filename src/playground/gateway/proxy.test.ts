import { once } from "node:events";
import { Agent, createServer, request as httpRequest } from "node:http";
import type { IncomingMessage, RequestListener, RequestOptions, Server } from "node:http";
import { connect, createServer as createTcpServer } from "node:net";
import type { AddressInfo, Server as TcpServer, Socket } from "node:net";
import { ProxyAgent, request as undiciRequest } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import { startLoopback } from "../../testing/loopback.ts";
import type { Answer } from "../../testing/loopback.ts";
import type { HttpRouteFilter } from "./gateway-api.ts";
import type { Observed } from "./metrics.ts";
import { createProxy } from "./proxy.ts";
import type { GatewayObjects } from "./table.ts";
import { httpRouteOf, podinfo, sliceOf, virtualServiceOf } from "./testing.ts";

/** A gateway for these objects; pods listen on the ports given by name. `random` counts through 0, 0.1 ... 0.9. */
async function open(objects: GatewayObjects, pods: Readonly<Record<string, number>>, host = "127.0.0.1") {
  const clock = createVirtualClock();
  const observed: Omit<Observed, "ms">[] = [];
  const waiting = new Set<() => void>();
  let draws = 0;
  const proxy = createProxy({
    clock,
    random: () => (draws++ % 10) / 10,
    observe: ({ ms, ...request }) => {
      observed.push(request);
      for (const look of waiting) look();
    },
    reach: ({ pod = "" }) => {
      const port = pods[pod];
      return port === undefined ? undefined : { host, port, workload: pod.replace(/-\d+$/, "") };
    },
  });
  proxy.update(objects);
  const port = await proxy.listen(0);
  onTestFinished(() => proxy.close());

  /** Resolves with the statuses of the workloads, sorted, once as many exchanges are over. */
  function statuses(count: number): Promise<readonly string[]> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (observed.length < count) return;
        waiting.delete(look);
        resolve(observed.map(({ workload, status }) => `${workload} ${status}`).sort());
      };
      waiting.add(look);
      look();
    });
  }

  /** Through the gateway as a proxy. */
  async function get(url: string, options: RequestOptions = {}, body?: string) {
    const outgoing = httpRequest({ host: "127.0.0.1", port, path: url, agent: false, ...options });
    outgoing.end(body);
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
    const text = Buffer.concat((await answer.toArray()) as Buffer[]).toString();
    return { status: answer.statusCode, headers: answer.headers, text };
  }
  return { proxy, port, clock, observed, statuses, get };
}

/** A pod that answers like this. */
async function pod(answer: Parameters<typeof startLoopback>[0] = () => ({})) {
  const server = await startLoopback(answer);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { port: Number(new URL(server.url).port), received: server.received };
}

/** A pod with a mind of its own. */
async function serverOf(server: Server | TcpServer): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket.on("error", () => undefined)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, "close");
  });
  return (server.address() as AddressInfo).port;
}

const named =
  (text: string): (() => Answer) =>
  () => ({ body: text });

const weighted = [
  { destination: { host: "podinfo-primary" }, weight: 80 },
  { destination: { host: "podinfo-canary" }, weight: 20 },
];

test("sends requests to a Service by each of its names", async () => {
  const { port } = await pod();
  const { get, port: own } = await open(podinfo(), { "podinfo-1": port });
  const user = (name: string) => ({ "proxy-authorization": `Basic ${Buffer.from(`${name}:`).toString("base64")}` });
  const answers = [
    await get("http://podinfo.test:9898/"),
    await get("http://podinfo.test.svc:9898/"),
    await get("http://podinfo.test.svc.cluster.local.:9898/"),
    await get("http://podinfo:9898/", { headers: user("test") }),
    await get("/", { headers: { host: "podinfo.test:9898" } }),
    await get(`http://127.0.0.1:${own}/`, { headers: { host: "podinfo.test:9898" } }),
    await get("http://podinfo:9898/", { headers: user("other") }),
    await get("http://podinfo:9898/"),
    await get("http://podinfo.test/"),
    await get("http://nobody.test/"),
    await get("http://nobody.other.svc/"),
    await get("http://example.com/"),
    await get("http://127.0.0.1:1/"),
    await get("/", { headers: { host: "app.example.com" } }),
    await get("https://podinfo.test/"),
  ];
  expect(answers.map(({ status, text }) => [status, text])).toEqual([
    ...Array.from({ length: 6 }, () => [200, ""]),
    [502, "no such host: podinfo (there is no service podinfo in namespace other)\n"],
    [502, "no such host: podinfo (the namespace of the caller is not known, so write podinfo.NAMESPACE)\n"],
    [502, "service podinfo.test has no port 80, only 9898\n"],
    [502, "no such host: nobody.test (there is no service nobody in namespace test)\n"],
    [502, "no such host: nobody.other.svc (there is no service nobody in namespace other)\n"],
    [403, "refused: example.com is not in the cluster, and no request leaves it\n"],
    [403, "refused: 127.0.0.1 is not in the cluster, and no request leaves it\n"],
    [404, "no service and no route is for the host app.example.com\n"],
    [400, "cannot make out what GET https://podinfo.test/ asks for\n"],
  ]);
});

test("passes on method, path, headers and body, but for what concerns the connection", async () => {
  const { port, received } = await pod(() => ({
    status: 201,
    headers: { "x-answer": "yes", "keep-alive": "timeout=1", connection: "x-hop", "x-hop": "1" },
    body: "made",
  }));
  const { get, observed, statuses } = await open(podinfo(), { "podinfo-1": port });
  const headers = {
    "proxy-connection": "keep-alive",
    te: "trailers",
    cookie: "a=1",
    "x-own": "1",
    expect: "100-continue",
  };
  const answer = await get("http://podinfo.test:9898/api/x?y=1", { method: "POST", headers }, "hello");
  expect(received).toEqual([
    {
      method: "POST",
      path: "/api/x?y=1",
      headers: {
        host: "podinfo.test:9898",
        connection: "keep-alive",
        cookie: "a=1",
        "x-own": "1",
        "transfer-encoding": "chunked",
      },
      body: "hello",
    },
  ]);
  const { date, ...rest } = answer.headers;
  expect({ ...answer, headers: rest }).toEqual({
    status: 201,
    headers: { "x-answer": "yes", connection: "close", "transfer-encoding": "chunked" },
    text: "made",
  });
  await statuses(1);
  expect(observed).toEqual([
    { namespace: "test", workload: "podinfo", service: "podinfo.test.svc.cluster.local", status: 201 },
  ]);
});

test("shares requests out by weight, and among pods in turn", async () => {
  const [one, two, canary] = [await pod(named("one")), await pod(named("two")), await pod(named("canary"))];
  const objects = podinfo({
    endpointSlices: [sliceOf("podinfo-primary", { pods: 2 }), sliceOf("podinfo-canary")],
    virtualServices: [virtualServiceOf({ http: [{ route: weighted }] })],
  });
  const { get, observed, statuses, proxy } = await open(objects, {
    "podinfo-primary-1": one.port,
    "podinfo-primary-2": two.port,
    "podinfo-canary-1": canary.port,
  });
  const texts: string[] = [];
  for (let index = 0; index < 10; index += 1) texts.push((await get("http://podinfo.test:9898/")).text);
  expect(texts).toEqual(["one", "two", "one", "two", "one", "two", "one", "two", "canary", "canary"]);
  await statuses(10);
  expect(observed.at(-1)).toEqual({
    namespace: "test",
    workload: "podinfo-canary",
    service: "podinfo-canary.test.svc.cluster.local",
    status: 200,
  });
  proxy.update({ ...objects, virtualServices: [] });
  expect(await get("http://podinfo.test:9898/")).toMatchObject({
    status: 503,
    text: "no endpoint of service podinfo.test.svc.cluster.local:9898 is ready\n",
  });
});

test("changes headers, path and host as the route says", async () => {
  const { port, received } = await pod(() => ({ headers: { "x-old": "1", "set-cookie": "own=1" } }));
  const route = httpRouteOf({
    rules: [
      {
        filters: [
          { type: "RequestHeaderModifier", requestHeaderModifier: { set: [{ name: "X-User", value: "insider" }] } },
          { type: "ResponseHeaderModifier", responseHeaderModifier: { remove: ["X-Old"] } },
          {
            type: "URLRewrite",
            urlRewrite: { hostname: "inner", path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/v2" } },
          },
        ],
        backendRefs: [
          {
            name: "podinfo-canary",
            port: 9898,
            filters: [
              {
                type: "ResponseHeaderModifier",
                responseHeaderModifier: { add: [{ name: "Set-Cookie", value: "c=abc; Max-Age=60" }] },
              },
            ],
          },
        ],
      },
    ],
  });
  const { get } = await open(podinfo({ httpRoutes: [route] }), { "podinfo-canary-1": port });
  const answer = await get("http://app.example.com/info?x=1");
  expect(received).toEqual([
    {
      method: "GET",
      path: "/v2/info?x=1",
      headers: { host: "inner", connection: "keep-alive", "x-user": "insider" },
      body: "",
    },
  ]);
  expect(answer.headers["x-old"]).toBeUndefined();
  expect(answer.headers["set-cookie"]).toEqual(["own=1", "c=abc; Max-Age=60"]);
});

test("sends a copy to the mirror, whose answer nobody sees", async () => {
  const [primary, canary] = [await pod(named("primary")), await pod(() => ({ status: 500, body: "canary" }))];
  const { get, statuses } = await open(
    podinfo({
      virtualServices: [
        virtualServiceOf({
          http: [
            {
              route: [{ destination: { host: "podinfo-primary" } }],
              mirror: { host: "podinfo-canary" },
              mirrorPercentage: { value: 30 },
            },
          ],
        }),
      ],
    }),
    { "podinfo-primary-1": primary.port, "podinfo-canary-1": canary.port },
  );
  const answers: string[] = [];
  for (let index = 0; index < 10; index += 1) {
    answers.push((await get("http://podinfo.test:9898/", { method: "POST" }, `number ${index}`)).text);
  }
  expect(answers).toEqual(Array.from({ length: 10 }, () => "primary"));
  expect(primary.received).toHaveLength(10);
  await statuses(13);
  expect(canary.received.map(({ body }) => body).sort()).toEqual(["number 0", "number 1", "number 2"]);
});

test("gives up a copy that does not keep up, not the request", async () => {
  const [primary, canary] = [await pod(), await serverOf(createServer((request) => request.pause()))];
  const { get, statuses } = await open(
    podinfo({
      virtualServices: [
        virtualServiceOf({
          http: [{ route: [{ destination: { host: "podinfo-primary" } }], mirror: { host: "podinfo-canary" } }],
        }),
      ],
    }),
    { "podinfo-primary-1": primary.port, "podinfo-canary-1": canary },
  );
  const large = "x".repeat(32 * 1024 * 1024);
  expect(await get("http://podinfo.test:9898/", { method: "POST" }, large)).toMatchObject({ status: 200 });
  expect(primary.received[0]?.body.length).toBe(large.length);
  expect(await statuses(2)).toEqual(["podinfo-canary 503", "podinfo-primary 200"]);
});

test("answers 504 when the route's time is over", async () => {
  const arrived = Promise.withResolvers<undefined>();
  const slow: RequestListener = () => {
    arrived.resolve(undefined);
  };
  const port = await serverOf(createServer(slow));
  const route = virtualServiceOf({ http: [{ route: [{ destination: { host: "podinfo" } }], timeout: "1500ms" }] });
  const { get, clock, observed, statuses } = await open(podinfo({ virtualServices: [route] }), { "podinfo-1": port });
  const answer = get("http://podinfo.test:9898/");
  await arrived.promise;
  await clock.advance(1499);
  expect(observed).toEqual([]);
  await clock.advance(1);
  expect(await answer).toMatchObject({ status: 504, text: "podinfo.test.svc.cluster.local did not answer in time\n" });
  expect(await statuses(1)).toEqual(["podinfo 504"]);
});

test("tries another pod when one fails, but not with a body", async () => {
  const [bad, good] = [await pod(() => ({ status: 503 })), await pod(named("good"))];
  const route = virtualServiceOf({
    http: [{ route: [{ destination: { host: "podinfo" } }], retries: { attempts: 2, retryOn: "gateway-error" } }],
  });
  const { get, statuses } = await open(
    podinfo({ endpointSlices: [sliceOf("podinfo", { pods: 2 })], virtualServices: [route] }),
    { "podinfo-1": bad.port, "podinfo-2": good.port },
  );
  expect(await get("http://podinfo.test:9898/")).toMatchObject({ status: 200, text: "good" });
  expect(await statuses(2)).toEqual(["podinfo 200", "podinfo 503"]);
  expect(await get("http://podinfo.test:9898/", { method: "POST" }, "body")).toMatchObject({ status: 503 });
});

test("bounds each try, and goes on with another pod", async () => {
  const arrived = Promise.withResolvers<undefined>();
  const slow = await serverOf(
    createServer(() => {
      arrived.resolve(undefined);
    }),
  );
  const good = await pod(named("good"));
  const retries = { attempts: 1, perTryTimeout: "1s", retryOn: "gateway-error" };
  const route = virtualServiceOf({ http: [{ route: [{ destination: { host: "podinfo" } }], retries }] });
  const { get, clock, statuses } = await open(
    podinfo({ endpointSlices: [sliceOf("podinfo", { pods: 2 })], virtualServices: [route] }),
    { "podinfo-1": slow, "podinfo-2": good.port },
  );
  const answer = get("http://podinfo.test:9898/");
  await arrived.promise;
  await clock.advance(1000);
  expect(await answer).toMatchObject({ status: 200, text: "good" });
  expect(await statuses(2)).toEqual(["podinfo 200", "podinfo 504"]);
});

test("sends nothing to an address outside the machine", async () => {
  const { get, observed } = await open(podinfo(), { "podinfo-1": 9 }, "192.0.2.1");
  expect(await get("http://podinfo.test:9898/")).toMatchObject({
    status: 503,
    text: "no endpoint of service podinfo.test.svc.cluster.local:9898 is ready\n",
  });
  expect(observed).toEqual([]);
});

test("answers 503 for a pod that is not there, and counts it", async () => {
  const { get, statuses } = await open(podinfo(), { "podinfo-1": 1 });
  expect(await get("http://podinfo.test:9898/")).toMatchObject({
    status: 503,
    text: "127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1\n",
  });
  expect(await statuses(1)).toEqual(["podinfo 503"]);
});

test("streams both ways, and tells the pod when the caller goes away", async () => {
  const left = Promise.withResolvers<undefined>();
  const port = await serverOf(
    createServer((request, response) => {
      response.on("close", () => {
        left.resolve(undefined);
      });
      request.pipe(response);
    }),
  );
  const { port: own, statuses } = await open(podinfo(), { "podinfo-1": port });
  const outgoing = httpRequest({ host: "127.0.0.1", port: own, path: "http://podinfo.test:9898/", method: "POST" });
  outgoing.on("error", () => undefined);
  outgoing.write("first");
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  answer.on("error", () => undefined);
  expect(((await once(answer, "data")) as [Buffer]).toString()).toBe("first");
  outgoing.write("second");
  expect(((await once(answer, "data")) as [Buffer]).toString()).toBe("second");
  outgoing.destroy();
  await left.promise;
  expect(await statuses(1)).toEqual(["podinfo 200"]);
});

test("counts a caller who leaves before the answer as 0", async () => {
  const arrived = Promise.withResolvers<undefined>();
  const port = await serverOf(
    createServer(() => {
      arrived.resolve(undefined);
    }),
  );
  const { port: own, statuses } = await open(podinfo(), { "podinfo-1": port });
  const outgoing = httpRequest({ host: "127.0.0.1", port: own, path: "http://podinfo.test:9898/" });
  outgoing.on("error", () => undefined).end();
  await arrived.promise;
  outgoing.destroy();
  expect(await statuses(1)).toEqual(["podinfo 0"]);
});

test("breaks off when the pod does in the middle of an answer", async () => {
  const port = await serverOf(
    createServer((_, response) => {
      response.writeHead(200, { "content-length": "10" }).write("half", () => {
        response.destroy();
      });
    }),
  );
  const { get } = await open(podinfo(), { "podinfo-1": port });
  await expect(get("http://podinfo.test:9898/")).rejects.toThrow("aborted");
});

test("keeps connections on both sides, also over a pod that closes its own", async () => {
  let connections = 0;
  const server = createServer((_, response) => response.end("ok"));
  server.on("connection", () => (connections += 1));
  const port = await serverOf(server);
  const { get } = await open(podinfo(), { "podinfo-1": port });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => {
    agent.destroy();
  });
  for (let index = 0; index < 5; index += 1) await get("http://podinfo.test:9898/", { agent });
  expect(connections).toBe(1);
  server.closeAllConnections();
  expect(await get("http://podinfo.test:9898/", { agent })).toMatchObject({ status: 200 });
});

test("passes a change of protocol through, and an answer that declines it", async () => {
  const server = createServer((_, response) => response.writeHead(426, { "x-why": "no" }).end("not here"));
  server.on("upgrade", (request: IncomingMessage, socket: Socket) => {
    if (request.url !== "/ws") {
      socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
      return;
    }
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello ");
    socket.pipe(socket);
  });
  const port = await serverOf(server);
  const { port: own, statuses } = await open(podinfo(), { "podinfo-1": port });
  const ask = (path: string, protocol = "websocket") =>
    httpRequest({
      host: "127.0.0.1",
      port: own,
      path: `http://podinfo.test:9898${path}`,
      headers: { connection: "Upgrade", upgrade: protocol },
    });

  const upgraded = ask("/ws");
  upgraded.end();
  const [answer, socket, head] = (await once(upgraded, "upgrade")) as [IncomingMessage, Socket, Buffer];
  expect([answer.statusCode, answer.headers]).toEqual([101, { connection: "Upgrade", upgrade: "websocket" }]);
  socket.write("world");
  let text = head.toString();
  while (text !== "hello world") text += ((await once(socket, "data")) as [Buffer]).toString();
  socket.end();
  await once(socket, "close");

  const declined = ask("/other");
  declined.end();
  const [no] = (await once(declined, "response")) as [IncomingMessage];
  expect([no.statusCode, (await no.toArray()).join("")]).toEqual([403, "no"]);

  const plain = ask("/", "h2c");
  plain.end();
  const [same] = (await once(plain, "response")) as [IncomingMessage];
  expect([same.statusCode, same.headers["x-why"], (await same.toArray()).join("")]).toEqual([426, "no", "not here"]);
  expect(await statuses(3)).toEqual(["podinfo 101", "podinfo 403", "podinfo 426"]);
});

test("routes HTTP through CONNECT like any other", async () => {
  const [primary, canary] = [await pod(named("primary")), await pod(named("canary"))];
  const route = virtualServiceOf({ http: [{ route: weighted }] });
  const { port: own, statuses } = await open(podinfo({ virtualServices: [route] }), {
    "podinfo-primary-1": primary.port,
    "podinfo-canary-1": canary.port,
  });
  const agent = new ProxyAgent({ uri: `http://test@127.0.0.1:${own}`, proxyTunnel: true });
  onTestFinished(() => agent.destroy());
  const texts: string[] = [];
  for (let index = 0; index < 10; index += 1) {
    const { body } = await undiciRequest("http://podinfo:9898/", { dispatcher: agent });
    texts.push(await body.text());
  }
  expect(texts.join(" ")).toBe(`${"primary ".repeat(8)}canary canary`);
  expect(await statuses(10)).toHaveLength(10);
});

test("leads other protocols through CONNECT to a pod, and refuses what is outside", async () => {
  const port = await serverOf(createTcpServer((socket) => socket.pipe(socket)));
  const { port: own } = await open(podinfo(), { "podinfo-1": port });
  async function tunnel(authority: string) {
    const outgoing = httpRequest({ host: "127.0.0.1", port: own, method: "CONNECT", path: authority });
    outgoing.end();
    return (await once(outgoing, "connect")) as [IncomingMessage, Socket, Buffer];
  }
  const [answer, socket] = await tunnel("podinfo.test:9898");
  expect(answer.statusCode).toBe(200);
  const bytes = Buffer.from([0x16, 0x03, 0x01, 0x00]);
  socket.write(bytes);
  expect(await once(socket, "data")).toEqual([bytes]);
  socket.destroy();

  const statuses = [];
  for (const authority of ["example.com:443", "nobody.test:443", "podinfo.test"]) {
    const [refused, bare] = await tunnel(authority);
    statuses.push(refused.statusCode);
    bare.destroy();
  }
  expect(statuses).toEqual([403, 502, 400]);
});

test("survives a route that cannot be followed, and a caller who sends nonsense", async () => {
  const { port } = await pod();
  const virtualServices = [
    virtualServiceOf({ hosts: ["podinfo-canary"], http: [{ route: weighted, rewrite: { uri: "/a b" } }] }),
  ];
  const redirect: HttpRouteFilter = {
    type: "RequestRedirect",
    requestRedirect: { path: { type: "ReplaceFullPath", replaceFullPath: "/日" } },
  };
  const httpRoutes = [httpRouteOf({ rules: [{ filters: [redirect] }] })];
  const { port: own, get } = await open(podinfo({ virtualServices, httpRoutes }), {
    "podinfo-1": port,
    "podinfo-primary-1": port,
  });
  expect(await get("http://podinfo-canary.test:9898/")).toMatchObject({
    status: 500,
    text: `127.0.0.1:${port}: Request path contains unescaped characters\n`,
  });
  expect(await get("http://app.example.com/")).toMatchObject({
    status: 500,
    text: 'Invalid character in header content ["location"]\n',
  });
  const socket = connect(own, "127.0.0.1");
  socket.end("NONSENSE\r\n\r\n");
  const [chunk] = (await once(socket, "data")) as [Buffer];
  expect(chunk.toString()).toMatch(/^HTTP\/1.1 400 /);
  expect(await get("http://podinfo.test:9898/")).toMatchObject({ status: 200 });
});
