import { deepEqual, equal, ok, partialDeepStrictEqual as matches } from "node:assert/strict";
import { configMaps, deployments, secrets } from "../../../kubernetes/resources.ts";
import { at, done, listAt, namesOf } from "../answers.ts";
import type { Topic } from "../behaviour.ts";
import { namespaces } from "../resources.ts";
import { configMap, deployment } from "../samples.ts";

const secret = (name: string): object => ({ metadata: { name, labels: { conformance: "read" } } });

/** GET of an object and of a collection. */
export const read: Topic = {
  name: "get and list",
  behaviours: {
    "an object that is not there is named": async (api) => {
      const { status, body } = await api.get(configMaps, "a");
      equal(status, 404);
      deepEqual(body, {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: 'configmaps "a" not found',
        reason: "NotFound",
        details: { name: "a", kind: "configmaps" },
        code: 404,
      });
    },
    "an object that is not there is named with its group": async (api) => {
      matches((await api.get(deployments, "a")).body, {
        message: 'deployments.apps "a" not found',
        details: { name: "a", group: "apps", kind: "deployments" },
      });
    },
    "an object that is not in this namespace is not found, wherever else it is": async (api) => {
      done(await api.create(configMaps, configMap("only-here")));
      equal((await api.get(configMaps, "only-here", { namespace: "default" })).status, 404);
    },
    "a list without items is a list": async (api) => {
      const { status, body } = await api.list(secrets);
      equal(status, 200);
      matches(body, { kind: "SecretList", apiVersion: "v1" });
      deepEqual(at(body, "items"), []);
      ok(Number(at(body, "metadata.resourceVersion")) > 0);
    },
    "a list in a namespace that does not exist is empty": async (api) => {
      deepEqual(at((await api.list(secrets, { namespace: "conformance-nowhere" })).body, "items"), []);
    },
    "a list is sorted by name and has a version that none of its items exceeds": async (api) => {
      for (const name of ["b", "c", "a"]) done(await api.create(secrets, secret(name)));
      const { body } = await api.list(secrets);
      deepEqual(namesOf(body), ["a", "b", "c"]);
      const version = Number(at(body, "metadata.resourceVersion"));
      for (const item of listAt(body, "items")) ok(Number(at(item, "metadata.resourceVersion")) <= version);
    },
    "the items of a list do not repeat their kind": async (api) => {
      done(await api.create(secrets, secret("a")));
      const [item] = listAt((await api.list(secrets)).body, "items");
      deepEqual([at(item, "kind"), at(item, "apiVersion"), at(item, "metadata.name")], [undefined, undefined, "a"]);
    },
    "a list of all namespaces has the objects of each": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      const { body } = await api.list(configMaps, { namespace: "", query: { fieldSelector: "metadata.name=a" } });
      ok(listAt(body, "items").some((item) => at(item, "metadata.namespace") === api.namespace));
    },
    "objects and lists from any version on are current": async (api) => {
      const created = done(await api.create(secrets, secret("a")));
      const query = { resourceVersion: "0" };
      await api.eventually("the object is served from any version on", async () => {
        deepEqual(done(await api.get(secrets, "a", { query })), created);
        deepEqual(namesOf((await api.list(secrets, { query })).body), ["a"]);
        return true;
      });
    },
    "a list is not older than the version that is asked for": async (api) => {
      const { metadata } = done(await api.create(secrets, secret("a")));
      const query = { resourceVersion: metadata.resourceVersion ?? "", resourceVersionMatch: "NotOlderThan" };
      deepEqual(namesOf(done(await api.list(secrets, { query }))), ["a"]);
    },
    "a version that is no number is refused": async (api) => {
      equal((await api.list(secrets, { query: { resourceVersion: "x" } })).status, 400);
    },
    "objects without a namespace are read like others": async (api) => {
      matches(await api.get(namespaces, api.namespace), {
        status: 200,
        body: { kind: "Namespace", metadata: { name: api.namespace }, status: { phase: "Active" } },
      });
      equal(at((await api.get(namespaces, api.namespace)).body, "metadata.namespace"), undefined);
    },
    "what was written is read, at once": async (api) => {
      for (let turn = 0; turn < 5; turn++) {
        const name = `a${turn}`;
        done(await api.create(deployments, deployment(name)));
        equal((await api.get(deployments, name)).status, 200);
      }
      equal(namesOf(done(await api.list(deployments))).length, 5);
    },
  },
};
