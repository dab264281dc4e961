import type { StoredObject } from "../resource.ts";
import { parseFieldSelector } from "./field-selector.ts";
import { parseLabelSelector } from "./label-selector.ts";
import type { Place } from "./request.ts";

/** Which objects of a collection a list, watch or deletion is about. */
export interface Selection {
  readonly matches: (object: StoredObject) => boolean;
  /** Whether labels or fields are asked for, beside the namespace. */
  readonly isPartial: boolean;
}

/** @throws StatusError 400 */
export function selectionOf({ resource, namespace }: Place, query: URLSearchParams): Selection {
  const labels = query.get("labelSelector") ?? "";
  const fields = query.get("fieldSelector") ?? "";
  const hasLabels = parseLabelSelector(labels);
  const hasFields = parseFieldSelector(resource, fields);
  return {
    isPartial: labels !== "" || fields !== "",
    matches: (object) =>
      (namespace === "" || object.metadata.namespace === namespace) &&
      hasLabels(object.metadata.labels ?? {}) &&
      hasFields(object),
  };
}
