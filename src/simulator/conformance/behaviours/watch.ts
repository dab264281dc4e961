import { deepEqual, equal, ok, partialDeepStrictEqual as matches } from "node:assert/strict";
import { configMaps, secrets } from "../../../kubernetes/resources.ts";
import { at, done, listAt } from "../answers.ts";
import type { Api, WatchEvent } from "../api.ts";
import { pathOf } from "../api.ts";
import type { Topic } from "../behaviour.ts";
import { labelled } from "../samples.ts";
import { define } from "../widgets.ts";

const create = async (api: Api, name: string, labels = {}): Promise<unknown> =>
  done(await api.create(secrets, labelled(name, labels)));
const label = async (api: Api, name: string, labels: object): Promise<unknown> =>
  done(await api.patch(secrets, name, { type: "merge", body: { metadata: { labels } } }));
const remove = async (api: Api, name: string): Promise<unknown> => done(await api.delete(secrets, name));

/** The version from which a watch sees what comes now. */
async function now(api: Api): Promise<{ readonly resourceVersion: string }> {
  return { resourceVersion: done(await api.list(secrets)).metadata.resourceVersion ?? "" };
}

/** `TYPE NAME` of each event. */
function told(events: readonly WatchEvent[]): readonly string[] {
  return events.map(({ type, object }) => `${type} ${object.metadata.name}`);
}

/** Streams of changes. */
export const watches: Topic = {
  name: "watch",
  behaviours: {
    "from the version of a list it tells every change after it, in order": async (api) => {
      await create(api, "before");
      const watch = await api.watch(secrets, { query: await now(api) });
      await create(api, "a");
      await label(api, "a", { app: "web" });
      await create(api, "b");
      await remove(api, "a");
      deepEqual(told(await watch.take(4)), ["ADDED a", "MODIFIED a", "ADDED b", "DELETED a"]);
    },
    "it tells each object as a read gives it": async (api) => {
      const watch = await api.watch(secrets, { query: await now(api) });
      await create(api, "a");
      const [event] = await watch.take(1);
      deepEqual(event, { type: "ADDED", object: done(await api.get(secrets, "a")) });
    },
    "the end of an object has its last state and a version of its own": async (api) => {
      const last = done(await api.create(secrets, labelled("a", { app: "web" })));
      const watch = await api.watch(secrets, { query: await now(api) });
      await remove(api, "a");
      const [event] = await watch.take(1);
      matches(event, { type: "DELETED", object: { metadata: { uid: last.metadata.uid, labels: { app: "web" } } } });
      ok(Number(event?.object.metadata.resourceVersion) > Number(last.metadata.resourceVersion));
    },
    "from an earlier version it tells what has happened since": async (api) => {
      const query = await now(api);
      await create(api, "a");
      await label(api, "a", { app: "web" });
      await remove(api, "a");
      await create(api, "b");
      const watch = await api.watch(secrets, { query });
      await create(api, "c");
      deepEqual(told(await watch.take(5)), ["ADDED a", "MODIFIED a", "DELETED a", "ADDED b", "ADDED c"]);
    },
    "versions rise from event to event": async (api) => {
      const watch = await api.watch(secrets, { query: await now(api) });
      for (const name of ["a", "b", "c"]) await create(api, name);
      await remove(api, "b");
      const versions = (await watch.take(4)).map(({ object }) => Number(object.metadata.resourceVersion));
      deepEqual(
        versions,
        [...versions].sort((a, b) => a - b),
      );
      equal(new Set(versions).size, 4);
    },
    "without a version it tells first what is there": async (api) => {
      await create(api, "a");
      await create(api, "b");
      const watch = await api.watch(secrets);
      deepEqual([...told(await watch.take(2))].sort(), ["ADDED a", "ADDED b"]);
      await label(api, "a", { app: "web" });
      deepEqual(told(await watch.take(3))[2], "MODIFIED a");
    },
    "a label selector makes objects come and go as they begin and cease to match": async (api) => {
      await create(api, "a", { app: "web" });
      await create(api, "b");
      const watch = await api.watch(secrets, { query: { ...(await now(api)), labelSelector: "app=web" } });
      await label(api, "b", { other: "label" });
      await label(api, "b", { app: "web" });
      await label(api, "a", { app: "other" });
      await label(api, "b", { more: "labels" });
      await remove(api, "a");
      await remove(api, "b");
      deepEqual(told(await watch.take(4)), ["ADDED b", "DELETED a", "MODIFIED b", "DELETED b"]);
    },
    "what ceases to match is told as it was when it matched": async (api) => {
      await create(api, "a", { app: "web" });
      const watch = await api.watch(secrets, { query: { ...(await now(api)), labelSelector: "app=web" } });
      const after = await label(api, "a", { app: "other" });
      const [event] = await watch.take(1);
      matches(event, { type: "DELETED", object: { metadata: { name: "a", labels: { app: "web" } } } });
      equal(event?.object.metadata.resourceVersion, at(after, "metadata.resourceVersion"));
    },
    "one object is watched by its name, as by `kubectl wait`": async (api) => {
      const query = { ...(await now(api)), fieldSelector: "metadata.name=b" };
      const watch = await api.watch(secrets, { query });
      for (const name of ["a", "b", "c"]) await create(api, name);
      await remove(api, "a");
      await remove(api, "b");
      deepEqual(told(await watch.take(2)), ["ADDED b", "DELETED b"]);
    },
    "one namespace is watched without the others": async (api) => {
      const watch = await api.watch(configMaps, {
        query: { ...(await now(api)), fieldSelector: "metadata.name=conformance-watch" },
      });
      const elsewhere = await api.watch(configMaps, {
        namespace: "",
        query: { ...(await now(api)), labelSelector: `of=${api.namespace}` },
      });
      const object = labelled("conformance-watch", { of: api.namespace });
      done(await api.create(configMaps, object, { namespace: "default" }));
      api.afterwards(async () => api.delete(configMaps, "conformance-watch", { namespace: "default" }));
      done(await api.create(configMaps, object));
      const [event] = await watch.take(1);
      equal(event?.object.metadata.namespace, api.namespace);
      deepEqual(
        (await elsewhere.take(2)).map((seen) => seen.object.metadata.namespace),
        ["default", api.namespace],
      );
    },
    "a finalizer shows as a change, the end as a deletion": async (api) => {
      const object = labelled("a", {});
      done(await api.create(secrets, { ...object, metadata: { ...object.metadata, finalizers: ["example.com/a"] } }));
      const letGo = async (): Promise<unknown> =>
        api.patch(secrets, "a", { type: "merge", body: { metadata: { finalizers: null } } });
      api.afterwards(letGo);
      const watch = await api.watch(secrets, { query: await now(api) });
      await remove(api, "a");
      await letGo();
      const [first, second] = await watch.take(2);
      matches(first, { type: "MODIFIED", object: { metadata: { finalizers: ["example.com/a"] } } });
      ok(first?.object.metadata.deletionTimestamp !== undefined);
      matches(second, { type: "DELETED", object: { metadata: { name: "a" } } });
    },
    "a change that changes nothing is not told": async (api) => {
      await create(api, "a", { app: "web" });
      const watch = await api.watch(secrets, { query: await now(api) });
      await label(api, "a", { app: "web" });
      await create(api, "b");
      deepEqual(told(await watch.take(1)), ["ADDED b"]);
    },
    "it ends in peace when its time is over": async (api) => {
      await create(api, "a");
      const watch = await api.watch(secrets, { query: { ...(await now(api)), timeoutSeconds: "1" } });
      await api.eventually("the watch ends", async () => (watch.ended ? true : undefined));
      deepEqual(watch.events, []);
    },
    "bookmarks have a version and nothing else": async (api) => {
      await create(api, "a");
      const { resourceVersion: from } = await now(api);
      const query = { resourceVersion: from, allowWatchBookmarks: "true", timeoutSeconds: "4" };
      const watch = await api.watch(secrets, { query });
      const [bookmark] = await watch.take(1);
      matches(bookmark, { type: "BOOKMARK", object: { kind: "Secret", apiVersion: "v1" } });
      const { resourceVersion, ...rest } = bookmark?.object.metadata as unknown as Readonly<Record<string, unknown>>;
      ok(Number(resourceVersion) >= Number(from));
      ok(!("name" in rest) && !("uid" in rest));
    },
    "a watch goes on from a bookmark": async (api) => {
      const query = { allowWatchBookmarks: "true", timeoutSeconds: "4" };
      const first = await api.watch(secrets, { query: { ...query, ...(await now(api)) } });
      await create(api, "a");
      const bookmark = await api.eventually("a bookmark", async () =>
        first.events.find(({ type, object }) => type === "BOOKMARK" && object.metadata.resourceVersion !== undefined),
      );
      await create(api, "b");
      const resourceVersion = bookmark.object.metadata.resourceVersion ?? "";
      const second = await api.watch(secrets, { query: { resourceVersion } });
      deepEqual(told(await second.take(1)), ["ADDED b"]);
    },
    "without asking there are no bookmarks": async (api) => {
      const watch = await api.watch(secrets, { query: { ...(await now(api)), timeoutSeconds: "4" } });
      await api.eventually("the watch ends", async () => (watch.ended ? true : undefined));
      deepEqual(watch.events, []);
    },
    "what is there can be asked for first, and its end is marked by a bookmark": async (api) => {
      await create(api, "a");
      await create(api, "b");
      const watch = await api.watch(secrets, {
        query: {
          sendInitialEvents: "true",
          resourceVersionMatch: "NotOlderThan",
          allowWatchBookmarks: "true",
          resourceVersion: "",
        },
      });
      const events = await watch.take(3);
      deepEqual([...told(events.slice(0, 2))].sort(), ["ADDED a", "ADDED b"]);
      matches(events[2], {
        type: "BOOKMARK",
        object: { metadata: { annotations: { "k8s.io/initial-events-end": "true" } } },
      });
    },
    "a version from before the resource was there is gone": async (api) => {
      const widgets = await define(api);
      const query = { watch: "true", resourceVersion: "1", timeoutSeconds: "3" };
      const { body } = await api.send("GET", pathOf(widgets, api.namespace), { query });
      const status = at(body, "type") === "ERROR" ? at(body, "object") : body;
      matches(status, { kind: "Status", status: "Failure", code: 410 });
      ok(["Expired", "Gone"].includes(String(at(status, "reason"))));
    },
    "a selector that is none is refused": async (api) => {
      const query = { watch: "true", fieldSelector: "data.key=value" };
      equal((await api.send("GET", pathOf(secrets, api.namespace), { query })).status, 400);
    },
    "tables are told to those who accept them, as to `kubectl get --watch`": async (api) => {
      await create(api, "a");
      const watch = await api.watch(secrets, {
        headers: { accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json" },
      });
      const [event] = await watch.take(1);
      matches(event, { type: "ADDED", object: { kind: "Table", apiVersion: "meta.k8s.io/v1" } });
      equal(at(listAt(event, "object.rows")[0], "cells.0"), "a");
    },
  },
};
