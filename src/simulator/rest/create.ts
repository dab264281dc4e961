import type { StoredObject } from "../resource.ts";
import { keyOf } from "../store.ts";
import { admitCreate, checkNamespace } from "./admission.ts";
import { findObject } from "./backend.ts";
import type { Backend } from "./backend.ts";
import { decodeObject } from "./decode.ts";
import { inNamespace, metadataOf, withMetadata } from "./metadata.ts";
import { writeOptions } from "./options.ts";
import type { WriteOptions } from "./options.ts";
import type { Call, Place } from "./request.ts";
import { StatusError, alreadyExists, qualified } from "./status.ts";
import { track } from "./track.ts";
import { checkObject } from "./validate.ts";
import { timestamp } from "../../timestamp.ts";

/** Names are generated this often before a create fails. */
const attempts = 8;

/**
 * Creates the object of the body.
 * @throws StatusError
 */
export function create(backend: Backend, place: Place, call: Call): StoredObject {
  const options = writeOptions(call);
  const given = decodeObject(call, place.resource, options);
  return createObject(backend, place, given, options);
}

/**
 * Stores a new object. With `isTracked` its managed fields are as they should be.
 * @throws StatusError
 */
export function createObject(
  backend: Backend,
  place: Place,
  given: StoredObject,
  { dryRun, manager, trusted }: WriteOptions,
  isTracked = false,
): StoredObject {
  const { resource } = place;
  const time = timestamp(backend.clock.now());
  const { status: _, ...withoutStatus } = given;
  const own = inNamespace(resource.status ? withoutStatus : given, place.namespace);
  const completed = resource.complete(withMetadata(own, noSystemFields));
  const { schema } = resource;
  const tracked =
    isTracked || !backend.managedFields
      ? completed
      : track({ schema, before: undefined, after: completed, manager, time });
  checkNamespace(backend, resource, place.namespace, tracked.metadata.name);
  const named = withName(backend, place, tracked);
  const born = withMetadata(named, {
    uid: backend.identities.uid(),
    creationTimestamp: time,
    ...(resource.generation && { generation: 1 }),
  });
  const object = admitCreate(backend, resource, born);
  if (!trusted) checkObject(resource, object, undefined);
  const existing = findObject(backend, { ...place, name: object.metadata.name });
  if (existing !== undefined) {
    throw alreadyExists(resource, existing.metadata.name, existing.metadata.deletionTimestamp !== undefined);
  }
  if (given.metadata.resourceVersion !== undefined && given.metadata.resourceVersion !== "") {
    throw new StatusError(500, "", "resourceVersion should not be set on objects to be created");
  }
  if (dryRun) return object;
  return backend.store.put(qualified(resource), keyOf(place.namespace, object.metadata.name), object);
}

/** What only the API server says of an object. */
const noSystemFields = {
  uid: undefined,
  resourceVersion: undefined,
  generation: undefined,
  creationTimestamp: undefined,
  deletionTimestamp: undefined,
  deletionGracePeriodSeconds: undefined,
};

/** The longest part of a name that is kept before what is generated. */
const longestPrefix = 58;

function withName(backend: Backend, place: Place, object: StoredObject): StoredObject {
  const { name, generateName = "" } = metadataOf(object);
  if (name !== "" || generateName === "") return object;
  let generated = "";
  for (let attempt = 0; attempt < attempts; attempt++) {
    generated = generateName.slice(0, longestPrefix) + backend.identities.suffix();
    if (findObject(backend, { ...place, name: generated }) === undefined) break;
  }
  return withMetadata(object, { name: generated });
}
