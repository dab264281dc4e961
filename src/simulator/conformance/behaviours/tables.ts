import { deepEqual, equal, match, partialDeepStrictEqual as matches } from "node:assert/strict";
import { configMaps, deployments, services } from "../../../kubernetes/resources.ts";
import { at, done, listAt } from "../answers.ts";
import { pathOf } from "../api.ts";
import type { Topic } from "../behaviour.ts";
import { namespaces, pods } from "../resources.ts";
import { configMap, deployment, pod } from "../samples.ts";

const headers = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json" };

/** The columns that are always shown. */
function columns(table: unknown): readonly unknown[] {
  return listAt(table, "columnDefinitions")
    .filter((column) => at(column, "priority") === 0)
    .map((column) => at(column, "name"));
}

/** What `kubectl get` prints, and metadata alone. */
export const tables: Topic = {
  name: "tables",
  behaviours: {
    "a list is a table for those who accept it": async (api) => {
      done(await api.create(configMaps, configMap("a", { one: "", two: "" })));
      const query = { fieldSelector: "metadata.name=a" };
      const { headers: answered, body } = await api.list(configMaps, { headers, query });
      match(String(answered["content-type"]), /^application\/json/);
      matches(body, { kind: "Table", apiVersion: "meta.k8s.io/v1" });
      deepEqual(columns(body), ["Name", "Data", "Age"]);
      deepEqual(listAt(body, "rows.0.cells").slice(0, 2), ["a", 2]);
      match(String(at(body, "rows.0.cells.2")), /^\d+s$/);
      match(String(at(body, "metadata.resourceVersion")), /^\d+$/);
    },
    "a row has the metadata of its object": async (api) => {
      const { metadata } = done(await api.create(configMaps, configMap("a")));
      const { body } = await api.get(configMaps, "a", { headers });
      matches(at(body, "rows.0.object"), {
        kind: "PartialObjectMetadata",
        apiVersion: "meta.k8s.io/v1",
        metadata: { name: "a", uid: metadata.uid },
      });
      equal(at(body, "rows.0.object.data"), undefined);
    },
    "a row has the whole object, or none, when that is asked for": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      const whole = await api.get(configMaps, "a", { headers, query: { includeObject: "Object" } });
      matches(at(whole.body, "rows.0.object"), {
        kind: "ConfigMap",
        metadata: { name: "a" },
        data: { key: "value" },
      });
      const none = await api.get(configMaps, "a", { headers, query: { includeObject: "None" } });
      equal(at(none.body, "rows.0.object") ?? null, null);
    },
    "an empty list is a table without rows, with its columns": async (api) => {
      const { body } = await api.list(deployments, { headers });
      deepEqual(listAt(body, "rows"), []);
      deepEqual(columns(body), ["Name", "Ready", "Up-to-date", "Available", "Age"]);
    },
    "a Deployment tells what is ready of what is wanted": async (api) => {
      done(await api.create(deployments, deployment("a", { paused: true, replicas: 3 })));
      const { body } = await api.get(deployments, "a", { headers });
      deepEqual(listAt(body, "rows.0.cells").slice(0, 4), ["a", "0/3", 0, 0]);
      deepEqual(listAt(body, "rows.0.cells").slice(5), ["app", "example.com/app:1.0", "app=a"]);
    },
    "a pod tells its state": async (api) => {
      await api.eventually("the namespace takes pods", async () => done(await api.create(pods, pod("a"))));
      const { body } = await api.get(pods, "a", { headers });
      deepEqual(columns(body), ["Name", "Ready", "Status", "Restarts", "Age"]);
      deepEqual(listAt(body, "rows.0.cells").slice(0, 4), ["a", "0/1", "Pending", "0"]);
    },
    "a pod that runs tells its state": async (api) => {
      await api.eventually("the namespace takes pods", async () => done(await api.create(pods, pod("a"))));
      const status = {
        phase: "Running",
        podIP: "10.244.77.1",
        podIPs: [{ ip: "10.244.77.1" }],
        conditions: [{ type: "Ready", status: "True" }],
        containerStatuses: [
          {
            name: "app",
            image: "example.com/app:1.0",
            imageID: "",
            ready: true,
            restartCount: 0,
            state: { running: { startedAt: "2026-01-02T03:04:05Z" } },
          },
        ],
      };
      done(await api.patch(pods, "a", { type: "merge", body: { status } }, { subresource: "status" }));
      const { body } = await api.get(pods, "a", { headers });
      deepEqual(listAt(body, "rows.0.cells").slice(0, 4), ["a", "1/1", "Running", "0"]);
      equal(at(body, "rows.0.cells.5"), "10.244.77.1");
    },
    "a Service tells type, address and ports": async (api) => {
      const ports = [
        { name: "http", port: 80 },
        { name: "dns", port: 53, protocol: "UDP" },
      ];
      const service = done(
        await api.create(services, { metadata: { name: "a" }, spec: { selector: { app: "a" }, ports } }),
      );
      const { body } = await api.get(services, "a", { headers });
      deepEqual(columns(body), ["Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age"]);
      deepEqual(listAt(body, "rows.0.cells").slice(0, 5), [
        "a",
        "ClusterIP",
        at(service, "spec.clusterIP"),
        "<none>",
        "80/TCP,53/UDP",
      ]);
      equal(at(body, "rows.0.cells.6"), "app=a");
    },
    "a namespace tells its phase": async (api) => {
      const { body } = await api.get(namespaces, api.namespace, { headers });
      deepEqual(listAt(body, "rows.0.cells").slice(0, 2), [api.namespace, "Active"]);
    },
    "what is not there is a Status all the same": async (api) => {
      matches(await api.get(pods, "a", { headers }), { status: 404, body: { kind: "Status", reason: "NotFound" } });
    },
    "metadata alone is given to those who ask for it": async (api) => {
      done(await api.create(configMaps, { ...configMap("a"), metadata: { name: "a", labels: { b: "c" } } }));
      const accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
      const { body } = await api.get(configMaps, "a", { headers: { accept } });
      matches(body, {
        kind: "PartialObjectMetadata",
        apiVersion: "meta.k8s.io/v1",
        metadata: { name: "a", labels: { b: "c" } },
      });
      equal(at(body, "data"), undefined);
    },
    "a list of metadata alone is given to those who ask for it": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      const accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
      const { body } = await api.send("GET", pathOf(configMaps, api.namespace), { headers: { accept } });
      matches(body, { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1" });
      equal(
        listAt(body, "items").some((item) => at(item, "metadata.name") === "a"),
        true,
      );
      equal(
        listAt(body, "items").some((item) => at(item, "data") !== undefined),
        false,
      );
    },
  },
};
