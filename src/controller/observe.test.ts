import { expect, test } from "vitest";
import type { Canary, CanarySpec } from "../api/canary.ts";
import { createClient } from "../kubernetes/http-client.ts";
import { deployments } from "../kubernetes/resources.ts";
import { createApiServer } from "../simulator/apiserver.ts";
import { canaryOf, deploymentOf } from "../rehearsal/podinfo.ts";
import { usualSettings } from "../rehearsal/stage.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import { createCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { observe } from "./observe.ts";

/** What the operator knows when these Deployments exist. */
function clusterOf(...known: readonly ReturnType<typeof deploymentOf>[]): Cluster {
  const clock = createVirtualClock();
  const client = createClient(createApiServer({ clock }).transport, clock);
  const cluster = createCluster(client, clock, "", () => undefined);
  for (const deployment of known) cluster.learn(deployments, deployment);
  return cluster;
}

const spec = (changes: Partial<CanarySpec>): Canary => canaryOf({}, changes);

test.each<[string, Canary, Cluster, string]>([
  [
    "a malformed Canary",
    canaryOf({ interval: "soon" }),
    clusterOf(),
    'spec.analysis.interval: "soon" is no duration, write minutes and seconds such as 30s, 5m or 1m30s',
  ],
  [
    "a weight below 0",
    spec({ provider: "gatewayapi:v1", analysis: { interval: "1m", threshold: 2, stepWeight: -10 } }),
    clusterOf(),
    "spec.analysis.stepWeight: must be 0 to 100, not -10",
  ],
  [
    "a target that is missing",
    spec({ targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "podinfi" } }),
    clusterOf(deploymentOf({})),
    "deployment podinfi.test not found: create it, or correct spec.targetRef.name",
  ],
  [
    "an autoscaler that is missing",
    spec({ autoscalerRef: { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", name: "podinfo" } }),
    clusterOf(deploymentOf({})),
    "HorizontalPodAutoscaler podinfo.test not found: create it, or correct spec.autoscalerRef.name",
  ],
  [
    "a ConfigMap that is missing",
    canaryOf(),
    clusterOf(deploymentOf({ config: "settings" })),
    "ConfigMap settings.test not found, which the pods of deployment podinfo read: create it, or make the reference optional",
  ],
])("says how to mend %s", (_, canary, cluster, message) => {
  expect(() => observe(cluster, canary, usualSettings, 0)).toThrow(message);
});
