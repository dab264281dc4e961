import type { Canary } from "../api/canary.ts";
import { InvalidSpec } from "../api/errors.ts";
import { deployment } from "./deployment.ts";
import { horizontalPodAutoscaler } from "./hpa.ts";
import type { Scaler } from "./scaler.ts";
import type { WorkloadKind } from "./workload.ts";

const workloadKinds: readonly WorkloadKind[] = [deployment];
const scalers: readonly Scaler[] = [horizontalPodAutoscaler];

/**
 * How to deal with the Canary's target.
 * @throws InvalidSpec for a kind that cannot be released
 */
export function workloadKind({ spec }: Canary): WorkloadKind {
  return known("targetRef", spec.targetRef.kind, workloadKinds);
}

/**
 * How to deal with the target's autoscaler; undefined when the Canary names none.
 * @throws InvalidSpec for a kind that cannot be copied
 */
export function scalerOf({ spec }: Canary): Scaler | undefined {
  return spec.autoscalerRef && known("autoscalerRef", spec.autoscalerRef.kind, scalers);
}

function known<Kind extends { readonly kind: string }>(field: string, kind: string, kinds: readonly Kind[]): Kind {
  const found = kinds.find((each) => each.kind === kind);
  if (found === undefined) {
    const names = kinds.map((each) => each.kind).join(", ");
    throw new InvalidSpec(`spec.${field}.kind: ${kind} is not supported by this version; supported: ${names}`);
  }
  return found;
}
