import type { ConfigMap, Secret } from "kubernetes-types/core/v1.d.ts";
import type { Canary } from "../api/canary.ts";
import { primaryName } from "../api/names.ts";
import { ownerReference } from "../api/ownership.ts";
import { changeTo } from "../kubernetes/change.ts";
import type { Change } from "../kubernetes/change.ts";
import type { KubeObject } from "../kubernetes/objects.ts";
import { configMaps, secrets } from "../kubernetes/resources.ts";
import type { Stored } from "../kubernetes/resources.ts";
import { included, orNone } from "./metadata.ts";
import type { ConfigRef } from "./workload.ts";

/**
 * The change that makes `NAME-primary` a copy of a ConfigMap or Secret, or undefined when it is one. Where several
 * Canaries use the same config, the one that copied last is the copy's controller and the others stay owners.
 *
 * `immutable` is not copied: the copy has to follow a source that is deleted and made anew under the same name.
 */
export function configCopy(
  canary: Canary,
  kind: ConfigRef["kind"],
  source: Stored<ConfigMap> | Stored<Secret>,
  existing: Stored<ConfigMap> | Stored<Secret> | undefined,
  includeLabelPrefixes: readonly string[],
): Change | undefined {
  const resource = kind === "Secret" ? secrets : configMaps;
  const { namespace } = canary.metadata;
  const labels = orNone(included(source.metadata.labels, includeLabelPrefixes));
  const content = {
    data: source.data,
    ...("binaryData" in source && { binaryData: source.binaryData }),
    ...("type" in source && { type: source.type }),
  };
  if (existing !== undefined) {
    const metadata = { ...existing.metadata, labels, ownerReferences: handOver(canary, existing) };
    return changeTo(resource, existing, { ...existing, binaryData: undefined, ...content, metadata });
  }
  return {
    kind: "create",
    resource,
    object: {
      apiVersion: "v1",
      kind,
      metadata: {
        name: primaryName(source.metadata.name),
        ...(namespace !== undefined && { namespace }),
        ...(labels !== undefined && { labels }),
        ownerReferences: [ownerReference(canary)],
      },
      ...content,
    },
  };
}

function handOver(canary: Canary, { metadata }: KubeObject) {
  const others = (metadata.ownerReferences ?? []).filter(({ uid }) => uid !== canary.metadata.uid);
  return [ownerReference(canary), ...others.map((owner) => ({ ...owner, controller: false }))];
}
