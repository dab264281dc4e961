import type { Canary } from "../api/canary.ts";
import { apexName } from "../api/names.ts";
import { isControlledBy, ownerReference } from "../api/ownership.ts";
import { changeTo } from "../kubernetes/change.ts";
import type { Change, ObjectAt } from "../kubernetes/change.ts";
import type { KubeObject, Metadata } from "../kubernetes/objects.ts";
import { apiVersionOf } from "../kubernetes/resources.ts";
import type { Resource } from "../kubernetes/resources.ts";
import { managedAnnotations } from "./metadata.ts";

/** Where the object of this kind is that has the name of the apex. */
export function apexAt<T extends KubeObject>(resource: Resource<T>, canary: Canary): ObjectAt<T> {
  const { namespace } = canary.metadata;
  return { resource, key: { name: apexName(canary), ...(namespace !== undefined && { namespace }) } };
}

/**
 * The change that gives the object of this kind with the name of the apex these fields of its spec, and the metadata of
 * `service.apex`; undefined when it has them. An object that was there before keeps its labels, and all keep what else
 * others have put on them. `others` are further annotations for an object that is there.
 */
export function apexChange<T extends KubeObject & { readonly spec?: object | undefined }>(
  resource: Resource<T>,
  canary: Canary,
  live: T | undefined,
  spec: object,
  others: (canary: Canary, live: T) => Readonly<Record<string, string>> = () => ({}),
): Change | undefined {
  const { labels, annotations } = canary.spec.service?.apex ?? {};
  if (live === undefined) {
    const metadata = {
      ...apexAt(resource, canary).key,
      ...(labels !== undefined && { labels }),
      annotations: managedAnnotations(annotations),
      ownerReferences: [ownerReference(canary)],
    };
    return {
      kind: "create",
      resource,
      object: { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata, spec },
    };
  }
  return changeTo(resource, live, {
    ...(live as KubeObject),
    metadata: { ...live.metadata, ...apexMetadata(canary, live, others(canary, live)) },
    spec: { ...live.spec, ...spec },
  });
}

/**
 * Labels and annotations of `service.apex`, beside the annotations that others have put on the live object, its labels
 * unless this Canary is its controller, and further annotations.
 */
export function apexMetadata(
  canary: Canary,
  live: KubeObject | undefined,
  others: Readonly<Record<string, string>> = {},
): Pick<Metadata, "annotations"> & { readonly labels: Metadata["labels"] | undefined } {
  const { labels, annotations } = canary.spec.service?.apex ?? {};
  const kept = live === undefined || isControlledBy(canary, live) ? {} : live.metadata.labels;
  const allLabels = { ...kept, ...labels };
  return {
    labels: Object.keys(allLabels).length > 0 ? allLabels : undefined,
    annotations: { ...live?.metadata.annotations, ...others, ...managedAnnotations(annotations) },
  };
}
