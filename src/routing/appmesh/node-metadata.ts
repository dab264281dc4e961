import type { Canary } from "../../api/canary.ts";
import { isControlledBy } from "../../api/ownership.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import { managedAnnotations } from "../metadata.ts";
import type { OwnMetadata } from "./write.ts";

/**
 * What a VirtualNode has of `service.apex`, beside the annotations that others have put on it, and their labels unless
 * this Canary is its controller.
 */
export function nodeMetadata(canary: Canary, live: KubeObject | undefined): OwnMetadata {
  const { labels, annotations } = canary.spec.service?.apex ?? {};
  const kept = live === undefined || isControlledBy(canary, live) ? {} : live.metadata.labels;
  const allLabels = { ...kept, ...labels };
  return {
    labels: Object.keys(allLabels).length > 0 ? allLabels : undefined,
    annotations: { ...live?.metadata.annotations, ...managedAnnotations(annotations) },
  };
}
