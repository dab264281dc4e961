import type { Cause, ServedResource, StoredObject } from "../resource.ts";
import { metadataCauses } from "./metadata.ts";
import { invalid } from "./status.ts";

/**
 * Refuses an object that is to be stored in place of `before` when something is wrong with it.
 * @throws StatusError 422
 */
export function checkObject(resource: ServedResource, object: StoredObject, before: StoredObject | undefined): void {
  const causes = [...metadataCauses(object, before), ...resource.validate(object, before)];
  const distinct = new Map<string, Cause>(causes.map((cause) => [`${cause.field}: ${cause.message}`, cause]));
  if (distinct.size > 0) throw invalid(resource, object.metadata.name, [...distinct.values()]);
}
