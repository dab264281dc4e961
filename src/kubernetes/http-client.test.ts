import { describe, expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { Answer, Loopback, Received } from "../testing/loopback.ts";
import { startLoopback } from "../testing/loopback.ts";
import type { KubeClient, WatchEvent } from "./client.ts";
import { AlreadyExists, ApiError, Conflict, Forbidden, Gone, Invalid, NotFound } from "./errors.ts";
import { createClient } from "./http-client.ts";
import type { KubeObject } from "./objects.ts";
import { configMaps, deployments } from "./resources.ts";
import { createTransport } from "./transport.ts";

const json = (body: unknown, status = 200): Answer => ({ status, body: JSON.stringify(body) });
const key = { namespace: "test", name: "podinfo" };

function clientOf({ url }: Loopback, clock = systemClock): KubeClient {
  const config = {
    server: url,
    insecureSkipVerify: false,
    namespace: "default",
    authorization: () => Promise.resolve("Bearer secret"),
  };
  return createClient(createTransport(config), clock);
}

/** Pauses between tries end at once; the bound on a request stays. */
const impatient: Clock = {
  now: () => systemClock.now(),
  after: (ms, run) => systemClock.after(ms < 10_000 ? 0 : ms, run),
};

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
      "JSON patch",
      (client) => client.patch(deployments, key, { type: "json", body: [] }),
      "PATCH /apis/apps/v1/namespaces/test/deployments/podinfo?fieldManager=headgate",
      "application/json-patch+json",
    ],
    [
      "apply",
      (client) =>
        client.patch(configMaps, key, { type: "apply", body: { apiVersion: "v1", kind: "ConfigMap", metadata: key } }),
      "PATCH /api/v1/namespaces/test/configmaps/podinfo?fieldManager=headgate&force=true",
      "application/apply-patch+yaml",
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
    [403, "Forbidden", Forbidden],
    [404, "NotFound", NotFound],
    [409, "AlreadyExists", AlreadyExists],
    [409, "Conflict", Conflict],
    [410, "Expired", Gone],
    [422, "Invalid", Invalid],
    [500, "InternalError", ApiError],
  ])("%i %s", async (status, reason, kind) => {
    await using server = await startLoopback(() =>
      json({ kind: "Status", message: "no", reason, code: status }, status),
    );
    const failure = clientOf(server).get(configMaps, key);
    await expect(failure).rejects.toBeInstanceOf(kind);
    await expect(failure).rejects.toMatchObject({
      status,
      reason,
      message: "no (GET /api/v1/namespaces/test/configmaps/podinfo)",
    });
  });

  test("an answer that is not JSON is no answer", async () => {
    await using server = await startLoopback(() => ({ body: "<html>" }));
    await expect(clientOf(server).get(configMaps, key)).rejects.toMatchObject({ name: "Unreachable" });
  });

  test("a plain-text failure keeps its status", async () => {
    await using server = await startLoopback(() => ({ status: 500, body: "etcd is not there" }));
    await expect(clientOf(server).get(configMaps, key)).rejects.toMatchObject({ status: 500 });
  });

  test.each([429, 503])("%i is tried again, five times in all", async (status) => {
    const busy = (_: Received, index: number): Answer =>
      index < 4 ? json({ message: "busy" }, status) : json({ metadata: key });
    await using server = await startLoopback(busy);
    await expect(clientOf(server, impatient).get(configMaps, key)).resolves.toEqual({ metadata: key });
    expect(server.received).toHaveLength(5);
  });
});

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

  test("say when they begin too far back", async () => {
    await using server = await startLoopback(() =>
      lines({ type: "ERROR", object: { code: 410, reason: "Expired", message: "too old" } }),
    );
    await expect(all(clientOf(server).watch(configMaps, options))).rejects.toBeInstanceOf(Gone);
  });
});
