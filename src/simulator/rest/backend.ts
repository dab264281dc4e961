import type { Clock } from "../../clock.ts";
import { apiVersionOf } from "../../kubernetes/resources.ts";
import type { ServedResource, StoredObject } from "../resource.ts";
import { keyOf } from "../store.ts";
import type { Store } from "../store.ts";
import type { IdentitySource } from "./identity.ts";
import type { PodLogs } from "./log.ts";
import type { Place } from "./request.ts";
import type { ServiceAddresses } from "./service-addresses.ts";
import { notFound, qualified } from "./status.ts";

/** What the verbs work on. */
export interface Backend {
  readonly clock: Clock;
  readonly store: Store;
  readonly identities: IdentitySource;
  readonly addresses: ServiceAddresses;
  /** All that is served now. Of one kind, the preferred version comes first. */
  readonly resources: () => readonly ServedResource[];
  readonly logs: PodLogs;
  /** Whether `metadata.managedFields` is kept. */
  readonly managedFields: boolean;
}

/** The resource of a group and plural in one version, or in the preferred one. */
export function findResource(
  { resources }: Backend,
  group: string,
  plural: string,
  version?: string,
): ServedResource | undefined {
  return resources().find(
    (resource) =>
      resource.group === group && resource.plural === plural && (version === undefined || resource.version === version),
  );
}

/** The object of a place, in the version of the place; undefined when there is none. */
export function findObject({ store }: Backend, { resource, namespace, name }: Place): StoredObject | undefined {
  const object = store.get(qualified(resource), keyOf(namespace, name));
  return object === undefined ? undefined : inVersion(resource, object);
}

/** @throws StatusError 404 */
export function getObject(backend: Backend, place: Place): StoredObject {
  const object = findObject(backend, place);
  if (object === undefined) throw notFound(place.resource, place.name);
  return object;
}

/** The object as the version of the resource shows it: versions differ in nothing but their name. */
export function inVersion(resource: ServedResource, object: StoredObject): StoredObject {
  const apiVersion = apiVersionOf(resource);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion, kind: resource.kind };
}
