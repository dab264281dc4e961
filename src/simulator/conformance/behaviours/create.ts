import { deepEqual, equal, match, notEqual, partialDeepStrictEqual as matches } from "node:assert/strict";
import { configMaps, deployments, secrets, services } from "../../../kubernetes/resources.ts";
import { at, causesOf, done } from "../answers.ts";
import { pathOf } from "../api.ts";
import type { Topic } from "../behaviour.ts";
import { configMap, deployment } from "../samples.ts";

/** POST of an object. */
export const create: Topic = {
  name: "create",
  behaviours: {
    "the answer is the object as it is stored": async (api) => {
      const created = await api.create(configMaps, configMap("a"));
      matches(created, {
        status: 201,
        body: {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: "a", namespace: api.namespace },
          data: { key: "value" },
        },
      });
      match(String(at(created.body, "metadata.uid")), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      match(String(at(created.body, "metadata.resourceVersion")), /^[1-9]\d*$/);
      match(String(at(created.body, "metadata.creationTimestamp")), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      deepEqual(done(await api.get(configMaps, "a")), created.body);
    },
    "kinds whose spec counts have generation 1, others have none": async (api) => {
      equal(done(await api.create(deployments, deployment("a"))).metadata.generation, 1);
      equal(done(await api.create(configMaps, configMap("a"))).metadata.generation, undefined);
    },
    "a name that is taken is refused": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      deepEqual((await api.create(configMaps, configMap("a", { other: "value" }))).body, {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: 'configmaps "a" already exists',
        reason: "AlreadyExists",
        details: { name: "a", kind: "configmaps" },
        code: 409,
      });
    },
    "a name that is taken is refused with the group of its kind": async (api) => {
      done(await api.create(deployments, deployment("a")));
      matches(await api.create(deployments, deployment("a")), {
        status: 409,
        body: {
          message: 'deployments.apps "a" already exists',
          details: { name: "a", group: "apps", kind: "deployments" },
        },
      });
    },
    "a name may be taken by an object of another kind": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      equal((await api.create(secrets, { metadata: { name: "a" } })).status, 201);
    },
    "a name given again after deletion is another object": async (api) => {
      const first = done(await api.create(configMaps, configMap("a")));
      done(await api.delete(configMaps, "a"));
      const second = done(await api.create(configMaps, configMap("a")));
      notEqual(second.metadata.uid, first.metadata.uid);
    },
    "without a name it is refused": async (api) => {
      const refused = await api.create(configMaps, { metadata: {} });
      matches(refused, { status: 422, body: { reason: "Invalid", details: { kind: "ConfigMap" } } });
      deepEqual(causesOf(refused), [
        "FieldValueRequired metadata.name: Required value: name or generateName is required",
      ]);
    },
    "with a resource version it is refused": async (api) => {
      matches(await api.create(configMaps, { metadata: { name: "a", resourceVersion: "1" } }), {
        status: 500,
        body: { message: "resourceVersion should not be set on objects to be created" },
      });
    },
    "the server decides on uid, creation time and generation": async (api) => {
      const claimed = {
        uid: "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
        creationTimestamp: "2001-02-03T04:05:06Z",
        generation: 7,
      };
      const object = deployment("a");
      const { metadata } = done(
        await api.create(deployments, { ...object, metadata: { ...object.metadata, ...claimed } }),
      );
      notEqual(metadata.uid, claimed.uid);
      notEqual(metadata.creationTimestamp, claimed.creationTimestamp);
      equal(metadata.generation, 1);
    },
    "a status is left out": async (api) => {
      const created = done(await api.create(deployments, { ...deployment("a"), status: { replicas: 3 } }));
      deepEqual(created["status"], {});
    },
    "a namespace other than that of the path is refused": async (api) => {
      matches(await api.create(configMaps, { metadata: { name: "a", namespace: "default" } }), {
        status: 400,
        body: {
          reason: "BadRequest",
          message: "the namespace of the provided object does not match the namespace sent on the request",
        },
      });
    },
    "in a namespace that does not exist it is refused": async (api) => {
      matches(await api.create(configMaps, configMap("a"), { namespace: "conformance-nowhere" }), {
        status: 404,
        body: {
          message: 'namespaces "conformance-nowhere" not found',
          details: { name: "conformance-nowhere", kind: "namespaces" },
        },
      });
    },
    "the kind is that of the path where the object does not say": async (api) => {
      const body = { metadata: { name: "a" } };
      matches(await api.send("POST", pathOf(configMaps, api.namespace), { body }), {
        status: 201,
        body: { apiVersion: "v1", kind: "ConfigMap" },
      });
    },
    "another kind than that of the path is refused": async (api) => {
      const { status, body } = await api.create(configMaps, { kind: "Secret", metadata: { name: "a" } });
      equal(status, 400);
      match(String(at(body, "message")), /^Secret in version "v1" cannot be handled as a ConfigMap/);
    },
    "another version than that of the path is refused": async (api) => {
      const { status, body } = await api.create(deployments, { ...deployment("a"), apiVersion: "apps/v9" });
      equal(status, 400);
      matches(body, { reason: "BadRequest" });
    },
    "what is not JSON is refused": async (api) => {
      const path = pathOf(configMaps, api.namespace);
      matches(await api.send("POST", path, { body: '{"metadata":' }), {
        status: 400,
        body: { kind: "Status", reason: "BadRequest" },
      });
    },
    "YAML is taken": async (api) => {
      const created = await api.send("POST", pathOf(configMaps, api.namespace), {
        headers: { "content-type": "application/yaml" },
        body: "metadata:\n  name: a\ndata:\n  key: value\n",
      });
      matches(created, { status: 201, body: { metadata: { name: "a" }, data: { key: "value" } } });
    },
    "another media type is refused": async (api) => {
      const path = pathOf(configMaps, api.namespace);
      const headers = { "content-type": "text/plain" };
      matches(await api.send("POST", path, { headers, body: configMap("a") }), {
        status: 415,
        body: { reason: "UnsupportedMediaType" },
      });
    },
    "labels, annotations and owner references are stored": async (api) => {
      const owner = done(await api.create(configMaps, configMap("owner")));
      const metadata = {
        labels: { "example.com/team": "a" },
        annotations: { "example.com/note": "any text: of {any} kind" },
        ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: owner.metadata.uid }],
      };
      done(await api.create(services, { metadata: { name: "a", ...metadata }, spec: { ports: [{ port: 80 }] } }));
      matches(done(await api.get(services, "a")), { metadata });
    },
  },
};
