import type { OwnerReference } from "kubernetes-types/meta/v1.d.ts";
import { NotFound } from "../../kubernetes/errors.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import type { Everything, Thing } from "./everything.ts";
import { foregroundFinalizer, judge, orphanFinalizer, stateOf } from "./garbage.ts";
import type { OwnerState } from "./garbage.ts";
import type { World } from "./world.ts";

/** Objects whose kind of owner is not known are looked at again after this time, in ms. */
const unknownKindMs = 30_000;

/** Deletes objects whose owners are gone, and carries out foreground and orphan deletion. */
export function collectGarbage(world: World, everything: Everything): void {
  const { client } = world;
  /** By uid. */
  const things = new Map<string, Thing>();
  /** The uids of the dependents of an owner, by its uid. */
  const dependents = new Map<string, Set<string>>();

  async function sync(uid: string): Promise<void> {
    const thing = things.get(uid);
    if (thing === undefined) return;
    const { object, resource } = thing;
    const states: OwnerState[] = [];
    for (const owner of object.metadata.ownerReferences ?? []) {
      const state = await ownerState(object, owner);
      if (state === undefined) {
        loop.addAfter(uid, unknownKindMs);
        return;
      }
      states.push(state);
    }
    const verdict = judge(
      object,
      states,
      dependentsOf(uid).map((dependent) => dependent.object),
    );
    switch (verdict.kind) {
      case "keep":
        return;
      case "disown":
        await patch(thing, { ownerReferences: verdict.ownerReferences });
        return;
      case "delete":
        await client.remove(resource, object.metadata, { uid, propagationPolicy: verdict.propagationPolicy });
        return;
      case "release":
        for (const dependent of dependentsOf(uid)) {
          const { ownerReferences = [] } = dependent.object.metadata;
          await patch(dependent, { ownerReferences: ownerReferences.filter((owner) => owner.uid !== uid) });
        }
        await dropFinalizer(thing, orphanFinalizer);
        return;
      case "await":
        for (const dependent of verdict.dependents) loop.add(dependent.metadata.uid ?? "");
        if (verdict.over) await dropFinalizer(thing, foregroundFinalizer);
    }
  }

  /** Undefined when the owner's kind is not known. What the caches do not show is asked of the API server. */
  async function ownerState({ metadata }: KubeObject, owner: OwnerReference): Promise<OwnerState | undefined> {
    const known = things.get(owner.uid);
    if (known !== undefined) return stateOf(known.object);
    const resource = everything.resourceOf(owner.apiVersion, owner.kind);
    if (resource === undefined) return undefined;
    const key = { name: owner.name, ...(resource.namespaced && { namespace: metadata.namespace ?? "" }) };
    try {
      const live = await client.get(resource, key);
      return live.metadata.uid === owner.uid ? stateOf(live) : "gone";
    } catch (error) {
      if (error instanceof NotFound) return "gone";
      throw error;
    }
  }

  function dependentsOf(uid: string): readonly Thing[] {
    return [...(dependents.get(uid) ?? [])].flatMap((each) => things.get(each) ?? []);
  }

  async function dropFinalizer(thing: Thing, finalizer: string): Promise<void> {
    const { finalizers = [] } = thing.object.metadata;
    await patch(thing, { finalizers: finalizers.filter((each) => each !== finalizer) });
  }

  async function patch({ resource, object: { metadata } }: Thing, change: object): Promise<void> {
    const body = { metadata: { resourceVersion: metadata.resourceVersion, ...change } };
    await client.patch(resource, metadata, { type: "merge", body });
  }

  const loop = world.loop(sync);
  everything.onChange(({ kind, resource, object }) => {
    const { uid = "", ownerReferences = [], deletionTimestamp } = object.metadata;
    const before = things.get(uid)?.object.metadata.ownerReferences ?? [];
    for (const { uid: owner } of before) dependents.get(owner)?.delete(uid);
    if (kind === "deleted") {
      things.delete(uid);
      for (const dependent of dependentsOf(uid)) loop.add(dependent.object.metadata.uid ?? "");
    } else {
      things.set(uid, { resource, object });
      for (const { uid: owner } of ownerReferences) {
        const siblings = dependents.get(owner) ?? new Set();
        dependents.set(owner, siblings.add(uid));
      }
      if (ownerReferences.length > 0 || deletionTimestamp !== undefined) loop.add(uid);
    }
    for (const { uid: owner } of [...before, ...ownerReferences]) {
      if (things.get(owner)?.object.metadata.deletionTimestamp !== undefined) loop.add(owner);
    }
  });
}
