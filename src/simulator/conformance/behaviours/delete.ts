import { deepEqual, equal, match, ok, partialDeepStrictEqual as matches } from "node:assert/strict";
import { configMaps, deployments, secrets } from "../../../kubernetes/resources.ts";
import type { StoredObject } from "../../resource.ts";
import { at, causesOf, done } from "../answers.ts";
import type { Api } from "../api.ts";
import type { Topic } from "../behaviour.ts";
import { pods } from "../resources.ts";
import { configMap, deployment, labelled, pod } from "../samples.ts";

const finalizer = "example.com/wait";

/** A ConfigMap that is not gone before its finalizer is. */
async function createHeld(api: Api): Promise<StoredObject> {
  const object = done(await api.create(configMaps, { metadata: { name: "a", finalizers: [finalizer] } }));
  api.afterwards(async () => letGo(api));
  return object;
}

async function letGo(api: Api): Promise<unknown> {
  return api.patch(configMaps, "a", { type: "merge", body: { metadata: { finalizers: null } } });
}

/** DELETE of an object and of a collection. */
export const deletion: Topic = {
  name: "delete, finalizers, preconditions, propagation",
  behaviours: {
    "an object is gone at once, and the answer names it": async (api) => {
      const { metadata } = done(await api.create(configMaps, configMap("a")));
      deepEqual((await api.delete(configMaps, "a")).body, {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Success",
        details: { name: "a", kind: "configmaps", uid: metadata.uid },
      });
      equal((await api.get(configMaps, "a")).status, 404);
    },
    "a pod that has no node is gone at once, and is the answer": async (api) => {
      const { metadata } = await api.eventually("the namespace takes pods", async () =>
        done(await api.create(pods, pod("a"))),
      );
      matches(await api.delete(pods, "a"), { status: 200, body: { kind: "Pod", metadata: { uid: metadata.uid } } });
      equal((await api.get(pods, "a")).status, 404);
    },
    "an object that is not there is not found": async (api) => {
      matches(await api.delete(configMaps, "a"), { status: 404, body: { message: 'configmaps "a" not found' } });
    },
    "an object with a finalizer stays, and says since when it is to go": async (api) => {
      const before = await createHeld(api);
      const deleted = await api.delete(configMaps, "a");
      matches(deleted, { status: 200, body: { kind: "ConfigMap", metadata: { finalizers: [finalizer] } } });
      const after = done(await api.get(configMaps, "a"));
      match(String(at(after, "metadata.deletionTimestamp")), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      equal(at(after, "metadata.deletionGracePeriodSeconds"), 0);
      ok(Number(after.metadata.resourceVersion) > Number(before.metadata.resourceVersion));
    },
    "an object goes with its last finalizer": async (api) => {
      await createHeld(api);
      done(await api.delete(configMaps, "a"));
      const last = done(
        await api.patch(configMaps, "a", { type: "json", body: [{ op: "remove", path: "/metadata/finalizers" }] }),
      );
      equal(last.metadata.name, "a");
      equal((await api.get(configMaps, "a")).status, 404);
    },
    "an object that is to go takes no more finalizers": async (api) => {
      await createHeld(api);
      done(await api.delete(configMaps, "a"));
      const body = { metadata: { finalizers: [finalizer, "example.com/more"] } };
      const refused = await api.patch(configMaps, "a", { type: "merge", body });
      equal(refused.status, 422);
      match(causesOf(refused)[0] ?? "", /^FieldValueForbidden metadata\.finalizers: Forbidden: no new finalizers/);
    },
    "an object that is to go is changed like others, and deleted again without effect": async (api) => {
      await createHeld(api);
      const deleted = done(await api.delete(configMaps, "a"));
      const changed = done(await api.patch(configMaps, "a", { type: "merge", body: { data: { key: "value" } } }));
      equal(changed.metadata.deletionTimestamp, deleted.metadata.deletionTimestamp);
      deepEqual(done(await api.delete(configMaps, "a")), changed);
    },
    "a finalizer must have a qualified name": async (api) => {
      const refused = await api.create(configMaps, { metadata: { name: "a", finalizers: ["wait"] } });
      equal(refused.status, 422);
    },
    "an object of another uid is not deleted": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      const body = { preconditions: { uid: "1b4e28ba-2fa1-11d2-883f-0016d3cca427" } };
      const refused = await api.delete(configMaps, "a", { body });
      matches(refused, { status: 409, body: { reason: "Conflict" } });
      match(
        String(at(refused.body, "message")),
        /the UID in the precondition \(\S+\) does not match the UID in record \(\S+\)/,
      );
      equal((await api.get(configMaps, "a")).status, 200);
    },
    "an object of that uid is deleted": async (api) => {
      const { uid } = done(await api.create(configMaps, configMap("a"))).metadata;
      equal((await api.delete(configMaps, "a", { body: { preconditions: { uid } } })).status, 200);
      equal((await api.get(configMaps, "a")).status, 404);
    },
    "an object of another version is not deleted": async (api) => {
      const { resourceVersion } = done(await api.create(configMaps, configMap("a"))).metadata;
      done(await api.patch(configMaps, "a", { type: "merge", body: { data: { key: "other" } } }));
      const refused = await api.delete(configMaps, "a", { body: { preconditions: { resourceVersion } } });
      matches(refused, { status: 409, body: { reason: "Conflict" } });
    },
    "nothing is deleted in a dry run": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      equal((await api.delete(configMaps, "a", { query: { dryRun: "All" } })).status, 200);
      equal((await api.delete(configMaps, "a", { body: { dryRun: ["All"] } })).status, 200);
      equal((await api.get(configMaps, "a")).status, 200);
    },
    "a propagation that there is not is refused": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      const refused = await api.delete(configMaps, "a", { body: { propagationPolicy: "Sideways" } });
      matches(refused, { status: 422, body: { reason: "Invalid" } });
      equal((await api.get(configMaps, "a")).status, 200);
    },
    "options are taken from the query, too": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      const query = { propagationPolicy: "Background", gracePeriodSeconds: "0" };
      equal((await api.delete(configMaps, "a", { query })).status, 200);
      equal((await api.get(configMaps, "a")).status, 404);
    },
    "with foreground propagation an object waits for its dependents behind a finalizer": async (api) => {
      const { uid } = (await createHeld(api)).metadata;
      const deleted = done(await api.delete(configMaps, "a", { body: { propagationPolicy: "Foreground" } }));
      equal(deleted.metadata.uid, uid);
      ok(deleted.metadata.finalizers?.includes("foregroundDeletion"));
      ok(deleted.metadata.deletionTimestamp !== undefined);
    },
    "with orphan propagation an object waits behind a finalizer until its dependents are let go": async (api) => {
      await createHeld(api);
      const deleted = done(await api.delete(configMaps, "a", { body: { propagationPolicy: "Orphan" } }));
      ok(deleted.metadata.finalizers?.includes("orphan"));
    },
    "a whole collection is deleted": async (api) => {
      for (const name of ["a", "b", "c"]) done(await api.create(secrets, { metadata: { name } }));
      equal((await api.deleteAll(secrets)).status, 200);
      deepEqual(at(done(await api.list(secrets)), "items"), []);
    },
    "of a collection what has a finalizer stays to go": async (api) => {
      await createHeld(api);
      done(await api.create(configMaps, labelled("b", {})));
      equal((await api.deleteAll(configMaps)).status, 200);
      ok(done(await api.get(configMaps, "a")).metadata.deletionTimestamp !== undefined);
      equal((await api.get(configMaps, "b")).status, 404);
    },
    "deletion raises the generation of what counts it": async (api) => {
      const object = deployment("a", { paused: true });
      done(await api.create(deployments, { ...object, metadata: { ...object.metadata, finalizers: [finalizer] } }));
      api.afterwards(async () =>
        api.patch(deployments, "a", { type: "merge", body: { metadata: { finalizers: null } } }),
      );
      equal(done(await api.delete(deployments, "a")).metadata.generation, 2);
    },
    "a deletion time is not set by hand": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      const body = { metadata: { deletionTimestamp: "2001-02-03T04:05:06Z" } };
      const { status } = await api.patch(configMaps, "a", { type: "merge", body });
      equal(status, 422);
    },
  },
};
