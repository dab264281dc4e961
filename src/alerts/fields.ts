import { trafficRouting } from "../api/analysis.ts";
import type { Canary } from "../api/canary.ts";
import type { Alert } from "./alert.ts";

const defaultDeadlineSeconds = 600;

/**
 * The fields of an alert, titled as in Flagger: the cluster if it has a name, and with `facts` how the Canary is
 * released.
 */
export function alertFields(
  canary: Canary,
  { clusterName, facts }: { readonly clusterName: string; readonly facts: boolean },
): Alert["fields"] {
  const cluster = clusterName === "" ? [] : [{ title: "Cluster", value: clusterName }];
  return facts ? [...cluster, ...releaseFields(canary)] : cluster;
}

function releaseFields(canary: Canary): Alert["fields"] {
  const { targetRef, analysis, progressDeadlineSeconds } = canary.spec;
  const routing = trafficRouting(canary);
  return [
    { title: "Target", value: `${targetRef.kind}/${targetRef.name}.${canary.metadata.namespace ?? ""}` },
    { title: "Failed checks threshold", value: String(Math.max(1, analysis.threshold ?? 1)) },
    { title: "Progress deadline", value: `${progressDeadlineSeconds ?? defaultDeadlineSeconds}s` },
    ...(routing === undefined ? [] : [{ title: "Traffic routing", value: routing }]),
  ];
}
