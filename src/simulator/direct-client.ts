import type { Scale } from "kubernetes-types/autoscaling/v1.d.ts";
import type { Selection } from "../kubernetes/client.ts";
import { apiErrorOf } from "../kubernetes/errors.ts";
import type { KubeObject, ObjectKey } from "../kubernetes/objects.ts";
import type { Resource, Stored } from "../kubernetes/resources.ts";
import type { ControllerClient } from "./controllers/controller-client.ts";
import { kinds } from "./controllers/kinds.ts";
import { mergePatch } from "./merge/merge-patch.ts";
import type { StoredObject } from "./resource.ts";
import { findObject, findResource, getObject } from "./rest/backend.ts";
import type { Backend } from "./rest/backend.ts";
import { createObject } from "./rest/create.ts";
import { normalized } from "./rest/decode.ts";
import { cleanUpDefinitions } from "./rest/definition-cleanup.ts";
import { remove } from "./rest/delete.ts";
import { verbsOf } from "./rest/discovery.ts";
import { list } from "./rest/list.ts";
import { inNamespace } from "./rest/metadata.ts";
import { usualDeletion } from "./rest/options.ts";
import type { DeleteOptions, WriteOptions } from "./rest/options.ts";
import type { Call, Place } from "./rest/request.ts";
import { getScale, setScale } from "./rest/scale.ts";
import type { ScalePlace } from "./rest/scale.ts";
import { StatusError, methodNotAllowed, noSuchResource, notFound } from "./rest/status.ts";
import { replaceObject, updateObject } from "./rest/update.ts";
import { watch } from "./rest/watch.ts";

/**
 * The API without a wire: the verbs of `rest/`, without the reading and writing of JSON. What it gives is what is stored,
 * and must not be changed. What it is given is taken to fit its type: unknown fields are not looked for.
 */
export function createDirectClient(backend: Backend, manager: string, trusted: boolean): ControllerClient {
  const options: WriteOptions = { dryRun: false, manager, fieldValidation: "Ignore", force: false, trusted };

  function placeOf(resource: Resource, namespace: string | undefined, name: string, subresource = ""): Place {
    const served = findResource(backend, resource.group, resource.plural, resource.version);
    if (served === undefined) throw noSuchResource();
    return { resource: served, namespace: resource.namespaced ? (namespace ?? "") : "", name, subresource };
  }

  /** Carries out a request, whose failure is that of the client. */
  async function attempt<T>(work: () => T): Promise<T> {
    try {
      return work();
    } catch (error) {
      throw explained(error);
    }
  }

  const write = <T extends KubeObject>(work: () => StoredObject): Promise<T> =>
    attempt(() => {
      const object = work();
      cleanUpDefinitions(backend);
      return object as KubeObject as T;
    });

  const given = (place: Place, object: KubeObject): StoredObject =>
    inNamespace(normalized({ ...copyOf(object) }, place.resource), place.namespace);

  function scalePlace(resource: Resource, { namespace, name }: ObjectKey): ScalePlace {
    const place = placeOf(resource, namespace, name, "scale");
    const { scale } = place.resource;
    if (scale === undefined) throw methodNotAllowed();
    return { ...place, scale };
  }

  const removeObject = (
    resource: Resource,
    { namespace, name }: ObjectKey,
    how: Partial<DeleteOptions>,
  ): Promise<void> =>
    attempt(() => {
      remove(backend, placeOf(resource, namespace, name), { ...usualDeletion, ...how });
      cleanUpDefinitions(backend);
    });

  return {
    get: <T extends KubeObject>(resource: Resource<T>, { namespace, name }: ObjectKey) =>
      attempt(() => getObject(backend, placeOf(resource, namespace, name)) as KubeObject as T),

    list: <T extends KubeObject>(resource: Resource<T>, selection: Selection = {}) =>
      attempt(() => {
        const { items, metadata } = list(backend, placeOf(resource, selection.namespace, ""), callFor(selection));
        return { items: items as readonly KubeObject[] as readonly T[], resourceVersion: metadata.resourceVersion };
      }),

    watch: async function* <T extends KubeObject>(
      resource: Resource<T>,
      { from, signal, ...selection }: Selection & { readonly from: string; readonly signal: AbortSignal },
    ) {
      try {
        const call = callFor(selection, { resourceVersion: from, allowWatchBookmarks: "true" }, signal);
        for await (const event of watch(backend, placeOf(resource, selection.namespace, ""), call)) {
          if (event.type === "ERROR") throw new StatusError(410, "Expired", event.object.message ?? "");
          const object = event.object as KubeObject as T;
          yield event.type === "BOOKMARK"
            ? { type: event.type, resourceVersion: object.metadata.resourceVersion ?? from }
            : { type: event.type, object };
        }
      } catch (error) {
        throw explained(error);
      }
    },

    create: (resource, object) =>
      write(() => {
        const place = placeOf(resource, object.metadata.namespace, "");
        return createObject(backend, place, given(place, object), options);
      }),

    replace: (resource, object, { subresource } = {}) =>
      write(() => {
        const { namespace, name } = object.metadata;
        const place = placeOf(resource, namespace, name, subresource);
        return replaceObject(backend, place, given(place, object), options).object;
      }),

    patch: (resource, { namespace, name }, { body }, { subresource } = {}) =>
      write(() => {
        const place = placeOf(resource, namespace, name, subresource);
        const live = findObject(backend, place);
        if (live === undefined) throw notFound(place.resource, name);
        const patched = normalized(mergePatch(live, copyOf(body)) as StoredObject, place.resource);
        return updateObject(backend, place, live, inNamespace(patched, place.namespace), options);
      }),

    delete: (resource, key, { uid } = {}) =>
      removeObject(resource, key, uid === undefined ? {} : { preconditions: { uid } }),

    remove: (resource, key, { uid, ...how }) =>
      removeObject(resource, key, { ...how, ...(uid !== undefined && { preconditions: { uid } }) }),

    scaleOf: (resource, key) => attempt(() => getScale(backend, scalePlace(resource, key)) as unknown as Stored<Scale>),

    setScale: async (resource, key, replicas) => {
      await attempt(() => setScale(backend, scalePlace(resource, key), replicas, options));
    },

    finalize: (namespace) =>
      write(() => {
        const place = placeOf(kinds.namespaces, "", namespace.metadata.name, "finalize");
        return replaceObject(backend, place, given(place, namespace), options).object;
      }),

    resources: () =>
      attempt(() => {
        const all = backend
          .resources()
          .filter((resource) => followed.every((verb) => verbsOf(resource).includes(verb)));
        // of each kind, the preferred version comes first
        return [...Map.groupBy(all, ({ group, plural }) => `${plural}.${group}`).values()].flatMap(([first]) =>
          first === undefined ? [] : [first],
        );
      }),
  };
}

const followed = ["list", "watch", "delete"];

/** The object as it would come over the wire: without fields that are undefined, and nobody else's. */
function copyOf<T>(object: T): T {
  return JSON.parse(JSON.stringify(object)) as T;
}

function callFor(
  { labelSelector, fieldSelector }: Selection,
  query: Readonly<Record<string, string>> = {},
  signal: AbortSignal = new AbortController().signal,
): Call {
  const selectors = {
    ...(labelSelector !== undefined && { labelSelector }),
    ...(fieldSelector !== undefined && { fieldSelector }),
  };
  const asked = new URLSearchParams({ ...query, ...selectors });
  return { method: "GET", path: "", query: asked, headers: {}, body: "", signal, warnings: [] };
}

function explained(error: unknown): unknown {
  return error instanceof StatusError ? apiErrorOf(error.message, error.status.code, error.status.reason ?? "") : error;
}
