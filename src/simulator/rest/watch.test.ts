import { expect, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import { createApiServer } from "../apiserver.ts";
import { began, createTestClient } from "./testing.ts";
import type { WatchEvent } from "./watch.ts";

const path = "/api/v1/namespaces/default/configmaps";

async function open() {
  const clock = createVirtualClock(began);
  const server = createApiServer({ clock });
  const client = createTestClient(server.transport);
  const create = async (name: string, app: string) =>
    client.done("POST", path, { metadata: { name, labels: { app } } });
  const label = async (name: string, app: string) =>
    client.done("PATCH", `${path}/${name}`, { metadata: { labels: { app } } }, "application/merge-patch+json");
  await create("a", "web");
  const follow = async (query: string, accept?: string) => {
    const watch = await client.watch(`/api/v1/configmaps?watch=true${query}`, accept);
    await clock.advance(0);
    return watch;
  };
  return { clock, server, create, label, follow, ...client };
}

/** `TYPE NAME VERSION APP` of each event. */
function told(events: readonly WatchEvent[]): readonly string[] {
  return events.map((event) => {
    if (event.type === "ERROR") return `ERROR ${event.object.message ?? ""}`;
    const { name, resourceVersion = "", labels = {} } = event.object.metadata;
    return [event.type, name, resourceVersion, labels["app"]].filter((part) => part !== undefined).join(" ");
  });
}

test.each([
  [
    "what is there first, without a version",
    "",
    ["ADDED a 5 web", "ADDED b 6 web", "MODIFIED a 7 db", "DELETED b 8 web"],
  ],
  [
    "the same from version 0",
    "&resourceVersion=0",
    ["ADDED a 5 web", "ADDED b 6 web", "MODIFIED a 7 db", "DELETED b 8 web"],
  ],
  ["what comes after a version", "&resourceVersion=5", ["ADDED b 6 web", "MODIFIED a 7 db", "DELETED b 8 web"]],
  [
    "what has come since a version",
    "&resourceVersion=4",
    ["ADDED a 5 web", "ADDED b 6 web", "MODIFIED a 7 db", "DELETED b 8 web"],
  ],
  [
    "objects come and go with their labels",
    "&resourceVersion=5&labelSelector=app%3Dweb",
    ["ADDED b 6 web", "DELETED a 7 web", "DELETED b 8 web"],
  ],
  [
    "one object by its name",
    "&resourceVersion=5&fieldSelector=metadata.name%3Db",
    ["ADDED b 6 web", "DELETED b 8 web"],
  ],
  [
    "the end of what is there, on request",
    "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true",
    ["ADDED a 5 web", "BOOKMARK 5", "ADDED b 6 web", "MODIFIED a 7 db", "DELETED b 8 web"],
  ],
  ["nothing of a version that is forgotten", "&resourceVersion=1", ["ERROR too old resource version: 1 (4)"]],
] as const)("tells %s", async (_, query, expected) => {
  const { clock, create, label, done, follow } = await open();
  const { events } = await follow(query);
  await create("b", "web");
  await label("a", "db");
  await done("DELETE", `${path}/b`);
  await clock.advance(0);
  expect(told(events)).toEqual(expected);
});

test("sends a bookmark every minute and shortly before the end", async () => {
  const { clock, create, follow, done } = await open();
  const { events } = await follow("&resourceVersion=5&allowWatchBookmarks=true&timeoutSeconds=90");
  await done("POST", "/api/v1/namespaces", { metadata: { name: "other" } });
  await clock.advance(60_000);
  await create("b", "web");
  await clock.advance(40_000);
  await create("c", "web");
  await clock.advance(1000);
  expect(told(events)).toEqual(["BOOKMARK 6", "ADDED b 7 web", "BOOKMARK 7"]);
  expect(events[0]).toEqual({
    type: "BOOKMARK",
    object: { kind: "ConfigMap", apiVersion: "v1", metadata: { resourceVersion: "6" } },
  });
});

test("tables have the definitions of their columns once", async () => {
  const { clock, create, follow } = await open();
  const { events } = await follow("", "application/json;as=Table;v=v1;g=meta.k8s.io");
  await create("b", "web");
  await clock.advance(0);
  const tables = events.map(
    ({ object }) => object as unknown as { kind: string; columnDefinitions: unknown; rows: { cells: unknown }[] },
  );
  expect(
    tables.map(({ kind, columnDefinitions, rows }) => [
      kind,
      columnDefinitions !== null,
      rows.map(({ cells }) => cells),
    ]),
  ).toEqual([
    ["Table", true, [["a", 0, "0s"]]],
    ["Table", false, [["b", 0, "0s"]]],
  ]);
});

test("ends when the client wants it to", async () => {
  const { clock, create, follow } = await open();
  const watch = await follow("&resourceVersion=5");
  watch.stop();
  await clock.advance(0);
  await create("b", "web");
  await clock.advance(0);
  expect(watch.events).toEqual([]);
});

test("refuses what does not go together", async () => {
  const { get } = await open();
  expect((await get("/api/v1/configmaps?watch=true&sendInitialEvents=true")).body).toMatchObject({
    code: 422,
    message:
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
  });
});
