import { keepTimes } from "../merge/managed-fields.ts";
import type { ServedResource, StoredObject } from "../resource.ts";
import * as cause from "../schema/causes.ts";
import { keyOf } from "../store.ts";
import { admitUpdate } from "./admission.ts";
import { findObject } from "./backend.ts";
import type { Backend } from "./backend.ts";
import { createObject } from "./create.ts";
import { decodeObject } from "./decode.ts";
import { inNamespace, isNewGeneration, metadataOf, withMetadata } from "./metadata.ts";
import type { FullMetadata } from "./metadata.ts";
import { writeOptions } from "./options.ts";
import type { WriteOptions } from "./options.ts";
import type { Call, Place } from "./request.ts";
import { badRequest, conflict, invalid, modified, notFound, qualified } from "./status.ts";
import { track } from "./track.ts";
import { checkObject } from "./validate.ts";
import { timestamp } from "../../timestamp.ts";

/** What a write came to. */
export interface Written {
  readonly object: StoredObject;
  readonly created: boolean;
}

/** What is created by an update when it is not there. */
const createdByUpdate = new Set([
  "services",
  "endpoints",
  "events",
  "limitranges",
  "leases.coordination.k8s.io",
  "roles.rbac.authorization.k8s.io",
  "rolebindings.rbac.authorization.k8s.io",
  "clusterroles.rbac.authorization.k8s.io",
  "clusterrolebindings.rbac.authorization.k8s.io",
]);

/** What is updated only by those who say which version they have seen; and all custom resources. */
const conditional = new Set([
  "leases.coordination.k8s.io",
  "poddisruptionbudgets.policy",
  "customresourcedefinitions.apiextensions.k8s.io",
]);

/**
 * Replaces an object, or the part of it that is the subresource, by that of the body.
 * @throws StatusError
 */
export function replace(backend: Backend, place: Place, call: Call): Written {
  const options = writeOptions(call);
  const given = inNamespace(decodeObject(call, place.resource, options), place.namespace);
  return replaceObject(backend, place, given, options);
}

/**
 * As `replace`, by an object that has been read.
 * @throws StatusError
 */
export function replaceObject(backend: Backend, place: Place, given: StoredObject, options: WriteOptions): Written {
  const { resource, name } = place;
  if (given.metadata.name !== name) throw wrongName(given.metadata.name, name);
  const live = findObject(backend, place);
  if (live === undefined) {
    if (place.subresource !== "" || !createdByUpdate.has(qualified(resource))) throw notFound(resource, name);
    return { object: createObject(backend, place, given, options), created: true };
  }
  checkUid(place, given, live);
  return { object: updateObject(backend, place, live, given, options), created: false };
}

/** 400 for an object that is not that of the path. */
export function wrongName(own: string, onPath: string): Error {
  return badRequest(`the name of the object (${own}) does not match the name on the URL (${onPath})`);
}

function checkUid({ resource, name }: Place, given: StoredObject, live: StoredObject): void {
  const { uid = "" } = given.metadata;
  if (uid === "" || uid === live.metadata.uid) return;
  const key = `/registry/${qualified(resource)}/${keyOf(live.metadata.namespace ?? "", name)}`;
  const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid ?? ""}`;
  throw conflict(
    resource,
    name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`,
  );
}

/**
 * Stores what is given in place of the live object, as far as the path lets it be written. Writes nothing when that
 * changes nothing, and deletes an object that was only waiting for its last finalizer. With `isTracked` its managed
 * fields are as they should be.
 * @throws StatusError 409 or 422
 */
export function updateObject(
  backend: Backend,
  { resource, namespace, name, subresource }: Place,
  live: StoredObject,
  given: StoredObject,
  { dryRun, manager, trusted }: WriteOptions,
  isTracked = false,
): StoredObject {
  checkVersion(resource, live, given);
  const { schema } = resource;
  const wanted = writable(resource, subresource, live, given);
  const after = trusted && subresource === "status" ? wanted : resource.complete(wanted);
  const time = timestamp(backend.clock.now());
  const tracked =
    isTracked || !backend.managedFields ? after : track({ schema, before: live, after, manager, time, subresource });
  const admitted = subresource === "" ? admitUpdate(backend, resource, tracked, live) : tracked;
  const kept = withMetadata(admitted, ofServer(metadataOf(live), metadataOf(given)));
  const { generation } = metadataOf(live);
  const counted =
    generation !== undefined && subresource !== "status" && isNewGeneration(resource, kept, live)
      ? withMetadata(kept, { generation: generation + 1 })
      : kept;
  const next = keepTimes(live, counted);
  if (!trusted) checkObject(resource, next, live);
  const collection = qualified(resource);
  const key = keyOf(namespace, name);
  if (isGone(resource, next, live)) return dryRun ? next : backend.store.remove(collection, key, next);
  return next === live || dryRun ? next : backend.store.put(collection, key, next);
}

function checkVersion(resource: ServedResource, live: StoredObject, given: StoredObject): void {
  const { resourceVersion = "", name } = given.metadata;
  if (resourceVersion === live.metadata.resourceVersion) return;
  if (resourceVersion !== "" && resourceVersion !== "0") throw modified(resource, live.metadata.name);
  if (!resource.custom && !conditional.has(qualified(resource))) return;
  throw invalid({ group: resource.group, kind: resource.plural }, name, [
    cause.invalid("metadata.resourceVersion", 0, "must be specified for an update"),
  ]);
}

/** The live object with what may be written at the path taken from the given one. */
function writable(
  resource: ServedResource,
  subresource: string,
  live: StoredObject,
  given: StoredObject,
): StoredObject {
  if (subresource === "status") {
    const { managedFields } = metadataOf(given);
    const metadata = resource.custom
      ? withMetadata(live, { managedFields }).metadata
      : withMetadata(given, { labels: live.metadata.labels }).metadata;
    return withField({ ...live, metadata }, "status", given["status"]);
  }
  if (subresource === "finalize") return { ...live, metadata: given.metadata, spec: given["spec"] };
  // The finalizers in the spec of a namespace have a path of their own.
  const own = qualified(resource) === "namespaces" ? { ...given, spec: live["spec"] } : given;
  return resource.status ? withField(own, "status", live["status"]) : own;
}

function withField(object: StoredObject, field: string, value: unknown): StoredObject {
  const { [field]: _, ...rest } = object;
  return value === undefined ? (rest as StoredObject) : { ...(rest as StoredObject), [field]: value };
}

/** What is the server's, save for what the client has changed in spite of that, which is then refused. */
function ofServer(live: FullMetadata, { uid = "", deletionTimestamp, deletionGracePeriodSeconds }: FullMetadata) {
  return {
    uid: uid === "" ? live.uid : uid,
    resourceVersion: live.resourceVersion,
    generation: live.generation,
    creationTimestamp: live.creationTimestamp,
    deletionTimestamp: live.deletionTimestamp ?? deletionTimestamp,
    deletionGracePeriodSeconds: deletionGracePeriodSeconds ?? live.deletionGracePeriodSeconds,
  };
}

function isGone(resource: ServedResource, next: StoredObject, live: StoredObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = metadataOf(live);
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds > 0) return false;
  const { finalizers = [] } = metadataOf(next);
  const { finalizers: own = [] } =
    qualified(resource) === "namespaces" ? (next["spec"] as { readonly finalizers?: readonly string[] }) : {};
  return finalizers.length === 0 && own.length === 0;
}
