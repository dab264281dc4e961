import type { Canary } from "../../api/canary.ts";
import { ownerReference } from "../../api/ownership.ts";
import { changeTo } from "../../kubernetes/change.ts";
import type { Change, ObjectAt } from "../../kubernetes/change.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import { apiVersionOf } from "../../kubernetes/resources.ts";
import type { Resource } from "../../kubernetes/resources.ts";

/** Labels and annotations that an object is to have: undefined for none at all. What is left out stays as it is. */
export interface OwnMetadata {
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** An object of this name beside the Canary. */
export function objectAt<T extends KubeObject>(resource: Resource<T>, canary: Canary, name: string): ObjectAt<T> {
  const { namespace } = canary.metadata;
  return { resource, key: { name, ...(namespace !== undefined && { namespace }) } };
}

/**
 * The change that gives an object these fields of its spec and this metadata, or undefined when it has them. One that is
 * made belongs to the Canary; of one that exists, whoever made it, everything else stays.
 */
export function changeOf(
  canary: Canary,
  { resource, key }: ObjectAt,
  live: (KubeObject & { readonly spec?: object }) | undefined,
  spec: object,
  own: OwnMetadata = {},
): Change | undefined {
  if (live !== undefined) {
    return changeTo(resource, live, {
      ...live,
      metadata: { ...live.metadata, ...own },
      spec: { ...live.spec, ...spec },
    });
  }
  const { labels, annotations } = own;
  const metadata = {
    ...key,
    ...(labels !== undefined && { labels }),
    ...(annotations !== undefined && { annotations }),
    ownerReferences: [ownerReference(canary)],
  };
  return {
    kind: "create",
    resource,
    object: { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata, spec },
  };
}
