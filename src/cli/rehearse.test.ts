import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Rehearsal } from "../rehearsal/rehearse/rehearse.ts";
import type { RehearseFlags } from "./rehearse-flags.ts";
import { examples } from "./rehearse-testing.ts";
import { runRehearse } from "./rehearse.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "headgate-rehearse-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** What the command prints on standard output and standard error, and its exit code, with the folder's name left out. */
async function run(files: Readonly<Record<string, string>>, flags: Partial<RehearseFlags> = {}): Promise<string> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  let output = "";
  const stream = {
    write: (text: string) => {
      output += text;
    },
  };
  const given = { metric: [], hook: [], podStartup: 3000, output: "text" as const, ...flags };
  const filename = (flags.filename ?? Object.keys(files)).map((name) => join(folder, name));
  const metrics = flags.metrics === undefined ? "" : join(folder, flags.metrics);
  const code = await runRehearse({ ...given, filename, metrics }, { stdout: stream, stderr: stream });
  return `${output.replaceAll(`${folder}/`, "")}exit code ${code}\n`;
}

function manifestsOf(name: string): string {
  return examples.get(name)?.manifests ?? expect.unreachable(name);
}

/** The pods have other labels than those that are selected. */
const refused = `apiVersion: apps/v1
kind: Deployment
metadata: {name: mirror, namespace: test}
spec:
  selector: {matchLabels: {app: mirror}}
  template:
    metadata: {labels: {app: other}}
    spec: {containers: [{name: app, image: app:1}]}
`;

const canary = (name: string): Readonly<Record<string, string>> => ({ "canary.yaml": manifestsOf(name) });

test("blue/green", async () => {
  const metric = ["request-success-rate=99.5@0s,90@1m,100@90s"];
  expect(await run(canary("blue-green"), { metric })).toMatchInlineSnapshot(`
    "blue-green.test
    made up: Deployment blue-green with 2 pods that take 3s
           0s  a new revision of blue-green
           0s  blue-green: 0 of 2 pods
           0s  Progressing
           0s  alert to slack (info): New revision detected, progressing canary analysis.
           3s  blue-green: 2 of 2 pods
           5s  iteration 1 of 3
          35s  check request-success-rate: 99.50 % (at least 99 %)
          35s  iteration 2 of 3
         1m5s  check request-success-rate: 90 % (at least 99 %)
         1m5s  Halt blue-green.test advancement success rate 90.00% < 99%
         1m5s  failed checks: 1 of 2 allowed
        1m35s  check request-success-rate: 100 % (at least 99 %)
        1m35s  iteration 3 of 3
         2m5s  check request-success-rate: 100 % (at least 99 %)
         2m5s  blue-green-primary gets the new revision
         2m5s  Promoting
         2m8s  blue-green-primary: 2 of 2 pods
        2m11s  Finalising
        2m11s  Succeeded
        2m11s  blue-green: 0 of 0 pods
        2m11s  alert to slack (info): Canary analysis completed successfully, promotion finished.
    promoted after 2m11s: analysed 5 times in 2m0s
    should every check fail from 5s on: no user meets it; rolled back after 1m0s
    exit code 0
    "
  `);
});

test("blue/green with gates", async () => {
  expect(await run(canary("gates"))).toMatchInlineSnapshot(`
    "gates.test
    made up: Deployment gates with 2 pods that take 3s
           0s  a new revision of gates
           0s  confirm-rollout confirm-rollout-gate (Initialized): 200
           0s  gates: 0 of 2 pods
           0s  Progressing
           0s  alert to slack (info): New revision detected, progressing canary analysis.
           3s  gates: 2 of 2 pods
           5s  rollback rollback-gate (Progressing): 404
           5s  pre-rollout pre-rollout-gate (Progressing): 200
           5s  iteration 1 of 2
          35s  rollback rollback-gate (Progressing): 404
          35s  rollout rollout-gate (Progressing): 200
          35s  check request-success-rate: 100 % (at least 99 %)
          35s  iteration 2 of 2
         1m5s  rollback rollback-gate (Progressing): 404
         1m5s  rollout rollout-gate (Progressing): 200
         1m5s  check request-success-rate: 100 % (at least 99 %)
         1m5s  confirm-promotion confirm-promotion-gate (Progressing): 200
         1m5s  gates-primary gets the new revision
         1m5s  Promoting
         1m8s  gates-primary: 2 of 2 pods
        1m11s  Finalising
        1m11s  Succeeded
        1m11s  gates: 0 of 0 pods
        1m11s  post-rollout post-rollout-gate (Succeeded): 200
        1m11s  alert to slack (info): Canary analysis completed successfully, promotion finished.
    promoted after 1m11s: analysed 3 times in 1m0s
    should every check fail from 5s on: no user meets it; rolled back after 1m0s
    exit code 0
    "
  `);
});

test("blue/green with a gate that stays closed", async () => {
  expect(await run(canary("gates"), { hook: ["confirm-promotion-gate=403"] })).toMatchInlineSnapshot(`
    "gates.test
    made up: Deployment gates with 2 pods that take 3s
           0s  a new revision of gates
           0s  confirm-rollout confirm-rollout-gate (Initialized): 200
           0s  gates: 0 of 2 pods
           0s  Progressing
           0s  alert to slack (info): New revision detected, progressing canary analysis.
           3s  gates: 2 of 2 pods
           5s  rollback rollback-gate (Progressing): 404
           5s  pre-rollout pre-rollout-gate (Progressing): 200
           5s  iteration 1 of 2
          35s  rollback rollback-gate (Progressing): 404
          35s  rollout rollout-gate (Progressing): 200
          35s  check request-success-rate: 100 % (at least 99 %)
          35s  iteration 2 of 2
         1m5s  rollback rollback-gate (Progressing): 404
         1m5s  rollout rollout-gate (Progressing): 200
         1m5s  check request-success-rate: 100 % (at least 99 %)
         1m5s  confirm-promotion confirm-promotion-gate (Progressing): 403
         1m5s  WaitingPromotion
         1m5s  Halt gates.test advancement waiting for promotion approval confirm-promotion-gate
         1m5s  alert to slack (warn): Canary promotion is waiting for approval.
        1m35s  rollback rollback-gate (WaitingPromotion): 404
        1m35s  rollout rollout-gate (Progressing): 200
        1m35s  check request-success-rate: 100 % (at least 99 %)
        1m35s  confirm-promotion confirm-promotion-gate (Progressing): 403
         2m5s  rollback rollback-gate (WaitingPromotion): 404
         2m5s  rollout rollout-gate (Progressing): 200
         2m5s  check request-success-rate: 100 % (at least 99 %)
         2m5s  confirm-promotion confirm-promotion-gate (Progressing): 403
        2m35s  rollback rollback-gate (WaitingPromotion): 404
        2m35s  rollout rollout-gate (Progressing): 200
        2m35s  check request-success-rate: 100 % (at least 99 %)
        2m35s  confirm-promotion confirm-promotion-gate (Progressing): 403
    still waiting after 2m35s: analysed 6 times in 2m30s
    should every check fail from 5s on: no user meets it; rolled back after 1m0s
    exit code 1
    "
  `);
});

test("stepWeight, with samples of a revision that turns bad", async () => {
  const files = { ...canary("step-weight"), "samples.csv": "time,request-success-rate\n0,100\n1m30s,98\n" };
  expect(await run(files, { filename: ["canary.yaml"], metrics: "samples.csv" })).toMatchInlineSnapshot(`
    "step-weight.test
    made up: Deployment step-weight with 2 pods that take 3s
           0s  a new revision of step-weight
           0s  step-weight: 0 of 2 pods
           0s  Progressing
           0s  alert to slack (info): New revision detected, progressing canary analysis.
           3s  step-weight: 2 of 2 pods
           5s  primary 75 % ███████████████░░░░░ 25 % canary
          35s  check request-success-rate: 100 % (at least 99 %)
          35s  primary 50 % ██████████░░░░░░░░░░ 50 % canary
         1m5s  check request-success-rate: 100 % (at least 99 %)
         1m5s  primary 25 % █████░░░░░░░░░░░░░░░ 75 % canary
        1m35s  check request-success-rate: 98 % (at least 99 %)
        1m35s  Halt step-weight.test advancement success rate 98.00% < 99%
        1m35s  failed checks: 1 of 2 allowed
         2m5s  check request-success-rate: 98 % (at least 99 %)
         2m5s  Halt step-weight.test advancement success rate 98.00% < 99%
         2m5s  Rolling back step-weight.test failed checks threshold reached 2
         2m5s  Canary failed! Scaling down step-weight.test
         2m5s  Failed
         2m5s  primary 100 % ████████████████████ 0 % canary
         2m5s  step-weight: 0 of 0 pods
         2m5s  alert to slack (error): Failed checks threshold reached 2
    rolled back after 2m5s: analysed 5 times in 2m0s
    should every check fail from 1m5s on: it has up to 75 % of the users, for 2m0s; rolled back after 1m0s
    exit code 1
    "
  `);
});

test("stepWeights, with a metric template and an alert provider", async () => {
  expect(await run(canary("step-weights"), { metric: ["errors=2.5@0s,empty@1m"] })).toMatchInlineSnapshot(`
    "step-weights.test
    made up: Deployment step-weights with 2 pods that take 3s
           0s  a new revision of step-weights
           0s  step-weights: 0 of 2 pods
           0s  Progressing
           3s  step-weights: 2 of 2 pods
           5s  primary 95 % ███████████████████░ 5 % canary
          35s  check errors: 2.50 (at most 10)
          35s  primary 70 % ██████████████░░░░░░ 30 % canary
         1m5s  check errors: no values (at most 10)
         1m5s  Halt advancement no values found for custom metric: errors: no values found
         1m5s  failed checks: 1 of 2 allowed
        1m35s  check errors: no values (at most 10)
        1m35s  Halt advancement no values found for custom metric: errors: no values found
        1m35s  Rolling back step-weights.test failed checks threshold reached 2
        1m35s  Canary failed! Scaling down step-weights.test
        1m35s  Failed
        1m35s  primary 100 % ████████████████████ 0 % canary
        1m35s  step-weights: 0 of 0 pods
        1m35s  alert to chat.test (error): Failed checks threshold reached 2
    rolled back after 1m35s: analysed 4 times in 1m30s
    should every check fail from 1m5s on: it has up to 60 % of the users, for 2m0s; rolled back after 1m0s
    exit code 1
    "
  `);
});

test("stepWeightPromotion", async () => {
  expect(await run(canary("step-weight-promotion"))).toMatchInlineSnapshot(`
    "step-weight-promotion.test
    made up: Deployment step-weight-promotion with 2 pods that take 3s
           0s  a new revision of step-weight-promotion
           0s  step-weight-promotion: 0 of 2 pods
           0s  Progressing
           0s  alert to slack (info): New revision detected, progressing canary analysis.
           3s  step-weight-promotion: 2 of 2 pods
           5s  primary 50 % ██████████░░░░░░░░░░ 50 % canary
          35s  check request-success-rate: 100 % (at least 99 %)
          35s  step-weight-promotion-primary gets the new revision
          35s  Promoting
          38s  step-weight-promotion-primary: 2 of 2 pods
         1m5s  primary 75 % ███████████████░░░░░ 25 % canary
        1m35s  Finalising
        1m35s  primary 100 % ████████████████████ 0 % canary
        1m35s  Succeeded
        1m35s  step-weight-promotion: 0 of 0 pods
        1m35s  alert to slack (info): Canary analysis completed successfully, promotion finished.
    promoted after 1m35s: analysed 2 times in 30s
    should every check fail from 5s on: it has up to 50 % of the users, for 1m0s; rolled back after 1m0s
    exit code 0
    "
  `);
});

test("maxWeight, and a revision that is bad from the beginning", async () => {
  expect(await run(canary("max-weight"), { failAt: 0 })).toMatchInlineSnapshot(`
    "max-weight.test
    made up: Deployment max-weight with 2 pods that take 3s
           0s  a new revision of max-weight
           0s  max-weight: 0 of 2 pods
           0s  Progressing
           0s  alert to slack (info): New revision detected, progressing canary analysis.
           3s  max-weight: 2 of 2 pods
           5s  confirm-traffic-increase more (Progressing): 200
           5s  primary 90 % ██████████████████░░ 10 % canary
          35s  check request-success-rate: 100 % (at least 99 %)
          35s  confirm-traffic-increase more (Progressing): 200
          35s  primary 80 % ████████████████░░░░ 20 % canary
         1m5s  check request-success-rate: 100 % (at least 99 %)
         1m5s  confirm-traffic-increase more (Progressing): 200
         1m5s  max-weight-primary gets the new revision
         1m5s  Promoting
         1m8s  max-weight-primary: 2 of 2 pods
        1m11s  Finalising
        1m11s  primary 100 % ████████████████████ 0 % canary
        1m11s  Succeeded
        1m11s  max-weight: 0 of 0 pods
        1m11s  alert to slack (info): Canary analysis completed successfully, promotion finished.
    promoted after 1m11s: analysed 3 times in 1m0s
    should every check fail from 0s on: it has up to 10 % of the users, for 1m0s; rolled back after 1m5s
    exit code 0
    "
  `);
});

test("A/B", async () => {
  expect(await run(canary("ab-test"))).toMatchInlineSnapshot(`
    "ab-test.test
    made up: Deployment ab-test with 2 pods that take 3s
           0s  a new revision of ab-test
           0s  ab-test: 0 of 2 pods
           0s  Progressing
           0s  alert to slack (info): New revision detected, progressing canary analysis.
           3s  ab-test: 2 of 2 pods
           5s  iteration 1 of 2
           5s  primary 0 % ░░░░░░░░░░░░░░░░░░░░ 100 % canary, of the users that match
          35s  check request-success-rate: 100 % (at least 99 %)
          35s  iteration 2 of 2
         1m5s  check request-success-rate: 100 % (at least 99 %)
         1m5s  ab-test-primary gets the new revision
         1m5s  Promoting
         1m8s  ab-test-primary: 2 of 2 pods
        1m11s  Finalising
        1m11s  primary 100 % ████████████████████ 0 % canary
        1m11s  Succeeded
        1m11s  ab-test: 0 of 0 pods
        1m11s  alert to slack (info): Canary analysis completed successfully, promotion finished.
    promoted after 1m11s: analysed 3 times in 1m0s
    should every check fail from 5s on: it has up to 100 % of the users that match, for 1m0s; rolled back after 1m0s
    exit code 0
    "
  `);
});

test("mirror", async () => {
  expect(await run(canary("mirror"))).toMatchInlineSnapshot(`
    "mirror.test
    made up: Deployment mirror with 2 pods that take 3s
           0s  a new revision of mirror
           0s  mirror: 0 of 2 pods
           0s  Progressing
           0s  alert to slack (info): New revision detected, progressing canary analysis.
           3s  mirror: 2 of 2 pods
           5s  primary 100 % ████████████████████ 0 % canary, which gets a copy of all requests
          35s  check request-success-rate: 100 % (at least 99 %)
          35s  primary 50 % ██████████░░░░░░░░░░ 50 % canary
         1m5s  check request-success-rate: 100 % (at least 99 %)
         1m5s  primary 0 % ░░░░░░░░░░░░░░░░░░░░ 100 % canary
        1m35s  check request-success-rate: 100 % (at least 99 %)
        1m35s  mirror-primary gets the new revision
        1m35s  Promoting
        1m38s  mirror-primary: 2 of 2 pods
        1m41s  Finalising
        1m41s  primary 100 % ████████████████████ 0 % canary
        1m41s  Succeeded
        1m41s  mirror: 0 of 0 pods
        1m41s  alert to slack (info): Canary analysis completed successfully, promotion finished.
    promoted after 1m41s: analysed 4 times in 1m30s
    should every check fail from 1m5s on: it has up to 100 % of the users, for 1m30s; rolled back after 1m0s
    exit code 0
    "
  `);
});

test("session affinity", async () => {
  expect(await run(canary("session-affinity"))).toMatchInlineSnapshot(`
    "session-affinity.test
    made up: Deployment session-affinity with 2 pods that take 3s
           0s  a new revision of session-affinity
           0s  session-affinity: 0 of 2 pods
           0s  Progressing
           0s  alert to slack (info): New revision detected, progressing canary analysis.
           3s  session-affinity: 2 of 2 pods
           5s  primary 50 % ██████████░░░░░░░░░░ 50 % canary
          35s  check request-success-rate: 100 % (at least 99 %)
          35s  session-affinity-primary gets the new revision
          35s  Promoting
          38s  session-affinity-primary: 2 of 2 pods
          41s  Finalising
          41s  primary 100 % ████████████████████ 0 % canary
          41s  Succeeded
          41s  session-affinity: 0 of 0 pods
          41s  alert to slack (info): Canary analysis completed successfully, promotion finished.
    promoted after 41s: analysed 2 times in 30s
    should every check fail from 5s on: it has up to 50 % of the users, for 1m0s; rolled back after 1m0s
    exit code 0
    "
  `);
});

test("skipAnalysis", async () => {
  expect(await run(canary("skip-analysis"))).toMatchInlineSnapshot(`
    "skip-analysis.test
    made up: Deployment skip-analysis with 2 pods that take 3s
           0s  a new revision of skip-analysis
           0s  skip-analysis: 0 of 2 pods
           0s  Progressing
           0s  alert to slack (info): New revision detected, progressing canary analysis.
           3s  skip-analysis-primary gets the new revision
           3s  Succeeded
           3s  skip-analysis: 0 of 0 pods
           3s  alert to slack (info): Canary analysis was skipped, promotion finished.
           6s  skip-analysis-primary: 2 of 2 pods
    promoted after 3s: not analysed
    should every check fail from 0s on: it is promoted, as nothing is checked from then on
    exit code 0
    "
  `);
});

test("JSON", async () => {
  expect(await run(canary("step-weight-promotion"), { output: "json" })).toMatchInlineSnapshot(`
    "[
      {
        "canary": "step-weight-promotion.test",
        "madeUp": [
          "Deployment step-weight-promotion with 2 pods that take 3s"
        ],
        "events": [
          {
            "at": 0,
            "kind": "revision",
            "workload": "step-weight-promotion"
          },
          {
            "at": 0,
            "kind": "pods",
            "workload": "step-weight-promotion",
            "wanted": 2,
            "available": 0
          },
          {
            "at": 0,
            "kind": "phase",
            "phase": "Progressing"
          },
          {
            "at": 0,
            "kind": "alert",
            "to": "slack",
            "severity": "info",
            "text": "New revision detected, progressing canary analysis."
          },
          {
            "at": 3,
            "kind": "pods",
            "workload": "step-weight-promotion",
            "wanted": 2,
            "available": 2
          },
          {
            "at": 5,
            "kind": "users",
            "primary": 50,
            "canary": 50,
            "mirrored": false,
            "matching": false
          },
          {
            "at": 5,
            "kind": "analysis",
            "analysis": 1
          },
          {
            "at": 35,
            "kind": "check",
            "metric": "request-success-rate",
            "value": 100,
            "min": 99,
            "passed": true
          },
          {
            "at": 35,
            "kind": "promotion",
            "workload": "step-weight-promotion-primary"
          },
          {
            "at": 35,
            "kind": "phase",
            "phase": "Promoting"
          },
          {
            "at": 35,
            "kind": "analysis",
            "analysis": 2
          },
          {
            "at": 38,
            "kind": "pods",
            "workload": "step-weight-promotion-primary",
            "wanted": 2,
            "available": 2
          },
          {
            "at": 65,
            "kind": "users",
            "primary": 75,
            "canary": 25,
            "mirrored": false,
            "matching": false
          },
          {
            "at": 95,
            "kind": "phase",
            "phase": "Finalising"
          },
          {
            "at": 95,
            "kind": "users",
            "primary": 100,
            "canary": 0,
            "mirrored": false,
            "matching": false
          },
          {
            "at": 95,
            "kind": "phase",
            "phase": "Succeeded"
          },
          {
            "at": 95,
            "kind": "pods",
            "workload": "step-weight-promotion",
            "wanted": 0,
            "available": 0
          },
          {
            "at": 95,
            "kind": "alert",
            "to": "slack",
            "severity": "info",
            "text": "Canary analysis completed successfully, promotion finished."
          }
        ],
        "summary": {
          "verdict": "promoted",
          "seconds": 95,
          "analysisSeconds": 30,
          "analyses": 2,
          "worst": {
            "verdict": "rolled back",
            "badAt": 5,
            "rolledBackAfter": 60,
            "usersSeconds": 60,
            "usersShare": 50,
            "matching": false
          }
        }
      }
    ]
    exit code 0
    "
  `);
});

test("JSON of all", async () => {
  const files = Object.fromEntries([...examples].map(([name, { manifests }]) => [`${name}.yaml`, manifests]));
  const output = await run(files, { output: "json" });
  const rehearsals = JSON.parse(output.replace(/exit code .*\n$/, "")) as readonly Rehearsal[];
  const lines = rehearsals.map(({ canary: name, events, summary }) => {
    return `${name}: ${events.length} events, ${JSON.stringify(summary)}`;
  });
  expect(lines).toMatchInlineSnapshot(`
    [
      "blue-green.test: 22 events, {"verdict":"promoted","seconds":101,"analysisSeconds":90,"analyses":4,"worst":{"verdict":"rolled back","badAt":5,"rolledBackAfter":60,"usersSeconds":0,"usersShare":0,"matching":false}}",
      "gates.test: 28 events, {"verdict":"promoted","seconds":71,"analysisSeconds":60,"analyses":3,"worst":{"verdict":"rolled back","badAt":5,"rolledBackAfter":60,"usersSeconds":0,"usersShare":0,"matching":false}}",
      "step-weight.test: 23 events, {"verdict":"promoted","seconds":101,"analysisSeconds":90,"analyses":4,"worst":{"verdict":"rolled back","badAt":65,"rolledBackAfter":60,"usersSeconds":120,"usersShare":75,"matching":false}}",
      "step-weights.test: 21 events, {"verdict":"promoted","seconds":101,"analysisSeconds":90,"analyses":4,"worst":{"verdict":"rolled back","badAt":65,"rolledBackAfter":60,"usersSeconds":120,"usersShare":60,"matching":false}}",
      "step-weight-promotion.test: 18 events, {"verdict":"promoted","seconds":95,"analysisSeconds":30,"analyses":2,"worst":{"verdict":"rolled back","badAt":5,"rolledBackAfter":60,"usersSeconds":60,"usersShare":50,"matching":false}}",
      "max-weight.test: 23 events, {"verdict":"promoted","seconds":71,"analysisSeconds":60,"analyses":3,"worst":{"verdict":"rolled back","badAt":35,"rolledBackAfter":60,"usersSeconds":90,"usersShare":20,"matching":false}}",
      "ab-test.test: 21 events, {"verdict":"promoted","seconds":71,"analysisSeconds":60,"analyses":3,"worst":{"verdict":"rolled back","badAt":5,"rolledBackAfter":60,"usersSeconds":60,"usersShare":100,"matching":true}}",
      "mirror.test: 23 events, {"verdict":"promoted","seconds":101,"analysisSeconds":90,"analyses":4,"worst":{"verdict":"rolled back","badAt":65,"rolledBackAfter":60,"usersSeconds":90,"usersShare":100,"matching":false}}",
      "session-affinity.test: 17 events, {"verdict":"promoted","seconds":41,"analysisSeconds":30,"analyses":2,"worst":{"verdict":"rolled back","badAt":5,"rolledBackAfter":60,"usersSeconds":60,"usersShare":50,"matching":false}}",
      "skip-analysis.test: 9 events, {"verdict":"promoted","seconds":3,"analysisSeconds":0,"analyses":0,"worst":{"verdict":"promoted","badAt":0,"rolledBackAfter":null,"usersSeconds":null,"usersShare":100,"matching":false}}",
    ]
  `);
});

test("what is given is used, what is missing is made up", async () => {
  const files = {
    "canary.yaml": `apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: app}
spec:
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: app}
  autoscalerRef: {apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, name: app}
  progressDeadlineSeconds: 60
  service: {port: 80, targetPort: http}
  analysis:
    interval: 1m
    threshold: 1
    iterations: 1
    metrics:
    - {name: errors, templateRef: {name: errors, namespace: shared}, thresholdRange: {max: 1}}
    - {name: latency, query: "avg(latency)", threshold: 500}
    alerts:
    - {name: chat, providerRef: {name: chat}}
`,
    "app.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: {name: app, uid: "1", resourceVersion: "7"}
spec:
  replicas: 3
  selector: {matchLabels: {name: app}}
  template:
    metadata: {labels: {name: app}}
    spec:
      containers:
      - name: app
        image: app:1
        ports: [{name: http, containerPort: 8080}]
        envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: maybe, optional: true}}]
      volumes: [{name: key, secret: {secretName: key}}]
status: {availableReplicas: 3}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: blue}
---
apiVersion: v1
kind: Service
metadata: {name: app}
`,
  };
  expect(await run(files, { metric: ["latency=499", "errors=1"] })).toMatchInlineSnapshot(`
    "app.default
    made up: provider kubernetes, as the Canary names none
    made up: Secret key without data
    made up: HorizontalPodAutoscaler app for 2 to 4 pods
    made up: MetricTemplate errors
    made up: AlertProvider chat
           0s  a new revision of app
           0s  app: 0 of 2 pods
           0s  Progressing
           0s  alert to slack (info): New revision detected, progressing canary analysis.
           3s  app: 2 of 2 pods
           5s  iteration 1 of 1
         1m5s  check latency: 499 (at most 500)
         1m5s  check errors: 1 (at most 1)
         1m5s  app-primary gets the new revision
         1m5s  Promoting
         1m8s  app-primary: 3 of 3 pods
        1m14s  Finalising
        1m14s  Succeeded
        1m14s  app: 0 of 0 pods
        1m14s  alert to slack (info): Canary analysis completed successfully, promotion finished.
    promoted after 1m14s: analysed 2 times in 1m0s
    should every check fail from 5s on: no user meets it; rolled back after 1m0s
    exit code 0
    "
  `);
  expect(await run(files, { metric: ["latency=501"] })).toMatchInlineSnapshot(`
    "app.default
    made up: provider kubernetes, as the Canary names none
    made up: Secret key without data
    made up: HorizontalPodAutoscaler app for 2 to 4 pods
    made up: MetricTemplate errors
    made up: AlertProvider chat
           0s  a new revision of app
           0s  app: 0 of 2 pods
           0s  Progressing
           0s  alert to slack (info): New revision detected, progressing canary analysis.
           3s  app: 2 of 2 pods
           5s  iteration 1 of 1
         1m5s  check latency: 501 (at most 500)
         1m5s  Halt app.default advancement latency 501.00 > 500
         1m5s  Rolling back app.default failed checks threshold reached 1
         1m5s  Canary failed! Scaling down app.default
         1m5s  Failed
         1m5s  app: 0 of 0 pods
         1m5s  alert to slack (error): Failed checks threshold reached 1
    rolled back after 1m5s: analysed 2 times in 1m0s
    should every check fail from 5s on: no user meets it; rolled back after 1m0s
    exit code 1
    "
  `);
  expect(await run(files, { podStartup: 90_000 })).toMatchInlineSnapshot(`
    "app.default
    made up: provider kubernetes, as the Canary names none
    made up: Secret key without data
    made up: HorizontalPodAutoscaler app for 2 to 4 pods
    made up: MetricTemplate errors
    made up: AlertProvider chat
           0s  a new revision of app
           0s  app: 0 of 2 pods
           0s  Progressing
           0s  alert to slack (info): New revision detected, progressing canary analysis.
     1m0.001s  Canary failed! Scaling down app.default
     1m0.001s  app: 0 of 0 pods
     1m0.001s  Failed
     1m0.001s  alert to slack (error): Progress deadline exceeded canary deployment app.default not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
    rolled back after 1m0.001s: not analysed
    should every check fail from 0s on: no user meets it; rolled back after 1m0.001s
    exit code 1
    "
  `);
});

test("an expression", async () => {
  const metric = ["request-success-rate=t < 1m30s ? 100 - weight / 50 : 99 - sin(t / 1m)"];
  expect(await run(canary("step-weight"), { metric })).toMatchInlineSnapshot(`
    "step-weight.test
    made up: Deployment step-weight with 2 pods that take 3s
           0s  a new revision of step-weight
           0s  step-weight: 0 of 2 pods
           0s  Progressing
           0s  alert to slack (info): New revision detected, progressing canary analysis.
           3s  step-weight: 2 of 2 pods
           5s  primary 75 % ███████████████░░░░░ 25 % canary
          35s  check request-success-rate: 99.50 % (at least 99 %)
          35s  primary 50 % ██████████░░░░░░░░░░ 50 % canary
         1m5s  check request-success-rate: 99 % (at least 99 %)
         1m5s  primary 25 % █████░░░░░░░░░░░░░░░ 75 % canary
        1m35s  check request-success-rate: 98.00 % (at least 99 %)
        1m35s  Halt step-weight.test advancement success rate 98.00% < 99%
        1m35s  failed checks: 1 of 2 allowed
         2m5s  check request-success-rate: 98.09 % (at least 99 %)
         2m5s  Halt step-weight.test advancement success rate 98.09% < 99%
         2m5s  Rolling back step-weight.test failed checks threshold reached 2
         2m5s  Canary failed! Scaling down step-weight.test
         2m5s  Failed
         2m5s  primary 100 % ████████████████████ 0 % canary
         2m5s  step-weight: 0 of 0 pods
         2m5s  alert to slack (error): Failed checks threshold reached 2
    rolled back after 2m5s: analysed 5 times in 2m0s
    should every check fail from 1m5s on: it has up to 75 % of the users, for 2m0s; rolled back after 1m0s
    exit code 1
    "
  `);
});

test("what is no number is empty, and what is infinite is so", async () => {
  const metric = ["request-success-rate=(t - 1m) / 0"];
  const [json = ""] = (await run(canary("blue-green"), { metric, output: "json" })).split("exit code");
  const [{ events } = { events: [] }] = JSON.parse(json) as readonly Pick<Rehearsal, "events">[];
  const checks = events.filter(({ kind }) => kind === "check");
  expect(checks).toMatchInlineSnapshot(`
    [
      {
        "at": 35,
        "kind": "check",
        "metric": "request-success-rate",
        "min": 99,
        "passed": false,
        "value": "-Inf",
      },
      {
        "at": 65,
        "kind": "check",
        "metric": "request-success-rate",
        "min": 99,
        "passed": false,
        "value": "empty",
      },
    ]
  `);
});

const noDeployment = manifestsOf("blue-green").replace("kind: Deployment", "kind: DaemonSet");

test.each<[string, Readonly<Record<string, string>>, Partial<RehearseFlags>, string]>([
  [
    "a file that is not there",
    {},
    { filename: ["no.yaml"] },
    "no.yaml: cannot be read: ENOENT: no such file or directory, open 'no.yaml'",
  ],
  [
    "a file that is no YAML",
    { "canary.yaml": "kind: {" },
    {},
    "canary.yaml: line 1: Flow map in block collection must be sufficiently indented and end with a }",
  ],
  [
    "an anchor within itself",
    { "canary.yaml": "kind: &kind\n  a: *kind\n" },
    {},
    "canary.yaml: line 1: an anchor stands within itself",
  ],
  [
    "a file of something else",
    { "canary.yaml": "# nothing\n---\njust a text\n" },
    {},
    "canary.yaml: the document at line 3 is no object: write apiVersion, kind, metadata and spec",
  ],
  [
    "an object without a name",
    { "canary.yaml": "apiVersion: v1\nkind: Service\n" },
    {},
    "canary.yaml: the document at line 1: metadata.name: is required",
  ],
  [
    "no Canary",
    { "app.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: app}\n" },
    {},
    "app.yaml: there is no Canary of flagger.app/v1beta1: add its file with -f",
  ],
  [
    "a wrong field",
    { "canary.yaml": manifestsOf("mirror").replace("port: 9898", "port: web") },
    {},
    `canary.yaml: Canary mirror: spec.service.port: must be of type number, not "web"`,
  ],
  [
    "another kind of target",
    { "canary.yaml": noDeployment },
    {},
    "canary.yaml: Canary blue-green: it does not become initialized: spec.targetRef.kind: DaemonSet is not supported by this version; supported: Deployment",
  ],
  [
    "a suspended Canary",
    { "canary.yaml": `${manifestsOf("mirror")}  suspend: true\n` },
    {},
    "canary.yaml: Canary mirror: spec.suspend: must be unset, nothing is released before that",
  ],
  [
    "a Deployment that a cluster refuses",
    { ...canary("mirror"), "app.yaml": refused },
    {},
    'app.yaml: Deployment mirror: Deployment.apps "mirror" is invalid: spec.template.metadata.labels: Invalid value: {"app":"other"}: `selector` does not match template `labels` (POST /apis/apps/v1/namespaces/test/deployments)',
  ],
  [
    "an unknown metric",
    canary("mirror"),
    { metric: ["latency=1"] },
    "--metric latency=1: no Canary has latency: use one of request-success-rate",
  ],
  ["an unknown hook", canary("mirror"), { hook: ["gate=200"] }, "--hook gate=200: no Canary has gate: they have none"],
  [
    "a value that is none",
    canary("mirror"),
    { metric: ["request-success-rate=99%"] },
    "--metric request-success-rate=99%: character 4: Unexpected token: EOF: write an expression of t, weight, empty and abs, exp, floor, max, min, sin, such as t < 2m ? 100 : 90",
  ],
  [
    "a status that is none",
    canary("gates"),
    { hook: ["rollout-gate=yes"] },
    `--hook rollout-gate=yes: "yes" is no HTTP status: write one such as 200 or 403`,
  ],
  [
    "samples without times",
    { ...canary("mirror"), "m.csv": "errors\n1\n" },
    { filename: ["canary.yaml"], metrics: "m.csv" },
    "m.csv: the first line must be time,NAME,NAME...",
  ],
])("bad input: %s", async (_, files, flags, message) => {
  expect(await run(files, flags)).toBe(`headgate: ${message}\nexit code 2\n`);
});
