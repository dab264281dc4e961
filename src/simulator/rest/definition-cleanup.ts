import type { Backend } from "./backend.ts";
import { definitionsCollection } from "./custom-definitions.ts";
import { cleanupFinalizer, remove } from "./delete.ts";
import { metadataOf, withMetadata } from "./metadata.ts";
import { usualDeletion } from "./options.ts";

/**
 * Deletes the objects of definitions that are about to go, and lets those go whose last object is gone. To be called
 * after each write.
 */
export function cleanUpDefinitions(backend: Backend): void {
  const { store } = backend;
  for (const [name, definition] of store.list(definitionsCollection)) {
    const { deletionTimestamp, finalizers = [] } = metadataOf(definition);
    if (deletionTimestamp === undefined || !finalizers.includes(cleanupFinalizer)) continue;
    deleteObjects(backend, name);
    if (store.list(name).length > 0) continue;
    const left = finalizers.filter((one) => one !== cleanupFinalizer);
    const last = withMetadata(definition, { finalizers: left.length === 0 ? undefined : left });
    if (left.length === 0) store.remove(definitionsCollection, name, last);
    else store.put(definitionsCollection, name, last);
  }
}

function deleteObjects(backend: Backend, collection: string): void {
  const resource = backend.resources().find(({ plural, group }) => `${plural}.${group}` === collection);
  if (resource === undefined) return;
  for (const [, { metadata }] of backend.store.list(collection)) {
    if (metadata.deletionTimestamp !== undefined) continue;
    const place = { resource, namespace: metadata.namespace ?? "", name: metadata.name, subresource: "" };
    remove(backend, place, usualDeletion);
  }
}
