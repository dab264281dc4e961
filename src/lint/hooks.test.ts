import { expect, test } from "vitest";
import type { LintOptions } from "./rule.ts";
import { blueGreen, canary, linesOf, load, successRate } from "./testing.ts";

const loadtester = "http://flagger-loadtester.test/";
const tests = "https://tests.test/";

/** A Canary with these hooks. */
function hooked(...hooks: readonly object[]) {
  return canary({ analysis: { webhooks: hooks.map((hook) => ({ name: "hook", ...hook })) } });
}

type Row = readonly [
  what: string,
  objects: Parameters<typeof linesOf>[0],
  options: Partial<LintOptions>,
  found: readonly string[],
];

test.each<Row>([
  [
    "hook-url: a gate",
    [hooked({ type: "confirm-promotion", url: "flagger-loadtester.test/gate/check" })],
    {},
    [
      "app.yaml:30 error Canary test/podinfo spec.analysis.webhooks[0].url (hook-url)",
      "This gate has no way to open: its URL cannot be called.",
      "Write the URL with its protocol, such as http://flagger-loadtester.test/gate/check.",
    ],
  ],
  [
    "hook-url",
    [hooked({ url: "ftp://tests.test/" })],
    {},
    [
      "app.yaml:29 error Canary test/podinfo spec.analysis.webhooks[0].url (hook-url)",
      "It cannot be called.",
      "Write the URL with its protocol, such as http://flagger-loadtester.test/gate/check.",
    ],
  ],
  [
    "hook-timeout",
    [hooked({ url: tests, timeout: "5secs" })],
    {},
    [
      "app.yaml:30 error Canary test/podinfo spec.analysis.webhooks[0].timeout (hook-timeout)",
      '"5secs" is no duration: the hook fails each time without being called.',
      "Write minutes and seconds, such as 30s.",
    ],
  ],
  [
    "hook-slow",
    [hooked({ url: tests, timeout: "20s", retries: 3 })],
    {},
    [
      "app.yaml:30 warning Canary test/podinfo spec.analysis.webhooks[0].timeout (hook-slow)",
      "A rollout hook that does not answer holds up each analysis for 1m27s, longer than the interval of 1m0s.",
      "Set a shorter timeout or fewer retries, or lengthen the interval.",
    ],
  ],
  [
    "hook-slow: the timeout by default",
    [
      blueGreen({
        analysis: {
          interval: "10s",
          metrics: [{ ...successRate, interval: "30s" }],
          webhooks: [load, { name: "test", url: tests, retries: 1 }],
        },
      }),
    ],
    {},
    [
      "app.yaml:29 warning Canary test/podinfo spec.analysis.webhooks[1].name (hook-slow)",
      "A rollout hook that does not answer holds up each analysis for 21s, longer than the interval of 10s.",
      "Set a shorter timeout or fewer retries, or lengthen the interval.",
    ],
  ],
  [
    "hook-deadline",
    [hooked({ type: "pre-rollout", url: tests, timeout: "5m", retries: 2 })],
    {},
    [
      "app.yaml:32 warning Canary test/podinfo spec.analysis.webhooks[0].retries (hook-deadline)",
      "All tries together may take 15m3s, longer than the progress deadline of 10m0s: meanwhile nothing else is looked at, also not whether pods have broken.",
      "Set a shorter timeout or fewer retries.",
    ],
  ],
  [
    "hook-task: nothing to do",
    [hooked({ url: loadtester })],
    {},
    [
      "app.yaml:28 error Canary test/podinfo spec.analysis.webhooks[0].metadata (hook-task)",
      "The load tester refuses it: metadata not found in payload.",
      "Set metadata.type, such as bash or cmd, and what that type asks for, such as metadata.cmd.",
    ],
  ],
  [
    "hook-task: an unknown type",
    [hooked({ url: loadtester, metadata: { type: "k6", cmd: "run" } })],
    {},
    [
      "app.yaml:30 error Canary test/podinfo spec.analysis.webhooks[0].metadata (hook-task)",
      "The load tester refuses it: unknown task type k6.",
      "Set metadata.type, such as bash or cmd, and what that type asks for, such as metadata.cmd.",
    ],
  ],
  [
    "hook-task: no command",
    [hooked({ url: loadtester, metadata: { type: "bash" } })],
    {},
    [
      "app.yaml:30 error Canary test/podinfo spec.analysis.webhooks[0].metadata (hook-task)",
      "The load tester refuses it: cmd not found in metadata.",
      "Set metadata.type, such as bash or cmd, and what that type asks for, such as metadata.cmd.",
    ],
  ],
  [
    "hook-task: Concord",
    [hooked({ url: loadtester, metadata: { type: "concord", org: "a" } })],
    {},
    [
      "app.yaml:30 error Canary test/podinfo spec.analysis.webhooks[0].metadata (hook-task)",
      "The load tester refuses it: server not found in metadata.",
      "Set metadata.type, such as bash or cmd, and what that type asks for, such as metadata.cmd.",
    ],
  ],
  ["nothing: a service of one's own", [hooked({ url: tests, metadata: { type: "smoke" } })], {}, []],
  [
    "test-in-background",
    [hooked({ type: "pre-rollout", url: loadtester, metadata: { cmd: "curl -f http://podinfo-canary.test:9898/" } })],
    {},
    [
      "app.yaml:31 warning Canary test/podinfo spec.analysis.webhooks[0].metadata.type (test-in-background)",
      "The load tester answers a cmd task at once and runs it afterwards: the hook passes whatever comes of it.",
      "Set metadata.type: bash, which is answered when the command has ended.",
    ],
  ],
  [
    "nothing: load beforehand",
    [hooked({ type: "pre-rollout", url: loadtester, metadata: { cmd: "hey -z 1m http://podinfo-canary.test:9898/" } })],
    {},
    [],
  ],
  [
    "rollback-always",
    [hooked({ type: "rollback", url: `${loadtester}gate/approve` })],
    {},
    [
      "app.yaml:30 error Canary test/podinfo spec.analysis.webhooks[0].url (rollback-always)",
      "A rollback hook that passes rolls the release back, and this one always does.",
      "Ask /rollback/check of the load tester, which passes once somebody has opened it.",
    ],
  ],
  [
    "rollback-always: a task",
    [hooked({ type: "rollback", url: loadtester, metadata: { cmd: "curl -f http://podinfo" } })],
    {},
    [
      "app.yaml:30 error Canary test/podinfo spec.analysis.webhooks[0].url (rollback-always)",
      "A rollback hook that passes rolls the release back, and this one always does.",
      "Ask /rollback/check of the load tester, which passes once somebody has opened it.",
    ],
  ],
  ["nothing: a rollback switch", [hooked({ type: "rollback", url: `${loadtester}rollback/check` })], {}, []],
  [
    "gate-and-rollback",
    [
      hooked(
        { type: "confirm-promotion", name: "gate", url: `${loadtester}gate/check` },
        { type: "rollback", url: `${loadtester}gate/check` },
      ),
    ],
    {},
    [
      "app.yaml:33 error Canary test/podinfo spec.analysis.webhooks[1].url (gate-and-rollback)",
      "It is also the URL of the gate gate: to open that is to roll back.",
      "Ask /rollback/check of the load tester, which is a switch of its own.",
    ],
  ],
  [
    "gate-shared",
    [
      hooked(
        { type: "confirm-rollout", name: "begin", url: `${loadtester}gate/check` },
        { type: "confirm-promotion", name: "end", url: `${loadtester}gate/check` },
      ),
    ],
    {},
    [
      "app.yaml:33 warning Canary test/podinfo spec.analysis.webhooks[1].url (gate-shared)",
      "The load tester keeps one gate for a Canary: to open begin is to open end, too.",
      "Close the gate again in between, or ask two load testers.",
    ],
  ],
  [
    "gate-halt",
    [hooked({ type: "confirm-promotion", url: `${loadtester}gate/halt` })],
    {},
    [
      "app.yaml:30 warning Canary test/podinfo spec.analysis.webhooks[0].url (gate-halt)",
      "The load tester's /gate/halt is always closed: only an edit of the Canary lets a release pass.",
      "Ask /gate/check, which can be opened with a request to /gate/open.",
    ],
  ],
  [
    "load-misses-canary",
    [blueGreen({ analysis: { webhooks: [{ ...load, metadata: { cmd: "hey -z 1m http://podinfo.test:9898/" } }] } })],
    {},
    [
      "app.yaml:28 warning Canary test/podinfo spec.analysis.webhooks[0].metadata.cmd (load-misses-canary)",
      "In blue/green podinfo leads to the primary until the release is promoted: this tests the old revision.",
      "Call podinfo-canary.",
    ],
  ],
  [
    "nothing: load through the gateway with weights",
    [hooked({ ...load, metadata: { cmd: "hey -z 1m http://podinfo.test:9898/" } })],
    {},
    [],
  ],
  [
    "no-load",
    [blueGreen({ analysis: { webhooks: [] } })],
    {},
    [
      "app.yaml:19 warning Canary test/podinfo spec.analysis.metrics[0] (no-load)",
      "In blue/green no user meets the canary before the promotion: without requests there are no values, and a check without values fails.",
      "Add a hook of type rollout that has the load tester call the canary's Service.",
    ],
  ],
  [
    "nothing: mirrored load",
    [canary({ analysis: { iterations: 5, stepWeight: undefined, maxWeight: undefined, mirror: true } })],
    {},
    [],
  ],
  [
    "skip-analysis",
    [
      canary({
        skipAnalysis: true,
        analysis: { threshold: 1, webhooks: [load, { name: "gate", type: "confirm-rollout", url: tests }] },
      }),
    ],
    {},
    [
      "app.yaml:35 warning Canary test/podinfo spec.skipAnalysis (skip-analysis)",
      "The metrics and hooks of the analysis are not asked: a revision is promoted as soon as its pods are ready.",
      "Take skipAnalysis out when you want the analysis back.",
    ],
  ],
])("%s", (_, objects, options, found) => {
  expect(linesOf(objects, options)).toEqual(found);
});
