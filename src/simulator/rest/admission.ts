import { isRecord } from "../../kubernetes/canonical.ts";
import type { ServedResource, StoredObject } from "../resource.ts";
import type { Backend } from "./backend.ts";
import { establish } from "./custom-definitions.ts";
import { withMetadata } from "./metadata.ts";
import { forbidden, notFound, qualified } from "./status.ts";

/** What the API server fills in by itself, of one kind. */
interface Admission {
  readonly onCreate: (backend: Backend, object: StoredObject) => StoredObject;
  readonly onUpdate: (backend: Backend, object: StoredObject, before: StoredObject) => StoredObject;
}

const admissions: Readonly<Record<string, Admission>> = {
  namespaces: {
    onCreate: (_, object) => ({
      ...labelled(object),
      spec: { ...fieldsOf(object["spec"]), finalizers: ["kubernetes"] },
      status: { phase: "Active" },
    }),
    onUpdate: (_, object) => labelled(object),
  },
  services: {
    onCreate: ({ addresses }, service) => addresses.allocate(service),
    onUpdate: ({ addresses }, service, before) => addresses.keep(service, before),
  },
  "customresourcedefinitions.apiextensions.k8s.io": {
    onCreate: establish,
    onUpdate: establish,
  },
};

/** The object with what the API server adds when it is created. */
export function admitCreate(backend: Backend, resource: ServedResource, object: StoredObject): StoredObject {
  return admissions[qualified(resource)]?.onCreate(backend, object) ?? object;
}

/** The object with what the API server adds, or keeps, when it is changed. */
export function admitUpdate(
  backend: Backend,
  resource: ServedResource,
  object: StoredObject,
  before: StoredObject,
): StoredObject {
  return admissions[qualified(resource)]?.onUpdate(backend, object, before) ?? object;
}

/**
 * Refuses new objects in a namespace that is not there, or is about to go.
 * @throws StatusError 403 or 404
 */
export function checkNamespace({ store }: Backend, resource: ServedResource, namespace: string, name: string): void {
  if (!resource.namespaced) return;
  const home = store.get("namespaces", namespace);
  if (home === undefined) throw notFound({ group: "", plural: "namespaces" }, namespace);
  const { phase } = fieldsOf(home["status"]);
  if (phase !== "Terminating") return;
  throw forbidden(
    resource,
    name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
    [
      {
        reason: "NamespaceTerminating",
        message: `namespace ${namespace} is being terminated`,
        field: "metadata.namespace",
      },
    ],
  );
}

/** What no cluster can do without. */
const immortal = ["default", "kube-public", "kube-system"];

/**
 * Refuses the deletion of a namespace that every cluster has.
 * @throws StatusError 403
 */
export function checkMortal(resource: ServedResource, name: string): void {
  if (qualified(resource) !== "namespaces" || !immortal.includes(name)) return;
  throw forbidden(resource, name, "this namespace may not be deleted");
}

function labelled(object: StoredObject): StoredObject {
  const { name, labels } = object.metadata;
  return withMetadata(object, { labels: { ...labels, "kubernetes.io/metadata.name": name } });
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
