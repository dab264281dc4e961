import type { HorizontalPodAutoscalerSpec } from "kubernetes-types/autoscaling/v2.d.ts";
import { expect, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import { kinds } from "./kinds.ts";
import { deploymentOf } from "./samples.ts";
import { midnight, openStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

/** Cores that each pod uses; undefined for what is not known. */
interface Load {
  cpu: number | undefined;
}

async function openScaled(
  load: Load,
  replicas: number,
  spec: Partial<HorizontalPodAutoscalerSpec> = {},
): Promise<Stage> {
  const stage = await openStage(createVirtualClock(midnight), {
    usage: () => (load.cpu === undefined ? undefined : { cpu: load.cpu }),
  });
  await stage.user.create(kinds.deployments, deploymentOf(replicas));
  await stage.user.create(kinds.autoscalers, {
    metadata: { namespace: "test", name: "app" },
    spec: {
      minReplicas: 2,
      maxReplicas: 8,
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "app" },
      metrics: [
        { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } } },
      ],
      ...spec,
    },
  });
  return stage;
}

function told(stage: Stage): readonly string[] {
  return stage.story.filter((line) => line.includes("HorizontalPodAutoscaler"));
}

test("scales up with the load, and down when it has been low for five minutes", async () => {
  const load: Load = { cpu: 0.05 };
  const stage = await openScaled(load, 2);
  await stage.clock.advance(60_000);
  load.cpu = 0.2;
  await stage.clock.advance(60_000);
  load.cpu = 0.01;
  await stage.clock.advance(400_000);
  expect(told(stage)).toMatchInlineSnapshot(`
    [
      "0s HorizontalPodAutoscaler app: 0 to 0; ",
      "15s HorizontalPodAutoscaler app: 2 to 2; AbleToScale=True ReadyForNewScale; ScalingActive=True ValidMetricFound; ScalingLimited=False DesiredWithinRange",
      "75s HorizontalPodAutoscaler app: 2 to 4; AbleToScale=True SucceededRescale; ScalingActive=True ValidMetricFound; ScalingLimited=True ScaleUpLimit",
      "90s HorizontalPodAutoscaler app: 4 to 8; AbleToScale=True SucceededRescale; ScalingActive=True ValidMetricFound; ScalingLimited=True TooManyReplicas",
      "105s HorizontalPodAutoscaler app: 8 to 8; AbleToScale=True ReadyForNewScale; ScalingActive=True ValidMetricFound; ScalingLimited=True TooManyReplicas",
      "135s HorizontalPodAutoscaler app: 8 to 8; AbleToScale=True ScaleDownStabilized; ScalingActive=True ValidMetricFound; ScalingLimited=True TooManyReplicas",
      "420s HorizontalPodAutoscaler app: 8 to 2; AbleToScale=True SucceededRescale; ScalingActive=True ValidMetricFound; ScalingLimited=False DesiredWithinRange",
      "435s HorizontalPodAutoscaler app: 2 to 2; AbleToScale=True ScaleDownStabilized; ScalingActive=True ValidMetricFound; ScalingLimited=False DesiredWithinRange",
    ]
  `);
  expect(stage.events.filter((line) => line.includes("Autoscaler"))).toMatchInlineSnapshot(`
    [
      "75s HorizontalPodAutoscaler app SuccessfulRescale: New size: 4; reason: cpu resource utilization (percentage of request) above target",
      "90s HorizontalPodAutoscaler app SuccessfulRescale: New size: 8; reason: cpu resource utilization (percentage of request) above target",
      "420s HorizontalPodAutoscaler app SuccessfulRescale: New size: 2; reason: All metrics below target",
    ]
  `);
  const { status } = await stage.user.get(kinds.autoscalers, { namespace: "test", name: "app" });
  expect(status).toMatchInlineSnapshot(`
    {
      "conditions": [
        {
          "lastTransitionTime": "2026-01-01T00:00:15Z",
          "message": "recent recommendations were higher than current one, applying the highest recent recommendation",
          "reason": "ScaleDownStabilized",
          "status": "True",
          "type": "AbleToScale",
        },
        {
          "lastTransitionTime": "2026-01-01T00:00:15Z",
          "message": "the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)",
          "reason": "ValidMetricFound",
          "status": "True",
          "type": "ScalingActive",
        },
        {
          "lastTransitionTime": "2026-01-01T00:07:00Z",
          "message": "the desired count is within the acceptable range",
          "reason": "DesiredWithinRange",
          "status": "False",
          "type": "ScalingLimited",
        },
      ],
      "currentMetrics": [
        {
          "resource": {
            "current": {
              "averageUtilization": 10,
              "averageValue": "10m",
            },
            "name": "cpu",
          },
          "type": "Resource",
        },
      ],
      "currentReplicas": 2,
      "desiredReplicas": 2,
      "lastScaleTime": "2026-01-01T00:07:00Z",
    }
  `);
  expect(stage.errors).toEqual([]);
});

test("goes down by the policies of its behaviour", async () => {
  const scaleDown = { stabilizationWindowSeconds: 0, policies: [{ type: "Pods", value: 1, periodSeconds: 30 }] };
  const stage = await openScaled({ cpu: 0.001 }, 5, { behavior: { scaleDown } });
  await stage.clock.advance(120_000);
  expect(told(stage)).toMatchInlineSnapshot(`
    [
      "0s HorizontalPodAutoscaler app: 0 to 0; ",
      "15s HorizontalPodAutoscaler app: 5 to 4; AbleToScale=True SucceededRescale; ScalingActive=True ValidMetricFound; ScalingLimited=True ScaleDownLimit",
      "30s HorizontalPodAutoscaler app: 4 to 4; AbleToScale=True ReadyForNewScale; ScalingActive=True ValidMetricFound; ScalingLimited=True ScaleDownLimit",
      "45s HorizontalPodAutoscaler app: 4 to 3; AbleToScale=True SucceededRescale; ScalingActive=True ValidMetricFound; ScalingLimited=True ScaleDownLimit",
      "60s HorizontalPodAutoscaler app: 3 to 3; AbleToScale=True ReadyForNewScale; ScalingActive=True ValidMetricFound; ScalingLimited=True ScaleDownLimit",
      "75s HorizontalPodAutoscaler app: 3 to 2; AbleToScale=True SucceededRescale; ScalingActive=True ValidMetricFound; ScalingLimited=True TooFewReplicas",
      "90s HorizontalPodAutoscaler app: 2 to 2; AbleToScale=True ReadyForNewScale; ScalingActive=True ValidMetricFound; ScalingLimited=True TooFewReplicas",
    ]
  `);
});

test("brings the target within its bounds, and rests while it has no replicas", async () => {
  const stage = await openScaled({ cpu: 0.05 }, 12);
  await stage.clock.advance(16_000);
  const scaleTo = (replicas: number) =>
    stage.client.setScale(kinds.deployments, { namespace: "test", name: "app" }, replicas);
  await scaleTo(0);
  await stage.clock.advance(60_000);
  await scaleTo(1);
  await stage.clock.advance(15_000);
  expect(told(stage)).toMatchInlineSnapshot(`
    [
      "0s HorizontalPodAutoscaler app: 0 to 0; ",
      "15s HorizontalPodAutoscaler app: 12 to 8; AbleToScale=True SucceededRescale",
      "30s HorizontalPodAutoscaler app: 0 to 0; AbleToScale=True SucceededGetScale; ScalingActive=False ScalingDisabled",
      "90s HorizontalPodAutoscaler app: 1 to 2; AbleToScale=True SucceededRescale; ScalingActive=False ScalingDisabled",
    ]
  `);
});

test("says what it does not know", async () => {
  const stage = await openScaled({ cpu: undefined }, 2);
  await stage.clock.advance(16_000);
  await stage.user.delete(kinds.deployments, { namespace: "test", name: "app" });
  await stage.clock.advance(30_000);
  const { status } = await stage.user.get(kinds.autoscalers, { namespace: "test", name: "app" });
  expect(status?.conditions).toMatchInlineSnapshot(`
    [
      {
        "lastTransitionTime": "2026-01-01T00:00:30Z",
        "message": "the HPA controller was unable to get the target's current scale: deployments.apps "app" not found",
        "reason": "FailedGetScale",
        "status": "False",
        "type": "AbleToScale",
      },
      {
        "lastTransitionTime": "2026-01-01T00:00:15Z",
        "message": "the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API",
        "reason": "FailedGetResourceMetric",
        "status": "False",
        "type": "ScalingActive",
      },
    ]
  `);
  expect(stage.events.filter((line) => line.includes("Autoscaler"))).toMatchInlineSnapshot(`
    [
      "15s HorizontalPodAutoscaler app FailedGetResourceMetric: failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API",
      "15s HorizontalPodAutoscaler app FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API",
      "30s HorizontalPodAutoscaler app FailedGetScale: deployments.apps "app" not found",
      "45s HorizontalPodAutoscaler app FailedGetScale: deployments.apps "app" not found",
    ]
  `);
});
