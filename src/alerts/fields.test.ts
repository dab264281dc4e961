import { expect, test } from "vitest";
import type { Analysis, Canary } from "../api/canary.ts";
import { alertFields } from "./fields.ts";

const canary = (analysis: Analysis, progressDeadlineSeconds?: number): Canary => ({
  metadata: { name: "podinfo", namespace: "test" },
  spec: {
    targetRef: { apiVersion: "apps/v1", kind: "DaemonSet", name: "agent" },
    ...(progressDeadlineSeconds !== undefined && { progressDeadlineSeconds }),
    analysis,
  },
});

test.each([
  ["nothing", "", false, []],
  ["the cluster", "prod", false, [["Cluster", "prod"]]],
  [
    "the cluster before the facts",
    "prod",
    true,
    [
      ["Cluster", "prod"],
      ["Target", "DaemonSet/agent.test"],
      ["Failed checks threshold", "3"],
      ["Progress deadline", "30s"],
    ],
  ],
])("shows %s", (_, clusterName, facts, fields) => {
  const shown = alertFields(canary({ threshold: 3 }, 30), { clusterName, facts });
  expect(shown.map(({ title, value }) => [title, value])).toEqual(fields);
});

test.each<[Analysis, readonly string[]]>([
  [{}, ["DaemonSet/agent.test", "1", "600s"]],
  [{ threshold: 0 }, ["DaemonSet/agent.test", "1", "600s"]],
  [{ stepWeight: 10, maxWeight: 50 }, ["DaemonSet/agent.test", "1", "600s", "Weight step: 10 max: 50"]],
  [{ stepWeights: [1, 5, 80] }, ["DaemonSet/agent.test", "1", "600s", "Weight steps: 1,5,80 max: 0"]],
  [{ iterations: 2 }, ["DaemonSet/agent.test", "1", "600s", "Blue/Green"]],
  [{ iterations: 2, match: [{}] }, ["DaemonSet/agent.test", "1", "600s", "A/B Testing"]],
])("tells of the analysis %j", (analysis, values) => {
  const shown = alertFields(canary(analysis), { clusterName: "", facts: true });
  expect(shown.map(({ value }) => value)).toEqual(values);
});
