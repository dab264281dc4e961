import { deepEqual, equal, match, partialDeepStrictEqual as matches } from "node:assert/strict";
import { apiVersionOf, configMaps, deployments } from "../../../kubernetes/resources.ts";
import { at, done } from "../answers.ts";
import type { Topic } from "../behaviour.ts";
import { namespaces } from "../resources.ts";
import { configMap, deployment } from "../samples.ts";

const query = { dryRun: "All" };

/** Requests that go all the way but for storing. */
export const dryRun: Topic = {
  name: "dry run",
  behaviours: {
    "a creation answers with the object, complete with defaults, which is not there": async (api) => {
      const created = await api.create(deployments, deployment("a"), { query });
      matches(created, {
        status: 201,
        body: { metadata: { name: "a", generation: 1 }, spec: { progressDeadlineSeconds: 600 } },
      });
      match(String(at(created.body, "metadata.uid")), /^[0-9a-f-]{36}$/);
      equal(at(created.body, "metadata.resourceVersion"), undefined);
      equal((await api.get(deployments, "a")).status, 404);
    },
    "a creation under a name that is taken is refused": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      equal((await api.create(configMaps, configMap("a"), { query })).status, 409);
    },
    "what is not valid is refused": async (api) => {
      equal((await api.create(deployments, deployment("a", { replicas: -1 }), { query })).status, 422);
    },
    "a replacement changes nothing": async (api) => {
      const before = done(await api.create(configMaps, configMap("a")));
      const answer = done(await api.replace(configMaps, { ...before, data: { other: "value" } }, { query }));
      deepEqual(answer["data"], { other: "value" });
      equal(answer.metadata.resourceVersion, before.metadata.resourceVersion);
      deepEqual(done(await api.get(configMaps, "a")), before);
    },
    "a patch changes nothing": async (api) => {
      const before = done(await api.create(configMaps, configMap("a")));
      const body = { data: { key: "other" } };
      deepEqual(done(await api.patch(configMaps, "a", { type: "merge", body }, { query }))["data"], { key: "other" });
      deepEqual(done(await api.get(configMaps, "a")), before);
    },
    "a server-side apply creates nothing": async (api) => {
      const body = { apiVersion: apiVersionOf(configMaps), kind: "ConfigMap", ...configMap("a") };
      const options = { query: { ...query, fieldManager: "me" } };
      const answer = await api.patch(configMaps, "a", { type: "apply", body }, options);
      matches(answer, { status: 201, body: { data: { key: "value" } } });
      equal((await api.get(configMaps, "a")).status, 404);
    },
    "in a namespace that a dry run made there is nothing": async (api) => {
      const { name } = done(
        await api.create(namespaces, { metadata: { generateName: "conformance-" } }, { query }),
      ).metadata;
      equal((await api.create(configMaps, configMap("a"), { namespace: name, query })).status, 404);
    },
    "a dry run of another kind than All is refused": async (api) => {
      const refused = await api.create(configMaps, configMap("a"), { query: { dryRun: "Some" } });
      matches(refused, { status: 422, body: { reason: "Invalid" } });
      match(String(at(refused.body, "message")), /dryRun: Unsupported value: .*"Some".*: supported values: "All"/);
    },
  },
};
