import { inVersion } from "./backend.ts";
import type { Backend } from "./backend.ts";
import { remove } from "./delete.ts";
import { list } from "./list.ts";
import type { ListResult } from "./list.ts";
import { deleteOptions } from "./options.ts";
import type { Call, Place } from "./request.ts";

/**
 * Deletes all selected objects of a collection, and answers with them as they were.
 * @throws StatusError
 */
export function removeAll(backend: Backend, place: Place, call: Call): ListResult {
  const options = deleteOptions(call);
  const found = list(backend, place, call);
  for (const { metadata } of found.items) {
    remove(backend, { ...place, namespace: metadata.namespace ?? "", name: metadata.name }, options);
  }
  return { ...found, items: found.items.map((object) => inVersion(place.resource, object)) };
}
