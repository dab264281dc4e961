import { deepEqual, equal, match, ok, partialDeepStrictEqual as matches } from "node:assert/strict";
import { configMaps } from "../../../kubernetes/resources.ts";
import { at, done, listAt, namesOf } from "../answers.ts";
import type { Api } from "../api.ts";
import type { Topic } from "../behaviour.ts";
import { namespaces } from "../resources.ts";
import { configMap } from "../samples.ts";

/** A second namespace, which is deleted afterwards. */
async function createNamespace(api: Api): Promise<string> {
  const { name } = done(await api.create(namespaces, { metadata: { generateName: "conformance-" } })).metadata;
  api.afterwards(async () => api.delete(namespaces, name));
  return name;
}

/** How namespaces come and go. */
export const namespaceTopic: Topic = {
  name: "namespaces",
  behaviours: {
    "a namespace is active as soon as it is there, has its name as a label and a finalizer in its spec": async (
      api,
    ) => {
      const name = await createNamespace(api);
      matches(done(await api.get(namespaces, name)), {
        metadata: { labels: { "kubernetes.io/metadata.name": name } },
        spec: { finalizers: ["kubernetes"] },
        status: { phase: "Active" },
      });
    },
    "the namespaces that every cluster has are there": async (api) => {
      const names = namesOf(done(await api.list(namespaces)));
      for (const name of ["default", "kube-node-lease", "kube-public", "kube-system"]) ok(names.includes(name), name);
    },
    "objects of the same name live in several namespaces": async (api) => {
      const other = await createNamespace(api);
      done(await api.create(configMaps, configMap("a", { key: "here" })));
      done(await api.create(configMaps, configMap("a", { key: "there" }), { namespace: other }));
      deepEqual(done(await api.get(configMaps, "a"))["data"], { key: "here" });
      deepEqual(done(await api.get(configMaps, "a", { namespace: other }))["data"], { key: "there" });
    },
    "a deleted namespace goes with all that it holds": async (api) => {
      const other = await createNamespace(api);
      done(await api.create(configMaps, configMap("a"), { namespace: other }));
      const deleted = done(await api.delete(namespaces, other));
      matches(deleted, { kind: "Namespace", metadata: { name: other }, status: { phase: "Terminating" } });
      await api.eventually("the namespace is gone", async () =>
        (await api.get(namespaces, other)).status === 404 ? true : undefined,
      );
      equal((await api.get(configMaps, "a", { namespace: other })).status, 404);
    },
    "a namespace waits for the finalizers of what it holds, takes nothing new and says why": async (api) => {
      const namespace = await createNamespace(api);
      done(await api.create(configMaps, { metadata: { name: "a", finalizers: ["example.com/wait"] } }, { namespace }));
      api.afterwards(async () =>
        api.patch(configMaps, "a", { type: "merge", body: { metadata: { finalizers: null } } }, { namespace }),
      );
      done(await api.delete(namespaces, namespace));
      await api.eventually(
        "the object is to go",
        async () => done(await api.get(configMaps, "a", { namespace })).metadata.deletionTimestamp,
      );
      const refused = await api.create(configMaps, configMap("b"), { namespace });
      matches(refused, {
        status: 403,
        body: { reason: "Forbidden", details: { name: "b", kind: "configmaps" } },
      });
      equal(
        listAt(refused.body, "details.causes").some((cause) => at(cause, "reason") === "NamespaceTerminating"),
        true,
      );
      match(String(at(refused.body, "message")), /because it is being terminated$/);
      await api.eventually("the namespace tells of the finalizer", async () =>
        listAt(done(await api.get(namespaces, namespace)), "status.conditions").find(
          (condition) => at(condition, "type") === "NamespaceFinalizersRemaining" && at(condition, "status") === "True",
        ),
      );
    },
    "a namespace that waits goes when the last finalizer does": async (api) => {
      const namespace = await createNamespace(api);
      done(await api.create(configMaps, { metadata: { name: "a", finalizers: ["example.com/wait"] } }, { namespace }));
      const letGo = async (): Promise<unknown> =>
        api.patch(configMaps, "a", { type: "merge", body: { metadata: { finalizers: null } } }, { namespace });
      api.afterwards(letGo);
      done(await api.delete(namespaces, namespace));
      await api.eventually(
        "the object is to go",
        async () => done(await api.get(configMaps, "a", { namespace })).metadata.deletionTimestamp,
      );
      await letGo();
      await api.eventually("the namespace is gone", async () =>
        (await api.get(namespaces, namespace)).status === 404 ? true : undefined,
      );
    },
    "the namespace `default` is not deleted": async (api) => {
      matches(await api.delete(namespaces, "default"), {
        status: 403,
        body: {
          reason: "Forbidden",
          message: 'namespaces "default" is forbidden: this namespace may not be deleted',
        },
      });
    },
    "a namespace must have a name that a DNS label can be": async (api) => {
      matches(await api.create(namespaces, { metadata: { name: "Not.A.Label" } }), {
        status: 422,
        body: { details: { causes: [{ reason: "FieldValueInvalid", field: "metadata.name" }] } },
      });
    },
    "labels of a namespace are changed, but not the one with its name": async (api) => {
      const body = { metadata: { labels: { "example.com/a": "b", "kubernetes.io/metadata.name": null } } };
      const after = done(await api.patch(namespaces, api.namespace, { type: "merge", body }));
      matches(after.metadata.labels, { "example.com/a": "b", "kubernetes.io/metadata.name": api.namespace });
    },
  },
};
