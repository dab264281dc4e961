import { deepEqual, equal, partialDeepStrictEqual as matches } from "node:assert/strict";
import { configMaps, deployments } from "../../../kubernetes/resources.ts";
import { at, done } from "../answers.ts";
import type { Answer, Api } from "../api.ts";
import type { Topic } from "../behaviour.ts";
import { configMap, deployment } from "../samples.ts";

const patchConfigMap = async (api: Api, ...body: readonly unknown[]): Promise<Answer> =>
  api.patch(configMaps, "a", { type: "json", body });

/** PATCH by a list of operations (RFC 6902). */
export const jsonPatch: Topic = {
  name: "JSON patch",
  behaviours: {
    "operations are done in order": async (api) => {
      done(await api.create(configMaps, configMap("a", { kept: "1", moved: "2", replaced: "3", removed: "4" })));
      const after = await patchConfigMap(
        api,
        { op: "test", path: "/data/kept", value: "1" },
        { op: "add", path: "/data/added", value: "5" },
        { op: "replace", path: "/data/replaced", value: "6" },
        { op: "remove", path: "/data/removed" },
        { op: "move", from: "/data/moved", path: "/data/there" },
        { op: "copy", from: "/data/there", path: "/data/copied" },
      );
      deepEqual(at(done(after), "data"), { kept: "1", added: "5", replaced: "6", there: "2", copied: "2" });
    },
    "lists are changed by position": async (api) => {
      done(await api.create(deployments, deployment("a")));
      const path = "/spec/template/spec/containers/0/args";
      const patch = async (...body: readonly unknown[]): Promise<unknown> =>
        at(done(await api.patch(deployments, "a", { type: "json", body })), "spec.template.spec.containers.0.args");
      deepEqual(await patch({ op: "add", path, value: ["b"] }), ["b"]);
      deepEqual(await patch({ op: "add", path: `${path}/-`, value: "d" }), ["b", "d"]);
      deepEqual(await patch({ op: "add", path: `${path}/1`, value: "c" }), ["b", "c", "d"]);
      deepEqual(await patch({ op: "replace", path: `${path}/0`, value: "a" }), ["a", "c", "d"]);
      deepEqual(await patch({ op: "remove", path: `${path}/1` }), ["a", "d"]);
    },
    "slashes and tildes in keys are escaped": async (api) => {
      done(await api.create(configMaps, { metadata: { name: "a", annotations: { "example.com/a": "b" } } }));
      const after = await patchConfigMap(api, {
        op: "replace",
        path: "/metadata/annotations/example.com~1a",
        value: "c~d",
      });
      deepEqual(done(after).metadata.annotations, { "example.com/a": "c~d" });
    },
    "a test that fails refuses the patch as a whole": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      const refused = await patchConfigMap(
        api,
        { op: "add", path: "/data/added", value: "1" },
        { op: "test", path: "/data/key", value: "other" },
      );
      matches(refused, { status: 422, body: { kind: "Status", reason: "Invalid", code: 422 } });
      deepEqual(done(await api.get(configMaps, "a"))["data"], { key: "value" });
    },
    "what is not there cannot be removed or added to, but replaced": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      equal((await patchConfigMap(api, { op: "remove", path: "/data/missing" })).status, 422);
      equal((await patchConfigMap(api, { op: "add", path: "/missing/key", value: "1" })).status, 422);
      const after = await patchConfigMap(api, { op: "replace", path: "/data/missing", value: "1" });
      deepEqual(done(after)["data"], { key: "value", missing: "1" });
    },
    "what is no patch is refused": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      for (const body of ['{"data":{}}', '[{"op":', '"text"']) {
        equal((await api.patch(configMaps, "a", { type: "json", body })).status, 400, body);
      }
    },
    "the result is validated": async (api) => {
      done(await api.create(deployments, deployment("a")));
      const body = [{ op: "replace", path: "/spec/replicas", value: -1 }];
      equal((await api.patch(deployments, "a", { type: "json", body })).status, 422);
    },
    "the whole template is replaced, as by a roll back of kubectl": async (api) => {
      done(await api.create(deployments, deployment("a")));
      const template = {
        metadata: { labels: { app: "a" } },
        spec: { containers: [{ name: "other", image: "example.com/other:1" }] },
      };
      const body = [
        { op: "replace", path: "/spec/template", value: template },
        { op: "replace", path: "/metadata/annotations", value: { note: "rolled back" } },
      ];
      done(await api.patch(deployments, "a", { type: "merge", body: { metadata: { annotations: { note: "" } } } }));
      const after = done(await api.patch(deployments, "a", { type: "json", body }));
      equal(at(after, "spec.template.spec.containers.0.name"), "other");
      equal(at(after, "spec.template.spec.schedulerName"), "default-scheduler");
      deepEqual(after.metadata.annotations?.["note"], "rolled back");
    },
  },
};
