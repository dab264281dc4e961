import { InvalidPatch } from "../merge/invalid-patch.ts";
import { trackUpdate } from "../merge/managed-fields.ts";
import type { StoredObject } from "../resource.ts";
import { metadataOf, withMetadata } from "./metadata.ts";

/**
 * As `trackUpdate`, but an object that does not fit its schema keeps the managers that it had: that is for the
 * validation to refuse, and in better words.
 */
export function track(options: Parameters<typeof trackUpdate>[0]): StoredObject {
  try {
    return trackUpdate(options);
  } catch (error) {
    if (!(error instanceof InvalidPatch)) throw error;
    const { before, after } = options;
    return withMetadata(after, { managedFields: before && metadataOf(before).managedFields });
  }
}
