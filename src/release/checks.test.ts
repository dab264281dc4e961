import { expect, test } from "vitest";
import type { CanaryStatus } from "../api/canary.ts";
import { metricChecks } from "./checks.ts";
import { nextStep } from "./release.ts";
import { hooks, observe, outcome, running, settled, share } from "./testing.ts";

const weighted = { stepWeight: 20, maxWeight: 40, webhooks: [...hooks] };

/** What is asked, in order, and the phase that the payload says. */
test.each<[string, CanaryStatus, readonly string[]]>([
  ["Initialized", { ...settled, phase: "Initialized" }, ["confirm-rollout Initialized"]],
  ["Waiting", { ...settled, phase: "Waiting" }, ["confirm-rollout Waiting"]],
  [
    "the first step",
    running({}, { started: false }),
    ["rollback Progressing", "pre-rollout Progressing", "confirm-traffic-increase Progressing"],
  ],
  [
    "the last step",
    running({}, share(40)),
    [
      "rollback Progressing",
      "rollout Progressing",
      "confirm-traffic-increase Progressing",
      "confirm-promotion Progressing",
    ],
  ],
  [
    "WaitingPromotion",
    running({ phase: "WaitingPromotion" }, share(40)),
    ["rollback WaitingPromotion", "rollout Progressing", "confirm-promotion Progressing"],
  ],
])("hooks and their phases: %s", (_, status, expected) => {
  const { checks } = nextStep(observe({ analysis: weighted, status }));
  expect(checks.map((check) => (check.kind === "hook" ? `${check.type} ${check.phase}` : check.kind))).toEqual(
    expected,
  );
});

test("without analysis only the start must be approved", () => {
  const spec = { skipAnalysis: true };
  expect(outcome({ analysis: weighted, spec, status: settled }, ["may-start"])).toMatchObject({
    asked: ["may-start"],
    status: { phase: "Waiting" },
  });
  expect(outcome({ analysis: weighted, spec, status: running() }).asked).toEqual([]);
});

test("of several hooks of one type the first that fails ends the asking", () => {
  const load = (name: string) => ({ name, type: "rollout" as const, url: "http://hooks" });
  const webhooks = [load("one"), load("two"), load("three")];
  expect(outcome({ analysis: { iterations: 2, webhooks }, status: running() }, ["two"])).toMatchObject({
    asked: ["one", "two"],
    status: { failedChecks: 1 },
  });
});

test.each([
  ["confirm-traffic-increase", 20],
  ["confirm-promotion", 40],
] as const)("a muted %s gate closes without an alert", (type, weight) => {
  const webhooks = [{ name: "gate", type, url: "http://hooks", muteAlert: true }];
  const { asked, told } = outcome({ analysis: { ...weighted, webhooks }, status: running({}, share(weight)) }, [
    "gate",
  ]);
  expect([asked, told]).toEqual([["gate"], []]);
});

test("queries of the Canary come before templates, and a builtin with a template is both", () => {
  const templateRef = { name: "template" };
  const metrics = [
    { name: "first", templateRef },
    { name: "request-duration", templateRef },
    { name: "inline", query: "up" },
    { name: "empty", query: "", templateRef },
  ];
  const asked = metricChecks(observe({ analysis: { iterations: 2, metrics } })).map((check) =>
    check.kind === "metric"
      ? `${check.metric.name}${check.metric.templateRef === undefined ? "" : " by template"}`
      : "",
  );
  expect(asked).toEqual([
    "request-duration",
    "inline",
    "first by template",
    "request-duration by template",
    "empty by template",
  ]);
});
