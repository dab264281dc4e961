import { deepEqual, equal, match, partialDeepStrictEqual as matches } from "node:assert/strict";
import { apiVersionOf, configMaps, deployments } from "../../../kubernetes/resources.ts";
import type { Resource } from "../../../kubernetes/resources.ts";
import type { StoredObject } from "../../resource.ts";
import { at, causesOf, done, listAt } from "../answers.ts";
import type { Answer, Api, Query } from "../api.ts";
import type { Topic } from "../behaviour.ts";
import { configMap, deployment } from "../samples.ts";

async function apply(
  api: Api,
  resource: Resource,
  object: StoredObject,
  manager: string,
  query: Query = {},
): Promise<Answer> {
  const body = { apiVersion: apiVersionOf(resource), kind: resource.kind, ...object };
  return api.patch(
    resource,
    object.metadata.name,
    { type: "apply", body },
    { query: { fieldManager: manager, ...query } },
  );
}

/** Who manages what, without times. */
function managers(object: unknown): readonly unknown[] {
  return listAt(object, "metadata.managedFields").map((entry) => ({
    manager: at(entry, "manager"),
    operation: at(entry, "operation"),
    fields: at(entry, "fieldsV1"),
    ...(at(entry, "subresource") !== undefined && { subresource: at(entry, "subresource") }),
  }));
}

/** PATCH by what a manager wants, and the record of who manages what. */
export const serverSideApply: Topic = {
  name: "server-side apply and managed fields",
  behaviours: {
    "an object that is not there is created": async (api) => {
      const created = await apply(api, configMaps, configMap("a"), "me");
      equal(created.status, 201);
      matches(created.body, { metadata: { name: "a", namespace: api.namespace }, data: { key: "value" } });
      const again = await apply(api, configMaps, configMap("a", { key: "other" }), "me");
      equal(again.status, 200);
      deepEqual(done(again)["data"], { key: "other" });
    },
    "the manager is written down with the fields that it applied": async (api) => {
      const object = done(
        await apply(api, configMaps, { metadata: { name: "a", labels: { b: "c" } }, data: { key: "value" } }, "me"),
      );
      deepEqual(managers(object), [
        {
          manager: "me",
          operation: "Apply",
          fields: { "f:data": { "f:key": {} }, "f:metadata": { "f:labels": { "f:b": {} } } },
        },
      ]);
      const [entry] = listAt(object, "metadata.managedFields");
      matches(entry, { apiVersion: "v1", fieldsType: "FieldsV1" });
      match(String(at(entry, "time")), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    },
    "the same again makes no new version": async (api) => {
      const first = done(await apply(api, configMaps, configMap("a"), "me"));
      deepEqual(done(await apply(api, configMaps, configMap("a"), "me")), first);
    },
    "a field that is not applied any more is removed": async (api) => {
      done(await apply(api, configMaps, configMap("a", { kept: "1", dropped: "2" }), "me"));
      deepEqual(done(await apply(api, configMaps, configMap("a", { kept: "1" }), "me"))["data"], { kept: "1" });
    },
    "a field that another manager applies as well stays when one of them drops it": async (api) => {
      done(await apply(api, configMaps, configMap("a", { shared: "1", mine: "2" }), "me"));
      done(await apply(api, configMaps, configMap("a", { shared: "1", theirs: "3" }), "they"));
      deepEqual(done(await apply(api, configMaps, configMap("a", {}), "me"))["data"], { shared: "1", theirs: "3" });
    },
    "a change of another manager's field is a conflict, which names field and manager": async (api) => {
      done(await apply(api, configMaps, configMap("a", { key: "mine" }), "me"));
      const refused = await apply(api, configMaps, configMap("a", { key: "theirs" }), "they");
      matches(refused, {
        status: 409,
        body: {
          kind: "Status",
          reason: "Conflict",
          message: 'Apply failed with 1 conflict: conflict with "me": .data.key',
          details: {
            causes: [{ reason: "FieldManagerConflict", message: 'conflict with "me"', field: ".data.key" }],
          },
        },
      });
      deepEqual(done(await api.get(configMaps, "a"))["data"], { key: "mine" });
    },
    "several conflicts are named together": async (api) => {
      done(await apply(api, configMaps, configMap("a", { a: "1", b: "2" }), "me"));
      const refused = await apply(api, configMaps, configMap("a", { a: "3", b: "4" }), "they");
      equal(refused.status, 409);
      deepEqual(causesOf(refused), [
        'FieldManagerConflict .data.a: conflict with "me"',
        'FieldManagerConflict .data.b: conflict with "me"',
      ]);
      match(
        String(at(refused.body, "message")),
        /^Apply failed with 2 conflicts: conflicts with "me":\n- \.data\.a\n- \.data\.b$/,
      );
    },
    "with force the field changes its owner": async (api) => {
      done(await apply(api, configMaps, configMap("a", { key: "mine" }), "me"));
      const after = done(await apply(api, configMaps, configMap("a", { key: "theirs" }), "they", { force: "true" }));
      deepEqual(after["data"], { key: "theirs" });
      deepEqual(managers(after), [{ manager: "they", operation: "Apply", fields: { "f:data": { "f:key": {} } } }]);
    },
    "a manager that applies a value as it is shares the field": async (api) => {
      done(await apply(api, configMaps, configMap("a", { key: "value" }), "me"));
      const after = done(await apply(api, configMaps, configMap("a", { key: "value" }), "they"));
      deepEqual(
        managers(after)
          .map((entry) => at(entry, "manager"))
          .sort(),
        ["me", "they"],
      );
      equal((await apply(api, configMaps, configMap("a", { key: "other" }), "me")).status, 409);
    },
    "a field that is updated belongs to who updated it, and applying it is a conflict": async (api) => {
      done(await apply(api, configMaps, configMap("a", { key: "mine", other: "mine" }), "me"));
      const body = { data: { key: "theirs" } };
      const after = done(
        await api.patch(configMaps, "a", { type: "merge", body }, { query: { fieldManager: "editor" } }),
      );
      deepEqual(managers(after), [
        { manager: "me", operation: "Apply", fields: { "f:data": { "f:other": {} } } },
        { manager: "editor", operation: "Update", fields: { "f:data": { "f:key": {} } } },
      ]);
      const refused = await apply(api, configMaps, configMap("a", { key: "mine", other: "mine" }), "me");
      equal(refused.status, 409);
      match(String(at(refused.body, "message")), /conflict with "editor" using v1.*: \.data\.key$/);
    },
    "items of a list with keys are owned one by one": async (api) => {
      const spec = (container: object): object => ({
        selector: { matchLabels: { app: "a" } },
        template: { metadata: { labels: { app: "a" } }, spec: { containers: [container] } },
      });
      const app = { name: "app", image: "example.com/app:1" };
      done(await apply(api, deployments, { metadata: { name: "a" }, spec: { replicas: 0, ...spec(app) } }, "me"));
      const sidecar = { template: { spec: { containers: [{ name: "sidecar", image: "example.com/sidecar:1" }] } } };
      const both = done(await apply(api, deployments, { metadata: { name: "a" }, spec: sidecar }, "injector"));
      deepEqual(
        listAt(both, "spec.template.spec.containers").map((item) => at(item, "name")),
        ["app", "sidecar"],
      );
      const injected = listAt(both, "metadata.managedFields").find((entry) => at(entry, "manager") === "injector");
      deepEqual(at(injected, "fieldsV1"), {
        "f:spec": {
          "f:template": {
            "f:spec": {
              "f:containers": { 'k:{"name":"sidecar"}': { ".": {}, "f:image": {}, "f:name": {} } },
            },
          },
        },
      });
      const again = done(await apply(api, deployments, { metadata: { name: "a" }, spec: {} }, "injector"));
      deepEqual(
        listAt(again, "spec.template.spec.containers").map((item) => at(item, "name")),
        ["app"],
      );
    },
    "replicas that an autoscaler has set stay when they are not applied any more": async (api) => {
      const { replicas: _, ...unscaled } = deployment("a")["spec"] as { readonly replicas: number };
      done(await apply(api, deployments, deployment("a", { paused: true }), "me"));
      const scale = { type: "merge" as const, body: { spec: { replicas: 2 } } };
      done(await api.patch(deployments, "a", scale, { subresource: "scale", query: { fieldManager: "autoscaler" } }));
      const after = done(
        await apply(api, deployments, { metadata: { name: "a" }, spec: { ...unscaled, paused: true } }, "me"),
      );
      equal(at(after, "spec.replicas"), 2);
    },
    "a manager must have a name": async (api) => {
      const body = { apiVersion: "v1", kind: "ConfigMap", ...configMap("a") };
      const refused = await api.patch(configMaps, "a", { type: "apply", body });
      equal(refused.status, 422);
      deepEqual(causesOf(refused), ["FieldValueRequired fieldManager: Required value: is required for apply patch"]);
    },
    "an object that says who manages it is refused": async (api) => {
      const first = done(await apply(api, configMaps, configMap("a"), "me"));
      const { managedFields } = first.metadata as unknown as { readonly managedFields: unknown };
      const object = { metadata: { name: "a", managedFields }, data: { key: "value" } };
      matches(await apply(api, configMaps, object, "me"), {
        status: 400,
        body: { message: "metadata.managedFields must be nil" },
      });
    },
    "an object without kind is refused": async (api) => {
      const query = { fieldManager: "me" };
      const refused = await api.patch(configMaps, "a", { type: "apply", body: configMap("a") }, { query });
      equal(refused.status, 400);
    },
    "another name than that of the path is refused": async (api) => {
      const body = { apiVersion: "v1", kind: "ConfigMap", ...configMap("b") };
      const refused = await api.patch(configMaps, "a", { type: "apply", body }, { query: { fieldManager: "me" } });
      equal(refused.status, 400);
    },
    "with an old version it is a conflict": async (api) => {
      const { metadata } = done(await apply(api, configMaps, configMap("a"), "me"));
      done(await apply(api, configMaps, configMap("a", { key: "other" }), "me"));
      const object = { metadata: { name: "a", resourceVersion: metadata.resourceVersion ?? "" }, data: {} };
      matches(await apply(api, configMaps, object, "me"), { status: 409, body: { reason: "Conflict" } });
    },
    "YAML is taken": async (api) => {
      const body = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  key: value # a comment\n";
      const created = await api.patch(configMaps, "a", { type: "apply", body }, { query: { fieldManager: "me" } });
      matches(created, { status: 201, body: { data: { key: "value" } } });
    },
    "a key that a list has twice is refused": async (api) => {
      const containers = [1, 2].map((version) => ({ name: "app", image: `example.com/app:${version}` }));
      const template = { metadata: { labels: { app: "a" } }, spec: { containers } };
      const refused = await apply(api, deployments, deployment("a", { template }), "me");
      equal(refused.status >= 400, true);
    },
    "a creation writes down its manager, with the parents of the fields": async (api) => {
      const object = done(await api.create(configMaps, configMap("a"), { query: { fieldManager: "creator" } }));
      deepEqual(managers(object), [
        { manager: "creator", operation: "Update", fields: { "f:data": { ".": {}, "f:key": {} } } },
      ]);
    },
    "a manager without a name is called after its user agent": async (api) => {
      const headers = { "user-agent": "gopher/1.2 (linux/amd64)" };
      const object = done(await api.create(configMaps, configMap("a"), { headers }));
      matches(managers(object), [{ manager: "gopher", operation: "Update" }]);
    },
    "an update takes over what it changes and leaves the rest": async (api) => {
      const created = done(
        await api.create(configMaps, configMap("a", { a: "1", b: "2" }), { query: { fieldManager: "creator" } }),
      );
      const changed = { ...created, data: { a: "1", b: "3", c: "4" } };
      const after = done(await api.replace(configMaps, changed, { query: { fieldManager: "editor" } }));
      deepEqual(managers(after), [
        { manager: "creator", operation: "Update", fields: { "f:data": { ".": {}, "f:a": {} } } },
        { manager: "editor", operation: "Update", fields: { "f:data": { "f:b": {}, "f:c": {} } } },
      ]);
    },
    "an update of the status is written down apart": async (api) => {
      done(await api.create(deployments, deployment("a", { paused: true }), { query: { fieldManager: "creator" } }));
      const patch = { type: "merge" as const, body: { status: { collisionCount: 1 } } };
      const after = done(
        await api.patch(deployments, "a", patch, { subresource: "status", query: { fieldManager: "reporter" } }),
      );
      deepEqual(
        managers(after).find((entry) => at(entry, "manager") === "reporter"),
        {
          manager: "reporter",
          operation: "Update",
          fields: { "f:status": { "f:collisionCount": {} } },
          subresource: "status",
        },
      );
    },
    "the managers are forgotten when an update says so": async (api) => {
      done(await apply(api, configMaps, configMap("a"), "me"));
      const body = { metadata: { managedFields: [{}] } };
      const after = done(await api.patch(configMaps, "a", { type: "merge", body }));
      deepEqual(listAt(after, "metadata.managedFields"), []);
    },
    "what kubectl applied on the client is taken over by its own server-side apply": async (api) => {
      const query = { fieldManager: "kubectl-client-side-apply" };
      done(await api.create(configMaps, configMap("a"), { query }));
      const refused = await apply(api, configMaps, configMap("a", { key: "other" }), "kubectl");
      equal(refused.status, 409);
      match(String(at(refused.body, "message")), /conflict with "kubectl-client-side-apply" using v1: \.data\.key/);
    },
  },
};
