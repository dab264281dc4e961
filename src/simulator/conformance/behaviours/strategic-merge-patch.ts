import { deepEqual, equal, partialDeepStrictEqual as matches } from "node:assert/strict";
import { configMaps, deployments, services } from "../../../kubernetes/resources.ts";
import { at, done, listAt } from "../answers.ts";
import type { Api } from "../api.ts";
import type { Topic } from "../behaviour.ts";
import { deployment } from "../samples.ts";

const containers = [
  {
    name: "app",
    image: "example.com/app:1.0",
    env: [
      { name: "A", value: "1" },
      { name: "B", value: "2" },
    ],
    ports: [{ containerPort: 8080, name: "http" }],
  },
  { name: "sidecar", image: "example.com/sidecar:1.0" },
];

async function createDeployment(api: Api): Promise<void> {
  const object = deployment("a");
  const template = { metadata: { labels: { app: "a" } }, spec: { containers } };
  done(await api.create(deployments, { ...object, spec: { ...(object["spec"] as object), template } }));
}

/** Patches the pod spec of the Deployment and gives it back. */
async function patchPodSpec(api: Api, spec: object): Promise<unknown> {
  const body = { spec: { template: { spec } } };
  return at(done(await api.patch(deployments, "a", { type: "strategic", body })), "spec.template.spec");
}

function names(list: unknown, path: string): readonly unknown[] {
  return listAt(list, path).map((item) => at(item, "name"));
}

/** PATCH by a partial object that merges lists by their keys. */
export const strategicMergePatch: Topic = {
  name: "strategic merge patch",
  behaviours: {
    "containers are merged by name, as by `kubectl set image`": async (api) => {
      await createDeployment(api);
      const spec = await patchPodSpec(api, { containers: [{ name: "sidecar", image: "example.com/sidecar:2.0" }] });
      deepEqual(names(spec, "containers"), ["app", "sidecar"]);
      equal(at(spec, "containers.0.image"), "example.com/app:1.0");
      equal(at(spec, "containers.1.image"), "example.com/sidecar:2.0");
    },
    "an item of a new name is added in front": async (api) => {
      await createDeployment(api);
      const spec = await patchPodSpec(api, { containers: [{ name: "new", image: "example.com/new:1" }] });
      deepEqual(names(spec, "containers"), ["new", "app", "sidecar"]);
    },
    "an item is deleted by its key": async (api) => {
      await createDeployment(api);
      const spec = await patchPodSpec(api, { containers: [{ name: "sidecar", $patch: "delete" }] });
      deepEqual(names(spec, "containers"), ["app"]);
    },
    "lists in lists are merged": async (api) => {
      await createDeployment(api);
      const env = [
        { name: "B", value: "3" },
        { name: "A", $patch: "delete" },
        { name: "C", value: "4" },
      ];
      const spec = await patchPodSpec(api, { containers: [{ name: "app", env }] });
      matches(
        [...listAt(spec, "containers.0.env")].sort((a, b) => (String(at(a, "name")) < String(at(b, "name")) ? -1 : 1)),
        [
          { name: "B", value: "3" },
          { name: "C", value: "4" },
        ],
      );
      equal(listAt(spec, "containers.0.env").length, 2);
    },
    "the order of a list is set": async (api) => {
      await createDeployment(api);
      const spec = await patchPodSpec(api, {
        "$setElementOrder/containers": [{ name: "sidecar" }, { name: "new" }, { name: "app" }],
        containers: [{ name: "new", image: "example.com/new:1" }],
      });
      deepEqual(names(spec, "containers"), ["sidecar", "new", "app"]);
    },
    "a list is replaced when the patch says so": async (api) => {
      await createDeployment(api);
      const spec = await patchPodSpec(api, {
        containers: [{ name: "new", image: "example.com/new:1" }, { $patch: "replace" }],
      });
      deepEqual(names(spec, "containers"), ["new"]);
    },
    "an object is replaced when the patch says so": async (api) => {
      done(await api.create(configMaps, { metadata: { name: "a" }, data: { a: "1", b: "2" } }));
      const body = { data: { $patch: "replace", c: "3" } };
      deepEqual(done(await api.patch(configMaps, "a", { type: "strategic", body }))["data"], { c: "3" });
    },
    "fields are removed by null": async (api) => {
      await createDeployment(api);
      const spec = await patchPodSpec(api, { containers: [{ name: "app", ports: null }] });
      equal(at(spec, "containers.0.ports"), undefined);
      equal(at(spec, "containers.0.image"), "example.com/app:1.0");
    },
    "lists of plain values that have no key are replaced": async (api) => {
      await createDeployment(api);
      await patchPodSpec(api, { containers: [{ name: "app", args: ["a", "b"] }] });
      const spec = await patchPodSpec(api, { containers: [{ name: "app", args: ["c"] }] });
      deepEqual(at(spec, "containers.0.args"), ["c"]);
    },
    "finalizers are added and taken away one by one": async (api) => {
      const metadata = { name: "a", finalizers: ["example.com/a", "example.com/b"] };
      done(await api.create(configMaps, { metadata }));
      api.afterwards(async () =>
        api.patch(configMaps, "a", { type: "merge", body: { metadata: { finalizers: null } } }),
      );
      const patch = async (body: unknown): Promise<unknown> =>
        done(await api.patch(configMaps, "a", { type: "strategic", body })).metadata.finalizers;
      deepEqual(await patch({ metadata: { finalizers: ["example.com/c"] } }), [
        "example.com/c",
        "example.com/a",
        "example.com/b",
      ]);
      deepEqual(await patch({ metadata: { "$deleteFromPrimitiveList/finalizers": ["example.com/a"] } }), [
        "example.com/c",
        "example.com/b",
      ]);
    },
    "the ports of a Service are merged by number": async (api) => {
      const ports = [
        { name: "http", port: 80 },
        { name: "https", port: 443 },
      ];
      done(await api.create(services, { metadata: { name: "a" }, spec: { ports } }));
      const body = { spec: { ports: [{ port: 443, targetPort: 8443 }] } };
      const after = done(await api.patch(services, "a", { type: "strategic", body }));
      matches(at(after, "spec.ports"), [
        { name: "http", port: 80, targetPort: 80 },
        { name: "https", port: 443, targetPort: 8443 },
      ]);
    },
    "a Deployment's strategy keeps only what its type has": async (api) => {
      await createDeployment(api);
      const body = { spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } } };
      const after = done(await api.patch(deployments, "a", { type: "strategic", body }));
      deepEqual(at(after, "spec.strategy"), { type: "Recreate" });
    },
    "pods are started anew by an annotation, as by `kubectl rollout restart`": async (api) => {
      await createDeployment(api);
      const annotations = { "kubectl.kubernetes.io/restartedAt": "2026-01-02T03:04:05Z" };
      const body = { spec: { template: { metadata: { annotations } } } };
      const after = done(await api.patch(deployments, "a", { type: "strategic", body }));
      deepEqual(at(after, "spec.template.metadata"), { labels: { app: "a" }, annotations });
      equal(after.metadata.generation, 2);
    },
    "volumes are merged by name and keep one source": async (api) => {
      await createDeployment(api);
      await patchPodSpec(api, {
        volumes: [
          { name: "data", emptyDir: {} },
          { name: "other", emptyDir: {} },
        ],
      });
      const spec = await patchPodSpec(api, {
        volumes: [{ name: "data", $retainKeys: ["name", "configMap"], configMap: { name: "config" } }],
      });
      matches(at(spec, "volumes"), [{ name: "data", configMap: { name: "config" } }, { name: "other" }]);
      equal(at(spec, "volumes.0.emptyDir"), undefined);
    },
    "a patch that changes nothing makes no new version": async (api) => {
      const before = done(await api.create(configMaps, { metadata: { name: "a" }, data: { a: "1" } }));
      const body = { data: { a: "1" } };
      deepEqual(done(await api.patch(configMaps, "a", { type: "strategic", body })), before);
    },
    "an unknown directive is refused": async (api) => {
      await createDeployment(api);
      const body = { spec: { template: { spec: { containers: [{ name: "app", $patch: "nonsense" }] } } } };
      const { status } = await api.patch(deployments, "a", { type: "strategic", body });
      equal(status >= 400, true);
    },
    "an item without its key is refused": async (api) => {
      await createDeployment(api);
      const body = { spec: { template: { spec: { containers: [{ image: "example.com/app:2.0" }] } } } };
      const { status } = await api.patch(deployments, "a", { type: "strategic", body });
      equal(status >= 400, true);
    },
  },
};
