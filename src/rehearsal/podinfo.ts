import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v2.d.ts";
import type { Analysis, Canary, CanarySpec } from "../api/canary.ts";
import type { KubeClient } from "../kubernetes/client.ts";
import { deployments } from "../kubernetes/resources.ts";
import type { Stored } from "../kubernetes/resources.ts";

/** What differs from podinfo, of which there are 2 pods of podinfo:1 in namespace test. */
interface DeploymentOptions {
  readonly name?: string;
  readonly image?: string;
  /** ConfigMap that its environment comes from. */
  readonly config?: string;
}

/** A Deployment as a user creates it. */
export function deploymentOf({ name = "podinfo", image = "podinfo:1", config }: DeploymentOptions): Stored<Deployment> {
  return {
    metadata: { namespace: "test", name },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [
            { name: "podinfod", image, ...(config !== undefined && { envFrom: [{ configMapRef: { name: config } }] }) },
          ],
        },
      },
    },
  };
}

/** A Canary for it as a user creates it: three analyses in intervals of a minute, of which one may fail. */
export function canaryOf(analysis: Partial<Analysis> = {}, spec: Partial<CanarySpec> = {}, name = "podinfo"): Canary {
  return {
    metadata: { namespace: "test", name },
    spec: {
      provider: "kubernetes",
      targetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
      service: { port: 9898 },
      analysis: {
        interval: "1m",
        threshold: 2,
        iterations: 3,
        metrics: [{ name: "request-success-rate", interval: "1m", thresholdRange: { min: 99 } }],
        ...analysis,
      },
      ...spec,
    },
  };
}

/** What a pod uses that is just as busy as its autoscaler wants, in cores. */
export const busyCores = 0.1;

/** An autoscaler of podinfo as a user creates it, which keeps at least 2 pods. */
export function autoscalerOf(maxReplicas: number): Stored<HorizontalPodAutoscaler> {
  return {
    metadata: { namespace: "test", name: "podinfo" },
    spec: {
      minReplicas: 2,
      maxReplicas,
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "podinfo" },
      metrics: [
        {
          type: "Resource",
          resource: { name: "cpu", target: { type: "AverageValue", averageValue: `${busyCores * 1000}m` } },
        },
      ],
    },
  };
}

/** The Canary's reference to it. */
export const autoscalerRef: CanarySpec["autoscalerRef"] & object = {
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  name: "podinfo",
};

/** Gives the Deployment another image, as `kubectl set image` does. */
export async function setImage(user: KubeClient, image: string, name = "podinfo"): Promise<void> {
  const body = { spec: { template: { spec: { containers: [{ name: "podinfod", image }] } } } };
  await user.patch(deployments, { namespace: "test", name }, { type: "merge", body });
}
