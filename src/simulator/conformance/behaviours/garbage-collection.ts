import { deepEqual, equal, ok } from "node:assert/strict";
import { configMaps, secrets } from "../../../kubernetes/resources.ts";
import type { StoredObject } from "../../resource.ts";
import { done, namesOf } from "../answers.ts";
import type { Api } from "../api.ts";
import type { Topic } from "../behaviour.ts";
import { configMap } from "../samples.ts";

interface Tie {
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** A Secret that belongs to ConfigMaps. */
async function createDependent(
  api: Api,
  name: string,
  owners: readonly StoredObject[],
  tie: Tie = {},
): Promise<StoredObject> {
  const ownerReferences = owners.map(({ metadata }) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    name: metadata.name,
    uid: metadata.uid,
    ...tie,
  }));
  return done(await api.create(secrets, { metadata: { name, ownerReferences } }));
}

async function createOwner(api: Api, name: string): Promise<StoredObject> {
  return done(await api.create(configMaps, configMap(name)));
}

async function goneSecret(api: Api, name: string): Promise<void> {
  await api.eventually(`${name} is gone`, async () =>
    (await api.get(secrets, name)).status === 404 ? true : undefined,
  );
}

/** How objects follow their owners. */
export const garbageCollection: Topic = {
  name: "owner references and garbage collection",
  behaviours: {
    "dependents go after their owner": async (api) => {
      const owner = await createOwner(api, "owner");
      await createDependent(api, "a", [owner]);
      await createDependent(api, "b", [owner], { controller: true, blockOwnerDeletion: true });
      done(await api.create(secrets, { metadata: { name: "free" } }));
      done(await api.delete(configMaps, "owner", { body: { propagationPolicy: "Background" } }));
      equal((await api.get(configMaps, "owner")).status, 404);
      await goneSecret(api, "a");
      await goneSecret(api, "b");
      deepEqual(namesOf(done(await api.list(secrets))), ["free"]);
    },
    "dependents stay and are let go when they are to be orphans": async (api) => {
      const owner = await createOwner(api, "owner");
      await createDependent(api, "a", [owner]);
      done(await api.delete(configMaps, "owner", { body: { propagationPolicy: "Orphan" } }));
      await api.eventually("the owner is gone", async () =>
        (await api.get(configMaps, "owner")).status === 404 ? true : undefined,
      );
      equal(done(await api.get(secrets, "a")).metadata.ownerReferences, undefined);
    },
    "in the foreground the owner goes after the dependents that block it": async (api) => {
      const owner = await createOwner(api, "owner");
      const a = await createDependent(api, "a", [owner], { blockOwnerDeletion: true });
      const finalizers = ["example.com/wait"];
      const patch = async (body: unknown): Promise<unknown> =>
        api.patch(secrets, a.metadata.name, { type: "merge", body });
      await patch({ metadata: { finalizers } });
      api.afterwards(async () => patch({ metadata: { finalizers: null } }));
      done(await api.delete(configMaps, "owner", { body: { propagationPolicy: "Foreground" } }));
      await api.eventually(
        "the dependent is to go",
        async () => done(await api.get(secrets, "a")).metadata.deletionTimestamp,
      );
      deepEqual(done(await api.get(configMaps, "owner")).metadata.finalizers, ["foregroundDeletion"]);
      await patch({ metadata: { finalizers: null } });
      await api.eventually("the owner is gone", async () =>
        (await api.get(configMaps, "owner")).status === 404 ? true : undefined,
      );
    },
    "a dependent stays with the owner that it has left": async (api) => {
      const [first, second] = [await createOwner(api, "first"), await createOwner(api, "second")];
      await createDependent(api, "a", [first, second]);
      await createDependent(api, "b", [first]);
      done(await api.delete(configMaps, "first"));
      await goneSecret(api, "b");
      const left = await api.eventually("the reference is gone", async () => {
        const { ownerReferences } = done(await api.get(secrets, "a")).metadata;
        return ownerReferences?.length === 1 ? ownerReferences : undefined;
      });
      equal(left[0]?.name, "second");
    },
    "a dependent of an owner that never was goes": async (api) => {
      const owner = await createOwner(api, "owner");
      const metadata = { ...owner.metadata, uid: "1b4e28ba-2fa1-11d2-883f-0016d3cca427" };
      await createDependent(api, "a", [{ ...owner, metadata }]);
      await goneSecret(api, "a");
      equal((await api.get(configMaps, "owner")).status, 200);
    },
    "dependents of dependents go, too": async (api) => {
      const owner = await createOwner(api, "owner");
      const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: owner.metadata.uid }];
      const middle = done(await api.create(configMaps, { metadata: { name: "middle", ownerReferences } }));
      await createDependent(api, "a", [middle]);
      done(await api.delete(configMaps, "owner"));
      await goneSecret(api, "a");
      equal((await api.get(configMaps, "middle")).status, 404);
    },
    "an object has one controller at most": async (api) => {
      const [first, second] = [await createOwner(api, "first"), await createOwner(api, "second")];
      const ownerReferences = [first, second].map(({ metadata }) => ({
        apiVersion: "v1",
        kind: "ConfigMap",
        name: metadata.name,
        uid: metadata.uid,
        controller: true,
      }));
      const { status } = await api.create(secrets, { metadata: { name: "a", ownerReferences } });
      equal(status, 422);
      ok((await api.get(secrets, "a")).status === 404);
    },
  },
};
