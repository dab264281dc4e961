import { deepEqual, equal, match, notEqual, partialDeepStrictEqual as matches } from "node:assert/strict";
import { configMaps, deployments, leases, secrets, services } from "../../../kubernetes/resources.ts";
import { at, causesOf, done } from "../answers.ts";
import { pathOf } from "../api.ts";
import type { Topic } from "../behaviour.ts";
import { configMap, deployment, podSpec } from "../samples.ts";

/** PUT of an object, and optimistic locking. */
export const update: Topic = {
  name: "update and conflicts",
  behaviours: {
    "an object is replaced and has a newer version": async (api) => {
      const before = done(await api.create(configMaps, configMap("a", { old: "value" })));
      const after = done(await api.replace(configMaps, { ...before, data: { new: "value" } }));
      deepEqual(after["data"], { new: "value" });
      equal(Number(after.metadata.resourceVersion) > Number(before.metadata.resourceVersion), true);
      deepEqual(done(await api.get(configMaps, "a")), after);
    },
    "a change of an old version is a conflict": async (api) => {
      const before = done(await api.create(configMaps, configMap("a")));
      done(await api.replace(configMaps, { ...before, data: { first: "" } }));
      const { status, body } = await api.replace(configMaps, { ...before, data: { second: "" } });
      equal(status, 409);
      deepEqual(body, {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message:
          'Operation cannot be fulfilled on configmaps "a": the object has been modified; ' +
          "please apply your changes to the latest version and try again",
        reason: "Conflict",
        details: { name: "a", kind: "configmaps" },
        code: 409,
      });
      deepEqual(done(await api.get(configMaps, "a"))["data"], { first: "" });
    },
    "a conflict names the group": async (api) => {
      const before = done(await api.create(deployments, deployment("a")));
      done(await api.patch(deployments, "a", { type: "merge", body: { metadata: { labels: { a: "b" } } } }));
      const { body } = await api.replace(deployments, before);
      match(
        String(at(body, "message")),
        /^Operation cannot be fulfilled on deployments\.apps "a": the object has been/,
      );
    },
    "without a version the last write wins": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      const after = done(await api.replace(configMaps, configMap("a", { other: "value" })));
      deepEqual(after["data"], { other: "value" });
    },
    "a lease is not replaced without a version": async (api) => {
      done(await api.create(leases, { metadata: { name: "a" } }));
      const refused = await api.replace(leases, { metadata: { name: "a" } });
      equal(refused.status, 422);
      deepEqual(causesOf(refused), [
        "FieldValueInvalid metadata.resourceVersion: Invalid value: 0: must be specified for an update",
      ]);
    },
    "a change that changes nothing makes no new version": async (api) => {
      const before = done(await api.create(configMaps, configMap("a")));
      deepEqual(done(await api.replace(configMaps, before)), before);
    },
    "an object that is not there is not created by a replacement": async (api) => {
      matches(await api.replace(configMaps, configMap("a")), {
        status: 404,
        body: { message: 'configmaps "a" not found' },
      });
    },
    "an object does not change its name": async (api) => {
      const before = done(await api.create(configMaps, configMap("a")));
      const body = { ...before, metadata: { ...before.metadata, name: "b" } };
      matches(await api.send("PUT", pathOf(configMaps, api.namespace, "a"), { body }), {
        status: 400,
        body: {
          reason: "BadRequest",
          message: "the name of the object (b) does not match the name on the URL (a)",
        },
      });
    },
    "an object of another uid is another object": async (api) => {
      const before = done(await api.create(configMaps, configMap("a")));
      const uid = "1b4e28ba-2fa1-11d2-883f-0016d3cca427";
      const { status, body } = await api.replace(configMaps, { ...before, metadata: { ...before.metadata, uid } });
      equal(status, 409);
      match(String(at(body, "message")), /Precondition failed: UID in precondition/);
    },
    "uid and creation time stay when they are left out": async (api) => {
      const { metadata } = done(await api.create(configMaps, configMap("a")));
      const after = done(await api.replace(configMaps, configMap("a", { other: "value" })));
      deepEqual([after.metadata.uid, after.metadata.creationTimestamp], [metadata.uid, metadata.creationTimestamp]);
    },
    "the generation counts changes of the spec, not of labels": async (api) => {
      const created = done(await api.create(deployments, deployment("a")));
      const patch = async (body: unknown): Promise<unknown> =>
        done(await api.patch(deployments, "a", { type: "merge", body })).metadata.generation;
      equal(created.metadata.generation, 1);
      equal(await patch({ metadata: { labels: { a: "b" } } }), 1);
      equal(await patch({ spec: { minReadySeconds: 1 } }), 2);
      equal(await patch({ spec: { minReadySeconds: 1 } }), 2);
      equal(await patch({ spec: { template: { metadata: { annotations: { a: "b" } } } } }), 3);
    },
    "the generation of a Deployment counts changes of its annotations, too": async (api) => {
      done(await api.create(deployments, deployment("a", { paused: true })));
      const body = { metadata: { annotations: { a: "b" } } };
      equal(done(await api.patch(deployments, "a", { type: "merge", body })).metadata.generation, 2);
      equal(done(await api.patch(deployments, "a", { type: "merge", body })).metadata.generation, 2);
    },
    "labels and annotations that are left out are gone": async (api) => {
      const metadata = { name: "a", labels: { a: "b" }, annotations: { c: "d" } };
      const before = done(await api.create(configMaps, { metadata }));
      const { resourceVersion = "" } = before.metadata;
      const after = done(await api.replace(configMaps, { metadata: { name: "a", resourceVersion } }));
      deepEqual([after.metadata.labels, after.metadata.annotations], [undefined, undefined]);
    },
    "the selector of a Deployment is immutable": async (api) => {
      done(await api.create(deployments, deployment("a")));
      const labels = { app: "other" };
      const spec = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } };
      const refused = await api.replace(deployments, { metadata: { name: "a" }, spec });
      matches(refused, { status: 422, body: { reason: "Invalid" } });
      const [cause = ""] = causesOf(refused);
      match(cause, /^FieldValueInvalid spec\.selector: Invalid value: .*: field is immutable$/);
    },
    "the type of a Secret is immutable": async (api) => {
      const before = done(await api.create(secrets, { metadata: { name: "a" }, type: "example.com/a" }));
      deepEqual(causesOf(await api.replace(secrets, { ...before, type: "example.com/b" })), [
        'FieldValueInvalid type: Invalid value: "example.com/b": field is immutable',
      ]);
    },
    "the data of an immutable ConfigMap is immutable": async (api) => {
      const before = done(await api.create(configMaps, { ...configMap("a"), immutable: true }));
      deepEqual(causesOf(await api.replace(configMaps, { ...before, data: { key: "other" } })), [
        "FieldValueForbidden data: Forbidden: field is immutable when `immutable` is set",
      ]);
    },
    "the address of a Service stays when it is left out": async (api) => {
      const spec = { ports: [{ port: 80 }] };
      const before = done(await api.create(services, { metadata: { name: "a" }, spec }));
      const after = done(await api.replace(services, { metadata: { name: "a" }, spec: { ports: [{ port: 81 }] } }));
      notEqual(at(before, "spec.clusterIP"), undefined);
      equal(at(after, "spec.clusterIP"), at(before, "spec.clusterIP"));
      equal(at(after, "spec.ports.0.port"), 81);
    },
    "the address of a Service is immutable": async (api) => {
      const before = done(
        await api.create(services, { metadata: { name: "a" }, spec: { clusterIP: "None", ports: [{ port: 80 }] } }),
      );
      const spec = { clusterIP: "10.96.44.55", ports: [{ port: 80 }] };
      const { resourceVersion = "" } = before.metadata;
      const refused = await api.replace(services, { metadata: { name: "a", resourceVersion }, spec });
      equal(refused.status, 422);
    },
  },
};
