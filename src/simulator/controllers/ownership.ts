import type { LabelSelector, OwnerReference } from "kubernetes-types/meta/v1.d.ts";
import type { Informer } from "../../kubernetes/informer.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import { apiVersionOf } from "../../kubernetes/resources.ts";
import type { Resource } from "../../kubernetes/resources.ts";
import { matches } from "../schema/selectors.ts";
import type { ControllerClient } from "./controller-client.ts";
import { within, write } from "./world.ts";

/** The owner that controls an object; it has one at most. */
export function controllerOf({ metadata }: KubeObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** The reference by which an object says that this owner controls it. */
export function controllerReference(resource: Resource, { metadata }: KubeObject): OwnerReference {
  return {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    name: metadata.name,
    uid: metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}

export type Owner = KubeObject & { readonly spec?: { readonly selector?: LabelSelector } };

/** The kind of an owner and that of what it owns. */
export interface Kinship<T extends KubeObject> {
  readonly ownerKind: Resource;
  readonly ownedKind: Resource<T>;
  readonly owned: Informer<T>;
}

/**
 * What an owner owns. On the way it adopts objects in its namespace that its selector matches and nobody controls, and
 * lets go of its own that it does not match any more. An owner that is being deleted does neither.
 */
export async function claim<T extends KubeObject>(
  client: ControllerClient,
  { ownerKind, ownedKind, owned }: Kinship<T>,
  owner: Owner,
): Promise<readonly T[]> {
  const { uid, deletionTimestamp, namespace } = owner.metadata;
  const claimed: T[] = [];
  for (const object of within(owned, namespace)) {
    const controller = controllerOf(object);
    const matched = isSelected(owner, object);
    if (controller === undefined ? !matched : controller.uid !== uid) continue;
    const settled = (controller !== undefined && matched) || deletionTimestamp !== undefined;
    if (settled) {
      if (controller !== undefined) claimed.push(object);
      continue;
    }
    if (controller === undefined && object.metadata.deletionTimestamp !== undefined) continue;
    const { ownerReferences: others = [], resourceVersion } = object.metadata;
    const ownerReferences =
      controller === undefined
        ? [...others, controllerReference(ownerKind, owner)]
        : others.filter((other) => other.uid !== uid);
    const body = { metadata: { resourceVersion, ownerReferences } };
    const written = await write(owned, () => client.patch(ownedKind, object.metadata, { type: "merge", body }));
    if (controller === undefined) claimed.push(written);
  }
  return claimed;
}

/** The keys of the owners of that kind that an object concerns: its controller, or all that might adopt it. */
export function ownersOf<T extends Owner>(kind: Resource, owners: Informer<T>, object: KubeObject): readonly string[] {
  const { namespace = "" } = object.metadata;
  const controller = controllerOf(object);
  if (controller !== undefined) return controller.kind === kind.kind ? [`${namespace}/${controller.name}`] : [];
  return within(owners, namespace)
    .filter((owner) => isSelected(owner, object))
    .map(({ metadata }) => `${namespace}/${metadata.name}`);
}

function isSelected({ spec }: Owner, { metadata }: KubeObject): boolean {
  return spec?.selector !== undefined && matches(spec.selector, metadata.labels);
}
