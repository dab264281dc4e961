import { describe, expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import type { Clock } from "../clock.ts";
import { Unreachable } from "../http.ts";
import type { Answer, Loopback, Received } from "../testing/loopback.ts";
import { silence, startLoopback } from "../testing/loopback.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import type { KubeClient, WatchEvent } from "./client.ts";
import { AlreadyExists, ApiError, Conflict, Forbidden, Gone, Invalid, NotFound, TooManyRequests } from "./errors.ts";
import { createClient } from "./http-client.ts";
import type { KubeObject } from "./objects.ts";
import { configMaps, deployments } from "./resources.ts";
import { createTransport } from "./transport.ts";
import type { ApiResponse, Transport } from "./transport.ts";

const json = (body: unknown, status = 200): Answer => ({ status, body: JSON.stringify(body) });
const key = { namespace: "test", name: "podinfo" };

function clientOf({ url }: Loopback, clock = systemClock): KubeClient {
  const config = {
    server: url,
    insecureSkipVerify: false,
    authorization: () => Promise.resolve("Bearer secret"),
  };
  return createClient(createTransport(config), clock);
}

/** Pauses between tries end at once; the bound on a request stays. */
const impatient: Clock = {
  ...systemClock,
  after: (ms, run) => systemClock.after(ms < 10_000 ? 0 : ms, run),
};

/** The bound on a request has passed as soon as it is sent. */
const hasty: Clock = { ...systemClock, after: (_, run) => systemClock.after(0, run) };

async function all<T extends KubeObject>(events: AsyncIterable<WatchEvent<T>>): Promise<WatchEvent<T>[]> {
  const seen: WatchEvent<T>[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

describe("requests", () => {
  const object = { metadata: key };
  const rows: readonly [string, (client: KubeClient) => Promise<unknown>, string, string | undefined][] = [
    [
      "get",
      (client) => client.get(deployments, key),
      "GET /apis/apps/v1/namespaces/test/deployments/podinfo",
      undefined,
    ],
    [
      "create",
      (client) => client.create(configMaps, object),
      "POST /api/v1/namespaces/test/configmaps?fieldManager=headgate",
      "application/json",
    ],
    [
      "replace the status",
      (client) => client.replace(deployments, object, { subresource: "status" }),
      "PUT /apis/apps/v1/namespaces/test/deployments/podinfo/status?fieldManager=headgate",
      "application/json",
    ],
    [
      "merge patch",
      (client) => client.patch(deployments, key, { type: "merge", body: {} }),
      "PATCH /apis/apps/v1/namespaces/test/deployments/podinfo?fieldManager=headgate",
      "application/merge-patch+json",
    ],
    [
      "delete",
      (client) => client.delete(configMaps, key, { uid: "u" }),
      "DELETE /api/v1/namespaces/test/configmaps/podinfo",
      "application/json",
    ],
  ];

  test.each(rows)("%s", async (_, call, line, type) => {
    await using server = await startLoopback(() => json(object));
    await call(clientOf(server));
    expect(server.received.map(({ method, path, headers }) => [`${method} ${path}`, headers["content-type"]])).toEqual([
      [line, type],
    ]);
    expect(server.received[0]?.headers.authorization).toBe("Bearer secret");
  });
});

describe("failures", () => {
  test.each([
    [400, "BadRequest", Invalid],
    [401, "Unauthorized", Forbidden],
    [403, "Forbidden", Forbidden],
    [404, "NotFound", NotFound],
    [409, "AlreadyExists", AlreadyExists],
    [409, "Conflict", Conflict],
    [410, "Expired", Gone],
    [422, "Invalid", Invalid],
    [429, "TooManyRequests", TooManyRequests],
    [500, "InternalError", ApiError],
    [504, "Timeout", ApiError],
  ])("%i %s", async (status, reason, kind) => {
    await using server = await startLoopback(() =>
      json({ kind: "Status", message: "no", reason, code: status }, status),
    );
    const failure = clientOf(server, impatient).get(configMaps, key);
    await expect(failure).rejects.toBeInstanceOf(kind);
    await expect(failure).rejects.toMatchObject({
      status,
      reason,
      message: "no (GET /api/v1/namespaces/test/configmaps/podinfo)",
    });
  });

  test.each<[string, Answer, string]>([
    ["plain text", { status: 500, body: "etcd is not there" }, "etcd is not there"],
    ["nothing", { status: 500 }, "status 500"],
    ["JSON of somebody else", json({ code: 7, error: "no upstream" }, 500), "status 500"],
    ["JSON that is no object", json([], 500), "status 500"],
  ])("a failure with %s keeps its status", async (_, answer, message) => {
    await using server = await startLoopback(() => answer);
    await expect(clientOf(server).get(configMaps, key)).rejects.toMatchObject({
      name: "ApiError",
      status: 500,
      message: `${message} (GET /api/v1/namespaces/test/configmaps/podinfo)`,
    });
  });

  test.each([
    ["<html>", "the answer to GET /api/v1/configmaps is not JSON: <html>"],
    ["", "the answer to GET /api/v1/configmaps is not JSON: "],
    ["null", "the answer to GET /api/v1/configmaps is not an object"],
    ["{}", "the answer to GET /api/v1/configmaps is not a list"],
  ])("an answer %j is no answer", async (body, message) => {
    await using server = await startLoopback(() => ({ body }));
    await expect(clientOf(server).list(configMaps)).rejects.toEqual(new Unreachable(`API server: ${message}`));
  });

  test("a server that hangs is waited for 30 seconds", async () => {
    await using server = await startLoopback(silence);
    await expect(clientOf(server, hasty).get(configMaps, key)).rejects.toEqual(
      new Unreachable("API server: no answer to GET /api/v1/namespaces/test/configmaps/podinfo within 30 s"),
    );
  });
});

describe("a server that is busy", () => {
  test.each([429, 503])("with %i is asked again, five times in all", async (status) => {
    const busy = (_: Received, index: number): Answer =>
      index < 4 ? json({ message: "busy" }, status) : json({ metadata: key });
    await using server = await startLoopback(busy);
    await expect(clientOf(server, impatient).get(configMaps, key)).resolves.toEqual({ metadata: key });
    expect(server.received).toHaveLength(5);
  });

  test.each([
    ["7", 7],
    ["0", 1],
    ["Wed, 21 Oct 2026 07:28:00 GMT", 1],
    ["3600", 30],
  ])("is given the time it asks for: %s", async (after, seconds) => {
    const clock = createVirtualClock();
    const times: number[] = [];
    const transport: Transport = async () => {
      times.push(clock.now());
      return { status: times.length === 1 ? 429 : 200, headers: { "retry-after": after }, body: bodyOf("{}") };
    };
    const answer = createClient(transport, clock).get(configMaps, key);
    await clock.advance(60_000);
    await answer;
    const [first = 0, second = 0] = times;
    expect((second - first) / 1000).toBeGreaterThanOrEqual(seconds);
    expect((second - first) / 1000).toBeLessThanOrEqual(2 * seconds);
  });

  test("is spared: what is urgent goes first, watches do not count", async () => {
    const clock = createVirtualClock();
    const sent: string[] = [];
    const transport: Transport = async ({ method, path }) => {
      sent.push(`${clock.now() / 1000} ${method} ${path.replace(/.*(configmaps)/, "$1").replace(/[?].*/, "")}`);
      return { status: 200, headers: {}, body: bodyOf("{}") };
    };
    const client = createClient(transport, clock, { qps: 1, burst: 1 });
    const merge = { type: "merge", body: {} } as const;
    const rollback = { urgent: true };
    void client.get(configMaps, { name: "a" });
    void client.get(configMaps, { name: "b" });
    void client.patch(configMaps, { name: "c" }, merge, rollback);
    void client.replace(configMaps, { metadata: { name: "d" } }, rollback);
    void client.create(configMaps, { metadata: { name: "e" } }, rollback);
    void client.delete(configMaps, { name: "f" }, rollback);
    void client.get(configMaps, { name: "g" }, rollback);
    void all(client.watch(configMaps, { from: "1", signal: new AbortController().signal })).catch(() => undefined);
    await clock.advance(60_000);
    expect(sent).toEqual([
      "0 GET configmaps",
      "0 GET configmaps/a",
      "1 PATCH configmaps/c",
      "2 PUT configmaps/d",
      "3 POST configmaps",
      "4 DELETE configmaps/f",
      "5 GET configmaps/g",
      "6 GET configmaps/b",
    ]);
  });
});

async function* bodyOf(text: string): ApiResponse["body"] {
  yield Buffer.from(text);
}

test("lists follow the pages", async () => {
  const item = (name: string) => ({ metadata: { name } });
  await using server = await startLoopback(({ path }) =>
    path.includes("continue=next")
      ? json({ metadata: { resourceVersion: "7" }, items: [item("b")] })
      : json({ metadata: { resourceVersion: "7", continue: "next" }, items: [item("a")] }),
  );
  const found = await clientOf(server).list(configMaps, { namespace: "test", labelSelector: "app=x" });
  expect(found).toEqual({ items: [item("a"), item("b")], resourceVersion: "7" });
  expect(server.received.map(({ path }) => path)).toEqual([
    "/api/v1/namespaces/test/configmaps?labelSelector=app%3Dx&limit=500",
    "/api/v1/namespaces/test/configmaps?labelSelector=app%3Dx&limit=500&continue=next",
  ]);
});

test("a list whose place is gone between two pages begins anew, in one piece", async () => {
  const item = (name: string) => ({ metadata: { name } });
  await using server = await startLoopback(({ path }) => {
    if (path.includes("continue=")) return json({ reason: "Expired", message: "too old" }, 410);
    return path.includes("limit=")
      ? json({ metadata: { resourceVersion: "7", continue: "next" }, items: [item("a")] })
      : json({ metadata: { resourceVersion: "9" }, items: [item("b"), item("c")] });
  });
  expect(await clientOf(server).list(configMaps)).toEqual({ items: [item("b"), item("c")], resourceVersion: "9" });
  expect(server.received.map(({ path }) => path)).toEqual([
    "/api/v1/configmaps?limit=500",
    "/api/v1/configmaps?limit=500&continue=next",
    "/api/v1/configmaps",
  ]);
});

describe("watches", () => {
  const lines = (...events: unknown[]): Answer => ({
    body: events.map((event) => `${JSON.stringify(event)}\n`).join(""),
  });
  const options = { from: "1", signal: new AbortController().signal };

  test("give changes and bookmarks", async () => {
    const object = { metadata: { name: "a", resourceVersion: "2" } };
    await using server = await startLoopback(() =>
      lines({ type: "ADDED", object }, { type: "BOOKMARK", object: { metadata: { resourceVersion: "3" } } }),
    );
    expect(await all(clientOf(server).watch(configMaps, options))).toEqual([
      { type: "ADDED", object },
      { type: "BOOKMARK", resourceVersion: "3" },
    ]);
    expect(server.received[0]?.path).toMatch(
      /watch=true&allowWatchBookmarks=true&resourceVersion=1&timeoutSeconds=\d+$/,
    );
  });

  test.each<[string, Answer, Partial<Error>]>([
    [
      "begin too far back",
      lines({ type: "ERROR", object: { code: 410, reason: "Expired", message: "too old" } }),
      new Gone("too old (GET /api/v1/configmaps)", 410, "Expired"),
    ],
    [
      "may not begin there at all",
      json({ reason: "Expired", message: "too old" }, 410),
      new Gone("too old (GET /api/v1/configmaps)", 410, "Expired"),
    ],
    ["fail", lines({ type: "ERROR", object: {} }), new ApiError("status 500 (GET /api/v1/configmaps)", 500, "")],
    ["meet a server that is busy", json({}, 429), new TooManyRequests("status 429 (GET /api/v1/configmaps)", "", 1000)],
    [
      "tell garbage",
      { body: "<html>\n" },
      new Unreachable("API server: the answer to GET /api/v1/configmaps is not JSON: <html>"),
    ],
    [
      "tell something else",
      lines(["no event"]),
      new Unreachable('API server: GET /api/v1/configmaps tells what is not an event: ["no event"]'),
    ],
  ])("say when they %s", async (_, answer, error) => {
    await using server = await startLoopback(() => answer);
    const failure = all(clientOf(server).watch(configMaps, options));
    await expect(failure).rejects.toBeInstanceOf(error.constructor);
    await expect(failure).rejects.toMatchObject({ message: error.message });
  });

  test("give up a server that does not begin to answer", async () => {
    await using server = await startLoopback(silence);
    await expect(all(clientOf(server, hasty).watch(configMaps, options))).rejects.toEqual(
      new Unreachable("API server: no answer to GET /api/v1/configmaps within 30 s"),
    );
  });
});
