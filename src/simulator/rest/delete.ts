import type { ServedResource, StoredObject } from "../resource.ts";
import { keyOf } from "../store.ts";
import { checkMortal } from "./admission.ts";
import { getObject, inVersion } from "./backend.ts";
import type { Backend } from "./backend.ts";
import { foregroundFinalizer, metadataOf, orphanFinalizer, withMetadata } from "./metadata.ts";
import type { DeleteOptions } from "./options.ts";
import type { Place } from "./request.ts";
import { conflict, deleted, qualified } from "./status.ts";
import type { Status } from "./status.ts";
import { timestamp } from "../../timestamp.ts";

/** Keeps a definition until its last object is gone. */
export const cleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

/** Deletions of these answer with the object, of all others with a Status. */
const returned = new Set([
  "pods",
  "services",
  "namespaces",
  "serviceaccounts",
  "persistentvolumes",
  "persistentvolumeclaims",
  "podtemplates",
  "resourcequotas",
  "storageclasses.storage.k8s.io",
]);

/** How a deletion changes the object before it goes; undefined when it goes at once. */
type Mark = (object: StoredObject, options: DeleteOptions, now: number) => StoredObject | undefined;

const marks: Readonly<Record<string, Mark>> = {
  pods: markPod,
  namespaces: markNamespace,
  "customresourcedefinitions.apiextensions.k8s.io": markDefinition,
};

/**
 * Deletes an object: at once or, where it has finalizers or a grace period, by marking it. Returns what is answered.
 * @throws StatusError 404 or 409
 */
export function remove(backend: Backend, place: Place, options: DeleteOptions): StoredObject | Status {
  const { resource, namespace, name } = place;
  const object = getObject(backend, place);
  checkMortal(resource, name);
  checkPreconditions(resource, object, options);
  const collection = qualified(resource);
  const key = keyOf(namespace, name);
  const mark = marks[collection] ?? markFinalizers;
  const marked = mark(object, options, backend.clock.now());
  const isWritten = marked !== undefined && marked !== object && !options.dryRun;
  const last = isWritten ? inVersion(resource, backend.store.put(collection, key, marked)) : (marked ?? object);
  if (marked !== undefined && isHeld(marked)) return last;
  const gone = options.dryRun ? last : inVersion(resource, backend.store.remove(collection, key, last));
  return returned.has(collection) ? gone : deleted(resource, name, object.metadata.uid);
}

/** Whether a marked object stays for now. */
function isHeld(object: StoredObject): boolean {
  const { finalizers = [], deletionGracePeriodSeconds = 0 } = metadataOf(object);
  const { finalizers: own = [] } = (object["spec"] ?? {}) as { readonly finalizers?: readonly string[] };
  return finalizers.length > 0 || deletionGracePeriodSeconds > 0 || (object.kind === "Namespace" && own.length > 0);
}

function checkPreconditions(
  resource: ServedResource,
  { metadata }: StoredObject,
  { preconditions }: DeleteOptions,
): void {
  const { uid, resourceVersion } = preconditions;
  const named = { group: resource.group, plural: resource.kind };
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid ?? ""}). The object might have been deleted and then recreated`;
    throw conflict(named, metadata.name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion ?? ""}). The object might have been modified`;
    throw conflict(named, metadata.name, why);
  }
}

/** The finalizers with those of the garbage collector as the deletion asks for them. */
function finalizersFor(
  { finalizers = [] }: { readonly finalizers?: readonly string[] },
  { propagationPolicy }: DeleteOptions,
) {
  if (propagationPolicy === undefined) return finalizers;
  return [
    ...finalizers.filter((one) => one !== orphanFinalizer && one !== foregroundFinalizer),
    ...(propagationPolicy === "Orphan" ? [orphanFinalizer] : []),
    ...(propagationPolicy === "Foreground" ? [foregroundFinalizer] : []),
  ];
}

function markFinalizers(object: StoredObject, options: DeleteOptions, now: number): StoredObject | undefined {
  const finalizers = finalizersFor(metadataOf(object), options);
  return finalizers.length === 0 ? undefined : dying(object, finalizers, now, 0);
}

/** The object with the mark of its deletion, `seconds` from now. */
function dying(object: StoredObject, finalizers: readonly string[], now: number, seconds: number): StoredObject {
  const { deletionTimestamp, generation = 0, finalizers: old = [] } = metadataOf(object);
  if (deletionTimestamp !== undefined && old.join() === finalizers.join() && seconds === 0) return object;
  return withMetadata(object, {
    finalizers: finalizers.length === 0 ? undefined : finalizers,
    deletionTimestamp: deletionTimestamp ?? timestamp(now + 1000 * seconds),
    deletionGracePeriodSeconds: seconds,
    ...(deletionTimestamp === undefined && generation > 0 && { generation: generation + 1 }),
  });
}

interface PodState {
  readonly spec?: { readonly nodeName?: string; readonly terminationGracePeriodSeconds?: number };
  readonly status?: { readonly phase?: string };
}

/** A pod that runs is given its grace period; a second deletion can only make that shorter. */
function markPod(pod: StoredObject, options: DeleteOptions, now: number): StoredObject | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds: left = 0 } = metadataOf(pod);
  const finalizers = finalizersFor(metadataOf(pod), options);
  if (deletionTimestamp !== undefined) {
    if (left === 0) return finalizers.length === 0 ? undefined : dying(pod, finalizers, now, 0);
    const { gracePeriodSeconds: asked = left } = options;
    if (asked >= left) return pod;
    const due = Math.max(now, Date.parse(deletionTimestamp) - 1000 * (left - asked));
    return withMetadata(pod, { deletionTimestamp: timestamp(due), deletionGracePeriodSeconds: asked });
  }
  const { spec = {}, status = {} } = pod as PodState;
  const isIdle = (spec.nodeName ?? "") === "" || status.phase === "Failed" || status.phase === "Succeeded";
  const seconds = isIdle ? 0 : (options.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 0);
  return dying(pod, finalizers, now, seconds);
}

function markNamespace(namespace: StoredObject, options: DeleteOptions, now: number): StoredObject | undefined {
  const { deletionTimestamp } = metadataOf(namespace);
  const finalizers = finalizersFor(metadataOf(namespace), options);
  if (deletionTimestamp !== undefined) return isHeld(namespace) ? namespace : undefined;
  const marked = withMetadata(namespace, {
    deletionTimestamp: timestamp(now),
    finalizers: finalizers.length === 0 ? undefined : finalizers,
  });
  return { ...marked, status: { ...(namespace["status"] as object), phase: "Terminating" } };
}

/** A definition stays until its objects are gone. */
function markDefinition(definition: StoredObject, options: DeleteOptions, now: number): StoredObject | undefined {
  const { deletionTimestamp, finalizers = [] } = metadataOf(definition);
  if (deletionTimestamp !== undefined) return markFinalizers(definition, options, now);
  const { conditions = [], ...status } = definition["status"] as { readonly conditions?: readonly object[] };
  const terminating = {
    type: "Terminating",
    status: "True",
    lastTransitionTime: timestamp(now),
    reason: "InstanceDeletionPending",
    message: "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
  };
  const marked = withMetadata(definition, {
    deletionTimestamp: timestamp(now),
    finalizers: [...finalizers.filter((one) => one !== cleanupFinalizer), cleanupFinalizer],
  });
  return { ...marked, status: { ...status, conditions: [...conditions, terminating] } };
}
