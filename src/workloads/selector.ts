import type { LabelSelector } from "kubernetes-types/meta/v1.d.ts";
import { InvalidSpec } from "../api/errors.ts";
import type { KubeObject } from "../kubernetes/objects.ts";
import type { Selector } from "./workload.ts";

interface Selecting extends KubeObject {
  readonly spec?: { readonly selector: LabelSelector };
}

/**
 * The first of these labels that the workload selects its pods by; it may select by more. `kind` is for the message.
 * @throws InvalidSpec when it selects by none of them
 */
export function selectorOf(kind: string, { metadata, spec }: Selecting, labels: readonly string[]): Selector {
  const { matchLabels = {} } = spec?.selector ?? {};
  for (const label of labels) {
    const value = matchLabels[label];
    if (value !== undefined) return { label, value };
  }
  throw new InvalidSpec(
    `${kind} ${metadata.name}.${metadata.namespace ?? ""} spec.selector.matchLabels must contain one of [${labels.join(" ")}]`,
  );
}
