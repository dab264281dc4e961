import { deepEqual, equal, match, notEqual, ok, partialDeepStrictEqual as matches } from "node:assert/strict";
import { secrets } from "../../../kubernetes/resources.ts";
import { at, done, namesOf } from "../answers.ts";
import type { Api, Query } from "../api.ts";
import type { Topic } from "../behaviour.ts";

async function createFive(api: Api): Promise<void> {
  for (const name of ["a", "b", "c", "d", "e"]) {
    done(await api.create(secrets, { metadata: { name, labels: { half: name < "c" ? "first" : "second" } } }));
  }
}

async function page(api: Api, query: Query): Promise<{ readonly names: readonly unknown[]; readonly next: string }> {
  const list = done(await api.list(secrets, { query }));
  const next = at(list, "metadata.continue");
  return { names: namesOf(list), next: typeof next === "string" ? next : "" };
}

/** Lists in parts: `limit` and `continue`. */
export const pages: Topic = {
  name: "pages",
  behaviours: {
    "all pages together are the whole list": async (api) => {
      await createFive(api);
      const first = await page(api, { limit: "2" });
      const second = await page(api, { limit: "2", continue: first.next });
      const third = await page(api, { limit: "2", continue: second.next });
      deepEqual([first.names, second.names, third.names], [["a", "b"], ["c", "d"], ["e"]]);
      equal(third.next, "");
    },
    "a page says how many items are left": async (api) => {
      await createFive(api);
      const { metadata } = done(await api.list(secrets, { query: { limit: "2" } }));
      equal(at(metadata, "remainingItemCount"), 3);
    },
    "a page of a selection does not say how many items are left": async (api) => {
      await createFive(api);
      const list = done(await api.list(secrets, { query: { limit: "1", labelSelector: "half=second" } }));
      deepEqual(namesOf(list), ["c"]);
      equal(at(list, "metadata.remainingItemCount"), undefined);
      notEqual(at(list, "metadata.continue") ?? "", "");
    },
    "pages of a selection skip what is not selected": async (api) => {
      await createFive(api);
      const labelSelector = "half=second";
      const first = await page(api, { limit: "2", labelSelector });
      const second = await page(api, { limit: "2", labelSelector, continue: first.next });
      deepEqual([first.names, second.names, second.next], [["c", "d"], ["e"], ""]);
    },
    "later pages show the state of the first": async (api) => {
      await createFive(api);
      const first = await page(api, { limit: "2" });
      done(await api.create(secrets, { metadata: { name: "cc" } }));
      done(await api.delete(secrets, "d"));
      done(await api.patch(secrets, "e", { type: "merge", body: { metadata: { labels: { half: "none" } } } }));
      const rest = done(await api.list(secrets, { query: { continue: first.next } }));
      deepEqual(namesOf(rest), ["c", "d", "e"]);
      equal(at(rest, "items.2.metadata.labels.half"), "second");
    },
    "all pages have the version of the first": async (api) => {
      await createFive(api);
      const first = done(await api.list(secrets, { query: { limit: "3" } }));
      done(await api.create(secrets, { metadata: { name: "f" } }));
      const rest = done(await api.list(secrets, { query: { continue: String(at(first, "metadata.continue")) } }));
      equal(rest.metadata.resourceVersion, first.metadata.resourceVersion);
    },
    "a page with room for all has nothing to continue": async (api) => {
      await createFive(api);
      for (const limit of ["5", "500", "0"]) {
        const { names, next } = await page(api, { limit });
        deepEqual([names.length, next], [5, ""], `limit ${limit}`);
      }
    },
    "a watch from the version of the first page misses nothing": async (api) => {
      await createFive(api);
      const first = done(await api.list(secrets, { query: { limit: "2" } }));
      done(await api.delete(secrets, "d"));
      const watch = await api.watch(secrets, { query: { resourceVersion: first.metadata.resourceVersion ?? "" } });
      matches(await watch.take(1), [{ type: "DELETED", object: { metadata: { name: "d" } } }]);
    },
    "a token that the server did not give is refused": async (api) => {
      const { status, body } = await api.list(secrets, { query: { limit: "1", continue: "nonsense" } });
      equal(status, 400);
      match(String(at(body, "message")), /continue key is not valid/);
    },
    "a token together with a version is refused": async (api) => {
      await createFive(api);
      const first = await page(api, { limit: "1" });
      ok(first.next !== "");
      const { status } = await api.list(secrets, { query: { continue: first.next, resourceVersion: "1" } });
      equal(status, 400);
    },
  },
};
