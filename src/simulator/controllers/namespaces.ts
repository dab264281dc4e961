import type { KubeObject } from "../../kubernetes/objects.ts";
import type { Resource } from "../../kubernetes/resources.ts";
import type { Everything } from "./everything.ts";
import { kinds } from "./kinds.ts";
import { remainingConditions } from "./remaining.ts";
import type { Remaining } from "./remaining.ts";
import { follow, writeStatus } from "./world.ts";
import type { World } from "./world.ts";

const namespaceFinalizer = "kubernetes";

/** Empties namespaces that are being deleted, then lets them go. */
export function emptyNamespaces(world: World, everything: Everything): void {
  const { client, caches } = world;

  async function sync(key: string): Promise<void> {
    const [, name = ""] = key.split("/");
    const namespace = caches.namespaces.get({ name });
    if (namespace?.metadata.deletionTimestamp === undefined) return;
    const finalizers = namespace.spec?.finalizers ?? [];
    if (!finalizers.includes(namespaceFinalizer)) return;
    const left: Remaining[] = [];
    for (const resource of everything.resources()) {
      if (resource.namespaced) left.push({ resource, objects: await empty(world, resource, name) });
    }
    // The end of each object brings another turn.
    if (left.some(({ objects }) => objects.length > 0)) {
      const conditions = remainingConditions(left, namespace.status?.conditions ?? [], world.now());
      await writeStatus(world, kinds.namespaces, caches.namespaces, namespace, { ...namespace.status, conditions });
      return;
    }
    const spec = { ...namespace.spec, finalizers: finalizers.filter((each) => each !== namespaceFinalizer) };
    await client.finalize({ ...namespace, spec });
  }

  const loop = world.loop(sync);
  follow(caches.namespaces, loop);
  everything.onChange(({ object: { metadata } }) => {
    const namespace = metadata.namespace ?? "";
    if (caches.namespaces.get({ name: namespace })?.metadata.deletionTimestamp !== undefined) loop.add(`/${namespace}`);
  });
}

/** Deletes all objects of a kind in a namespace. Answers with those that there were. */
async function empty({ client }: World, resource: Resource, namespace: string): Promise<readonly KubeObject[]> {
  const { items } = await client.list(resource, { namespace });
  for (const { metadata } of items) {
    if (metadata.deletionTimestamp === undefined) await client.remove(resource, metadata, {});
  }
  return items;
}

/** Gives each namespace the ServiceAccount that its pods run as. */
export function provideServiceAccounts(world: World): void {
  const { client, caches } = world;
  const name = "default";
  const loop = world.loop(async (key) => {
    const [, namespace = ""] = key.split("/");
    const isAlive = caches.namespaces.get({ name: namespace })?.metadata.deletionTimestamp === undefined;
    const isKnown = caches.namespaces.get({ name: namespace }) !== undefined;
    if (!isAlive || !isKnown || caches.serviceAccounts.get({ namespace, name }) !== undefined) return;
    const created = await client.create(kinds.serviceAccounts, { metadata: { namespace, name } });
    caches.serviceAccounts.learn(created);
  });
  follow(caches.namespaces, loop);
  caches.serviceAccounts.onChange(({ kind, object: { metadata } }) => {
    if (kind === "deleted") loop.add(`/${metadata.namespace ?? ""}`);
  });
}
