import { join } from "node:path";
import { expect, test } from "vitest";
import type { Observation } from "../release/observation.ts";
import { observe, running, settled, share } from "../release/testing.ts";
import type { Setting } from "../release/testing.ts";
import { createTelemetry } from "./telemetry.ts";
import type { Telemetry } from "./telemetry.ts";

const target = (name: string): NonNullable<Setting["spec"]> => ({
  targetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
});

/** The series with their values, without the constant ones and the buckets of the histogram. */
async function seriesOf(telemetry: Telemetry): Promise<string[]> {
  const lines = (await telemetry.registry.metrics()).split("\n");
  return lines
    .filter((line) => line !== "" && !/^#|^flagger_info|_bucket/.test(line))
    .map((line) => line.replace("flagger_canary_", ""));
}

/** Gives a value to every series that a Canary can have. */
function fill(telemetry: Telemetry, seen: Observation): void {
  telemetry.observe(seen);
  telemetry.tick(seen, 0.5);
  telemetry.value(seen.canary, "request-success-rate", 99.5);
  telemetry.value(seen.canary, "request-duration", 0.25);
  telemetry.finished(seen, { outcome: "succeeded", analysis: "completed" });
  telemetry.finished(seen, { outcome: "failed", analysis: "completed" });
  telemetry.finished(seen, { outcome: "succeeded", analysis: "skipped" });
}

test("docs/metrics.md shows what /metrics does", async () => {
  const telemetry = createTelemetry("1.2.3", "istio");
  fill(telemetry, observe({ analysis: { iterations: 10 }, status: running({}, share(10)) }));
  telemetry.total(new Map([["test", 1]]));
  const text = `# Metrics

The operator serves these at \`/metrics\` on port 8080, in the text format of Prometheus and under the names that Flagger
gives them. The label \`name\` is the name of the target, not of the Canary. A Canary's series go when the Canary goes.
With them come those of the process, \`process_*\` and \`nodejs_*\`.

An example with one Canary, a blue/green release of the Deployment \`podinfo\`:

\`\`\`text
${(await telemetry.registry.metrics()).trimEnd()}
\`\`\`
`;
  await expect(text).toMatchFileSnapshot(join(import.meta.dirname, "../../docs/metrics.md"));
});

test.each([
  ["Progressing", 0],
  ["Failed", 2],
  ["Succeeded", 1],
  ["Initializing", 1],
  ["Initialized", 1],
  ["Waiting", 1],
  ["WaitingPromotion", 1],
  ["Promoting", 1],
  ["Finalising", 1],
  ["Terminating", 1],
] as const)("status of a Canary that is %s", async (phase, value) => {
  const telemetry = createTelemetry("1.2.3", "istio");
  telemetry.observe(observe({ status: { ...settled, phase } }));
  expect(await seriesOf(telemetry)).toEqual([
    `status{name="podinfo",namespace="test"} ${value}`,
    'weight{workload="podinfo-primary",namespace="test"} 100',
    'weight{workload="podinfo",namespace="test"} 0',
  ]);
});

test.each<[string, Setting["analysis"]]>([
  ["canary", { stepWeight: 10 }],
  ["blue-green", { iterations: 10 }],
  ["ab-testing", { iterations: 10, match: [{ headers: { "x-canary": { exact: "insider" } } }] }],
])("strategy %s", async (strategy, analysis) => {
  const telemetry = createTelemetry("1.2.3", "istio");
  const seen = observe({ ...(analysis !== undefined && { analysis }) });
  telemetry.observe(seen);
  telemetry.finished(seen, { outcome: "succeeded", analysis: "completed" });
  telemetry.finished(seen, { outcome: "failed", analysis: "skipped" });
  telemetry.finished(seen, { outcome: "failed", analysis: "skipped" });
  const labels = `name="podinfo",namespace="test",deployment_strategy="${strategy}"`;
  expect((await seriesOf(telemetry)).slice(3)).toEqual([
    `successes_total{${labels},analysis_status="completed"} 1`,
    `failures_total{${labels},analysis_status="skipped"} 2`,
  ]);
});

test("a Canary that goes takes all its series along, and does not come back by what was under way", async () => {
  const telemetry = createTelemetry("1.2.3", "istio");
  const seen = observe({});
  fill(telemetry, seen);
  fill(telemetry, observe({ metadata: { name: "other" }, spec: target("other") }));
  const before = await seriesOf(telemetry);
  telemetry.forget(seen.canary);
  telemetry.tick(seen, 1);
  telemetry.value(seen.canary, "request-duration", 1);
  telemetry.finished(seen, { outcome: "failed", analysis: "completed" });
  expect(await seriesOf(telemetry)).toEqual(before.filter((line) => line.includes('"other')));
  expect(before).toHaveLength(20);
});

test("two Canaries of one target share its series, which go with the last of them", async () => {
  const telemetry = createTelemetry("1.2.3", "istio");
  const [one, two] = ["one", "two"].map((name) => observe({ metadata: { name } }));
  if (one === undefined || two === undefined) throw new Error("two are needed");
  fill(telemetry, one);
  telemetry.observe(two);
  const before = await seriesOf(telemetry);
  telemetry.forget(one.canary);
  expect(await seriesOf(telemetry)).toEqual(before);
  telemetry.forget(two.canary);
  expect(await seriesOf(telemetry)).toEqual([]);
});

test("a Canary that gets another target leaves no series behind", async () => {
  const telemetry = createTelemetry("1.2.3", "istio");
  fill(telemetry, observe({}));
  telemetry.observe(observe({ spec: target("other") }));
  expect(await seriesOf(telemetry)).toEqual([
    'status{name="other",namespace="test"} 1',
    'weight{workload="other-primary",namespace="test"} 100',
    'weight{workload="other",namespace="test"} 0',
  ]);
});

test("counts the Canaries of namespaces that have any", async () => {
  const telemetry = createTelemetry("1.2.3", "istio");
  telemetry.total(new Map([["a", 2]]));
  telemetry.total(new Map([["b", 1]]));
  expect(await seriesOf(telemetry)).toEqual(['total{namespace="b"} 1']);
});
