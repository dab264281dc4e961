import type { Metadata } from "../../kubernetes/objects.ts";
import { equal } from "../merge/equal.ts";
import type { Cause, ServedResource, StoredObject } from "../resource.ts";
import * as cause from "../schema/causes.ts";
import { badRequest } from "./status.ts";

/** All of an object's metadata. */
export interface FullMetadata extends Metadata {
  readonly generateName?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly managedFields?: readonly unknown[];
}

export function metadataOf(object: StoredObject): FullMetadata {
  return object.metadata;
}

/** The object with these fields of its metadata in place of its own; one that is undefined is left out. */
export function withMetadata(
  object: StoredObject,
  fields: { readonly [field in keyof FullMetadata]?: FullMetadata[field] | undefined },
): StoredObject {
  const entries = Object.entries({ ...object.metadata, ...fields }).filter(([, value]) => value !== undefined);
  return { ...object, metadata: Object.fromEntries(entries) as unknown as FullMetadata };
}

/**
 * The object in the namespace of the request, where it names none.
 * @throws StatusError 400 when it names another
 */
export function inNamespace(object: StoredObject, namespace: string): StoredObject {
  const { namespace: own = "" } = object.metadata;
  if (own === namespace) return object;
  if (own !== "" && namespace !== "") {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  return withMetadata(object, { namespace: namespace === "" ? undefined : namespace });
}

/** How the garbage collector is told to leave an object's dependents, or to delete them first. */
export const orphanFinalizer = "orphan";
export const foregroundFinalizer = "foregroundDeletion";

const immutable = [
  "name",
  "namespace",
  "uid",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
] as const;

/** What is wrong with metadata that is the same for all kinds, in place of that of `before`. */
export function metadataCauses(object: StoredObject, before: StoredObject | undefined): readonly Cause[] {
  const after = metadataOf(object);
  const { finalizers = [] } = after;
  const both = finalizers.includes(orphanFinalizer) && finalizers.includes(foregroundFinalizer);
  const text = `finalizer ${orphanFinalizer} and ${foregroundFinalizer} cannot be both set`;
  const changed = immutable.filter((field) => before !== undefined && !equal(after[field], metadataOf(before)[field]));
  return [
    ...(both ? [cause.invalid("metadata.finalizers", finalizers, text)] : []),
    ...changed.map((field) => cause.invalid(`metadata.${field}`, after[field], "field is immutable")),
  ];
}

/**
 * Whether what makes for a new generation differs: all but metadata and, where that is a part of its own, the status.
 * Of a Deployment, the annotations count, too.
 */
export function isNewGeneration(resource: ServedResource, a: StoredObject, b: StoredObject): boolean {
  const content = (object: StoredObject) => ({
    ...object,
    metadata: resource.kind === "Deployment" && !resource.custom ? object.metadata.annotations : undefined,
    ...(resource.status && { status: undefined }),
  });
  return !equal(content(a), content(b));
}
