import { expect, test } from "vitest";
import type { Canary, CanaryStatus } from "../api/canary.ts";
import { narrate, slack, usage } from "./narration.ts";

const canary = (status: CanaryStatus, analysis: Partial<Canary["spec"]["analysis"]> = {}): Canary => ({
  metadata: { name: "podinfo", namespace: "test" },
  spec: {
    targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "podinfo" },
    analysis: { interval: "10s", threshold: 2, ...analysis },
  },
  status,
});

test.each<[string, CanaryStatus, CanaryStatus, readonly object[]]>([
  ["nothing new", { phase: "Succeeded" }, { phase: "Succeeded" }, []],
  ["a phase", { phase: "Initialized" }, { phase: "Initializing" }, [{ tone: "good", text: "podinfo  Initialized" }]],
  [
    "an iteration",
    { phase: "Progressing", iterations: 2 },
    { phase: "Progressing", iterations: 1 },
    [{ tone: "plain", text: "podinfo  iteration 2 of 5" }],
  ],
  [
    "a failed check",
    { phase: "Progressing", failedChecks: 1 },
    { phase: "Progressing" },
    [{ tone: "bad", text: "podinfo  failed checks: 1 of 2 allowed" }],
  ],
  [
    "a weight, and that the run has failed",
    { phase: "Failed", canaryWeight: 0 },
    { phase: "Progressing", canaryWeight: 30 },
    [
      { tone: "bad", text: "podinfo  Failed" },
      { tone: "plain", text: "podinfo  primary 100 % ████████████████████ 0 % canary" },
    ],
  ],
])("tells %s", (_, now, before, lines) => {
  expect(narrate(canary(now, { iterations: 5 }), before)).toEqual(lines);
});

test("shows what was used", () => {
  const parts = { playground: { cpu: 1, rss: 150e6 }, pods: { cpu: 0.1, rss: 70e6 } };
  expect(usage("idle for 5 s", 5, parts)).toEqual({
    tone: "faint",
    text: "idle for 5 s: playground 20 % of a core, 150 MB; pods 2 % of a core, 70 MB",
  });
});

test("shows what Slack would", () => {
  const fields = [{ title: "Target", value: "Deployment/podinfo.test" }];
  const attachment = { color: "good", author_name: "podinfo.test", text: "New revision detected.", fields };
  const failed = { color: "danger", author_name: "podinfo.test", text: "Failed." };
  expect(slack(JSON.stringify({ channel: "general", attachments: [attachment, failed] }))).toEqual([
    { tone: "good", text: "Slack #general  podinfo.test: New revision detected." },
    { tone: "faint", text: "        Target: Deployment/podinfo.test" },
    { tone: "bad", text: "Slack #general  podinfo.test: Failed." },
  ]);
});
