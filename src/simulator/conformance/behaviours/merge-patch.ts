import { deepEqual, equal, match, partialDeepStrictEqual as matches } from "node:assert/strict";
import { configMaps, deployments } from "../../../kubernetes/resources.ts";
import { at, done } from "../answers.ts";
import type { Answer, Api } from "../api.ts";
import { pathOf } from "../api.ts";
import type { Topic } from "../behaviour.ts";
import { configMap, deployment } from "../samples.ts";

const patchConfigMap = async (api: Api, body: unknown): Promise<Answer> =>
  api.patch(configMaps, "a", { type: "merge", body });

/** PATCH by a partial object (RFC 7386). */
export const mergePatch: Topic = {
  name: "merge patch",
  behaviours: {
    "fields are set, and removed by null": async (api) => {
      done(await api.create(configMaps, configMap("a", { kept: "1", changed: "2", removed: "3" })));
      const after = await patchConfigMap(api, { data: { changed: "4", removed: null, added: "5", missing: null } });
      deepEqual(done(after)["data"], { kept: "1", changed: "4", added: "5" });
    },
    "lists are replaced": async (api) => {
      done(await api.create(deployments, deployment("a")));
      const containers = [{ name: "other", image: "example.com/other:1" }];
      const body = { spec: { template: { spec: { containers } } } };
      const after = done(await api.patch(deployments, "a", { type: "merge", body }));
      matches(at(after, "spec.template.spec.containers"), containers);
      equal(at(after, "spec.template.spec.containers.1"), undefined);
    },
    "a patch that changes nothing makes no new version": async (api) => {
      const before = done(await api.create(configMaps, configMap("a")));
      deepEqual(done(await patchConfigMap(api, {})), before);
      deepEqual(done(await patchConfigMap(api, { data: { key: "value" } })), before);
    },
    "a patch with an old version is a conflict": async (api) => {
      const { metadata } = done(await api.create(configMaps, configMap("a")));
      const { resourceVersion } = metadata;
      done(await patchConfigMap(api, { data: { first: "" }, metadata: { resourceVersion } }));
      const refused = await patchConfigMap(api, { data: { second: "" }, metadata: { resourceVersion } });
      matches(refused, { status: 409, body: { reason: "Conflict" } });
      match(String(at(refused.body, "message")), /the object has been modified/);
    },
    "an object does not change its uid": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      const refused = await patchConfigMap(api, { metadata: { uid: "1b4e28ba-2fa1-11d2-883f-0016d3cca427" } });
      matches(refused, {
        status: 422,
        body: { details: { causes: [{ reason: "FieldValueInvalid", field: "metadata.uid" }] } },
      });
    },
    "an object that is not there is not created by a patch": async (api) => {
      matches(await patchConfigMap(api, { data: {} }), {
        status: 404,
        body: { message: 'configmaps "a" not found' },
      });
    },
    "an object does not change its name": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      matches(await patchConfigMap(api, { metadata: { name: "b" } }), {
        status: 400,
        body: { message: "the name of the object (b) does not match the name on the URL (a)" },
      });
    },
    "labels and annotations are set and removed": async (api) => {
      done(await api.create(configMaps, { metadata: { name: "a", labels: { a: "1", b: "2" } } }));
      const metadata = { labels: { a: null, c: "3" }, annotations: { d: "4" } };
      const after = done(await patchConfigMap(api, { metadata })).metadata;
      deepEqual([after.labels, after.annotations], [{ b: "2", c: "3" }, { d: "4" }]);
    },
    "a patch that is no object is refused": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      for (const body of ["[]", '"text"', "{"]) {
        equal((await patchConfigMap(api, body)).status, 400, body);
      }
    },
    "a patch of no known format is refused": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      const path = pathOf(configMaps, api.namespace, "a");
      matches(await api.send("PATCH", path, { body: {}, headers: { "content-type": "application/json" } }), {
        status: 415,
        body: { reason: "UnsupportedMediaType" },
      });
    },
    "a value of a wrong type is refused": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      matches(await patchConfigMap(api, { data: { key: 1 } }), {
        status: 422,
        body: { reason: "Invalid", details: { causes: [{ reason: "FieldValueInvalid", field: "patch" }] } },
      });
    },
    "what a patch takes away gets its default": async (api) => {
      done(await api.create(deployments, deployment("a", { replicas: 0, progressDeadlineSeconds: 7 })));
      const body = { spec: { progressDeadlineSeconds: null } };
      const after = done(await api.patch(deployments, "a", { type: "merge", body }));
      equal(at(after, "spec.progressDeadlineSeconds"), 600);
    },
    "the status stays as it is": async (api) => {
      done(await api.create(deployments, deployment("a", { paused: true })));
      const body = { status: { replicas: 7 }, spec: { minReadySeconds: 3 } };
      const after = done(await api.patch(deployments, "a", { type: "merge", body }));
      equal(at(after, "spec.minReadySeconds"), 3);
      equal(at(after, "status.replicas"), undefined);
    },
  },
};
