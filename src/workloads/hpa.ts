import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v2.d.ts";
import type { Canary } from "../api/canary.ts";
import { primaryName } from "../api/names.ts";
import { ownerReference } from "../api/ownership.ts";
import { patchTo } from "../kubernetes/change.ts";
import { withoutFlux } from "../kubernetes/flux.ts";
import { horizontalPodAutoscalers } from "../kubernetes/resources.ts";
import type { Stored } from "../kubernetes/resources.ts";
import { included, orNone, synced } from "./metadata.ts";
import type { Scaler } from "./scaler.ts";

/** HorizontalPodAutoscalers of autoscaling/v2. They leave a workload without pods alone, so there is nothing to pause. */
export const horizontalPodAutoscaler: Scaler<Stored<HorizontalPodAutoscaler>> = {
  kind: "HorizontalPodAutoscaler",
  resource: horizontalPodAutoscalers,

  primary: (canary, target, includeLabelPrefixes) => {
    const { namespace } = canary.metadata;
    const labels = orNone(withoutFlux(target.metadata.labels));
    const annotations = orNone(included(target.metadata.annotations, includeLabelPrefixes));
    return {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: {
        name: primaryName(target.metadata.name),
        ...(namespace !== undefined && { namespace }),
        ...(labels !== undefined && { labels }),
        ...(annotations !== undefined && { annotations }),
        ownerReferences: [ownerReference(canary)],
      },
      spec: primarySpec(canary, target),
    };
  },

  sync: (canary, target, primary, prefixes) =>
    patchTo(primary, {
      ...primary,
      metadata: {
        ...primary.metadata,
        labels: orNone(synced(primary.metadata.labels, withoutFlux(target.metadata.labels), prefixes)),
        annotations: orNone(
          synced(primary.metadata.annotations, included(target.metadata.annotations, prefixes), prefixes),
        ),
      },
      spec: heldAt(minReplicas(primary), { ...primary.spec, ...primarySpec(canary, target) }),
    }),

  minReplicas,
  hold: (primary, pods) => patchTo(primary, { ...primary, spec: heldAt(pods, { ...primary.spec }) }),
  free: (canary, target, primary) => {
    const { minReplicas: usual } = primarySpec(canary, target);
    return patchTo(primary, { ...primary, spec: { ...primary.spec, minReplicas: usual } });
  },
  pause: () => undefined,
  resume: () => undefined,
};

function minReplicas({ spec }: Stored<HorizontalPodAutoscaler>): number {
  return spec?.minReplicas ?? 1;
}

/** At least so many pods, as far as the most allow. */
function heldAt<S extends { readonly minReplicas?: number | undefined; readonly maxReplicas?: number | undefined }>(
  pods: number,
  spec: S,
): S {
  const least = Math.min(spec.maxReplicas ?? pods, pods);
  return least > (spec.minReplicas ?? 1) ? { ...spec, minReplicas: least } : spec;
}

function primarySpec({ spec }: Canary, target: Stored<HorizontalPodAutoscaler>) {
  const { scaleTargetRef, minReplicas, maxReplicas, metrics, behavior } = target.spec ?? {};
  const limits = spec.autoscalerRef?.primaryScalerReplicas;
  return {
    scaleTargetRef: { ...scaleTargetRef, name: primaryName(spec.targetRef.name) },
    minReplicas: limits?.minReplicas ?? minReplicas,
    maxReplicas: limits?.maxReplicas ?? maxReplicas,
    metrics,
    behavior,
  };
}
