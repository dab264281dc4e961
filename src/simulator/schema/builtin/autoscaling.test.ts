import { expect, test } from "vitest";
import { builtin, cells, objectOf, problems } from "../testing.ts";

const autoscalers = builtin("HorizontalPodAutoscaler");
const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
const cpu = (target: object): object => ({ type: "Resource", resource: { name: "cpu", target } });
const half = cpu({ type: "Utilization", averageUtilization: 50 });

test("an autoscaler is completed", () => {
  const behavior = { scaleDown: { stabilizationWindowSeconds: 60 } };
  expect(
    autoscalers.complete(objectOf(autoscalers, { spec: { scaleTargetRef, maxReplicas: 3, behavior } })),
  ).toMatchObject({
    spec: {
      scaleTargetRef,
      minReplicas: 1,
      maxReplicas: 3,
      metrics: [cpu({ type: "Utilization", averageUtilization: 80 })],
      behavior: {
        scaleUp: {
          stabilizationWindowSeconds: 0,
          selectPolicy: "Max",
          policies: [
            { type: "Pods", value: 4, periodSeconds: 15 },
            { type: "Percent", value: 100, periodSeconds: 15 },
          ],
        },
        scaleDown: {
          stabilizationWindowSeconds: 60,
          selectPolicy: "Max",
          policies: [{ type: "Percent", value: 100, periodSeconds: 15 }],
        },
      },
    },
  });
});

test.each<readonly [object, readonly string[]]>([
  [{ maxReplicas: 3, metrics: [half] }, []],
  [
    {},
    [
      "spec.maxReplicas: Invalid value: 0: must be greater than 0",
      "spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`",
    ],
  ],
  [
    { minReplicas: 4, maxReplicas: 3 },
    ["spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`"],
  ],
  [{ minReplicas: -1, maxReplicas: 3 }, ["spec.minReplicas: Invalid value: -1: must be greater than or equal to 1"]],
  [
    { maxReplicas: 3, scaleTargetRef: {} },
    ["spec.scaleTargetRef.kind: Required value", "spec.scaleTargetRef.name: Required value"],
  ],
  [
    { maxReplicas: 3, metrics: [{ type: "Pods", resource: { name: "cpu", target: { type: "Value", value: "1" } } }] },
    [
      "spec.metrics[0].pods: Required value: must populate information for the given metric source",
      "spec.metrics[0].resource: Forbidden: must populate the given metric source only",
    ],
  ],
  [
    { maxReplicas: 3, metrics: [cpu({ type: "Utilization" })] },
    [
      "spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization",
    ],
  ],
  [
    { maxReplicas: 3, metrics: [cpu({ type: "Utilization", averageUtilization: 1, averageValue: "1" })] },
    [
      "spec.metrics[0].resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization",
    ],
  ],
])("what is wrong with %j", (spec, says) => {
  expect(problems(autoscalers, { spec: { scaleTargetRef, ...spec } })).toEqual(says);
});

const pods = { type: "Pods", pods: { metric: { name: "rps" }, target: { type: "AverageValue", averageValue: "10" } } };
const external = {
  type: "External",
  external: { metric: { name: "q" }, target: { type: "AverageValue", averageValue: "5" } },
};
test.each<readonly [readonly object[], readonly object[], string]>([
  [[], [], "<none>"],
  [[half], [], "cpu: <unknown>/50%"],
  [
    [half],
    [{ type: "Resource", resource: { name: "cpu", current: { averageUtilization: 20, averageValue: "20m" } } }],
    "cpu: 20%/50%",
  ],
  [
    [cpu({ type: "AverageValue", averageValue: "100m" })],
    [{ type: "Resource", resource: { name: "cpu", current: { averageValue: "50m" } } }],
    "cpu: 50m/100m",
  ],
  [
    [pods, external],
    [{ type: "Pods", pods: { metric: { name: "rps" }, current: { averageValue: "3" } } }],
    "3/10, <unknown>/5 (avg)",
  ],
  [[half, pods, external], [], "cpu: <unknown>/50%, <unknown>/10 + 1 more..."],
])("targets %j with %j are shown as %s", (metrics, currentMetrics, Targets) => {
  const object = {
    spec: { scaleTargetRef, minReplicas: 1, maxReplicas: 3, metrics },
    status: { currentReplicas: 2, currentMetrics },
  };
  expect(cells(autoscalers, object)).toEqual({
    Name: "a",
    Reference: "Deployment/web",
    Targets,
    MinPods: "1",
    MaxPods: 3,
    Replicas: 2,
    Age: "<unknown>",
  });
});
