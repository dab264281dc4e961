import { deepEqual, equal, partialDeepStrictEqual as matches } from "node:assert/strict";
import { events } from "../../../kubernetes/resources.ts";
import type { StoredObject } from "../../resource.ts";
import { at, done, listAt, namesOf } from "../answers.ts";
import type { Topic } from "../behaviour.ts";

/** An event about a Canary, as the operator writes them. */
function event(name: string, namespace: string, more: object = {}): StoredObject {
  return {
    metadata: { name },
    involvedObject: { apiVersion: "flagger.app/v1beta1", kind: "Canary", name: "podinfo", namespace, uid: "1" },
    reason: "Synced",
    message: `about ${name}`,
    type: "Normal",
    source: { component: "headgate" },
    firstTimestamp: "2026-01-02T03:04:05Z",
    lastTimestamp: "2026-01-02T03:04:05Z",
    count: 1,
    ...more,
  };
}

/** Events as the operator writes and kubectl reads them. */
export const eventTopic: Topic = {
  name: "events",
  behaviours: {
    "an event is stored as it was written": async (api) => {
      const created = done(await api.create(events, event("a", api.namespace)));
      matches(created, { ...event("a", api.namespace), kind: "Event", apiVersion: "v1" });
      deepEqual(done(await api.get(events, "a")), created);
    },
    "events are selected by the object that they are about, as by `kubectl describe`": async (api) => {
      done(await api.create(events, event("a", api.namespace)));
      const involvedObject = { kind: "Canary", name: "other", namespace: api.namespace, uid: "2" };
      done(await api.create(events, event("b", api.namespace, { involvedObject })));
      const select = async (fieldSelector: string): Promise<readonly unknown[]> =>
        namesOf(done(await api.list(events, { query: { fieldSelector } })));
      deepEqual(await select("involvedObject.name=podinfo"), ["a"]);
      deepEqual(await select("involvedObject.kind=Canary,involvedObject.uid=2"), ["b"]);
      deepEqual(await select(`involvedObject.namespace=${api.namespace}`), ["a", "b"]);
      deepEqual(await select("reason=Synced,type=Normal"), ["a", "b"]);
      deepEqual(await select("type!=Normal"), []);
    },
    "a repeated event is counted by a patch": async (api) => {
      done(await api.create(events, event("a", api.namespace)));
      const body = { count: 2, lastTimestamp: "2026-01-02T03:05:05Z" };
      for (const type of ["merge", "strategic"] as const) {
        matches(done(await api.patch(events, "a", { type, body })), { ...body, message: "about a" });
      }
    },
    "an event about an object of another namespace is refused": async (api) => {
      const refused = await api.create(events, event("a", "default"));
      matches(refused, { status: 422, body: { details: { causes: [{ field: "involvedObject.namespace" }] } } });
    },
    "an event without a time shows none": async (api) => {
      const created = done(
        await api.create(events, event("a", api.namespace, { firstTimestamp: null, lastTimestamp: null })),
      );
      deepEqual([created["firstTimestamp"], created["eventTime"]], [null, null]);
    },
    "a table of events tells when, of what kind, why, about what and what": async (api) => {
      done(await api.create(events, event("a", api.namespace)));
      const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
      const { body } = await api.list(events, { headers: { accept } });
      deepEqual(listAt(body, "rows.0.cells").slice(1, 3), ["Normal", "Synced"]);
      equal(at(body, "rows.0.cells.3"), "canary/podinfo");
      equal(listAt(body, "rows.0.cells").includes("about a"), true);
    },
  },
};
