import type { OwnerReference } from "kubernetes-types/meta/v1.d.ts";
import type { KubeObject } from "../kubernetes/objects.ts";
import { apiVersionOf } from "../kubernetes/resources.ts";
import { canaries } from "./canary.ts";
import type { Canary } from "./canary.ts";

/** Names the Canary as the controller of an object, which is then deleted with it. */
export function ownerReference({ metadata }: Canary): OwnerReference {
  return {
    apiVersion: apiVersionOf(canaries),
    kind: canaries.kind,
    name: metadata.name,
    uid: metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Whether this very Canary is the controller of the object. */
export function isControlledBy(canary: Canary, { metadata }: KubeObject): boolean {
  return (
    metadata.ownerReferences?.some(({ controller, uid }) => controller === true && uid === canary.metadata.uid) ?? false
  );
}
