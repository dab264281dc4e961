import type { OwnerReference } from "kubernetes-types/meta/v1.d.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";

export const orphanFinalizer = "orphan";
export const foregroundFinalizer = "foregroundDeletion";

/** What there is of an owner: itself, itself only until its dependents are gone, or nothing. */
export type OwnerState = "solid" | "waiting" | "gone";

/** What becomes of an object because of its owners and dependents. */
export type Verdict =
  | { readonly kind: "keep" }
  /** Some of its owners are gone or going, others are not. */
  | { readonly kind: "disown"; readonly ownerReferences: readonly OwnerReference[] }
  | { readonly kind: "delete"; readonly propagationPolicy: "Background" | "Foreground" | "Orphan" }
  /** It is being deleted and lets its dependents live: they forget it, then it goes. */
  | { readonly kind: "release"; readonly dependents: readonly KubeObject[] }
  /** It is being deleted after its dependents: they are looked at, and it goes when none holds it up any more. */
  | { readonly kind: "await"; readonly dependents: readonly KubeObject[]; readonly over: boolean };

/** `states` are those of the object's owners, in their order. */
export function judge(
  { metadata }: KubeObject,
  states: readonly OwnerState[],
  dependents: readonly KubeObject[],
): Verdict {
  const { finalizers = [], ownerReferences = [], deletionTimestamp } = metadata;
  if (deletionTimestamp !== undefined) {
    if (finalizers.includes(orphanFinalizer)) return { kind: "release", dependents };
    if (!finalizers.includes(foregroundFinalizer)) return { kind: "keep" };
    return { kind: "await", dependents, over: !dependents.some((dependent) => blocks(dependent, metadata.uid)) };
  }
  const solid = ownerReferences.filter((_, index) => states[index] === "solid");
  if (solid.length === ownerReferences.length) return { kind: "keep" };
  if (solid.length > 0) return { kind: "disown", ownerReferences: solid };
  const isForeground = states.includes("waiting") && dependents.length > 0;
  if (isForeground || finalizers.includes(foregroundFinalizer))
    return { kind: "delete", propagationPolicy: "Foreground" };
  return { kind: "delete", propagationPolicy: finalizers.includes(orphanFinalizer) ? "Orphan" : "Background" };
}

/** What an owner that is there is to its dependents. */
export function stateOf({ metadata }: KubeObject): OwnerState {
  const { deletionTimestamp, finalizers = [] } = metadata;
  return deletionTimestamp !== undefined && finalizers.includes(foregroundFinalizer) ? "waiting" : "solid";
}

function blocks({ metadata }: KubeObject, owner: string | undefined): boolean {
  return (metadata.ownerReferences ?? []).some(
    ({ uid, blockOwnerDeletion }) => uid === owner && blockOwnerDeletion === true,
  );
}
