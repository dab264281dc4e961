import { expect, test } from "vitest";
import type { CanaryStatus, Phase } from "../api/canary.ts";
import { copied, hooks, observe, primary, promotedAgain, running, settled, stuck, take, target } from "./testing.ts";
import type { Setting } from "./testing.ts";

const analysis = { iterations: 2, webhooks: [...hooks] };
const initializing: CanaryStatus = { phase: "Initializing" };

/** Event webhooks are told the phase that an event leads to, before the status says so. */
test.each<[text: string, phase: Phase | undefined, Setting, failing?: readonly string[]]>([
  ["all the metrics providers are available!", undefined, { seen: { primary: undefined } }],
  ["Initialization done! podinfo.test", "Initialized", { status: initializing }],
  [
    "Halt podinfo.test advancement waiting for approval may-start",
    "Waiting",
    { analysis, status: settled },
    ["may-start"],
  ],
  ["Confirm-rollout check may-start passed", undefined, { analysis, status: settled }],
  ["New revision detected! Scaling up podinfo.test", "Progressing", { status: settled }],
  [
    "New revision detected! Restarting analysis for podinfo.test",
    "Progressing",
    { analysis, status: running(), seen: target({ revision: "v1:c" }) },
  ],
  ["Advance podinfo.test canary iteration 2/2", undefined, { analysis, status: running({ iterations: 1 }) }],
  [
    "Halt podinfo.test advancement waiting for promotion approval may-promote",
    "WaitingPromotion",
    { analysis, status: running({ iterations: 2 }) },
    ["may-promote"],
  ],
  [
    "Copying podinfo.test template spec to podinfo-primary.test",
    "Promoting",
    { analysis, status: running({ iterations: 2 }) },
  ],
  [
    "Promotion completed! Scaling down podinfo.test",
    "Succeeded",
    { analysis, status: running({ phase: "Finalising" }) },
  ],
  [
    "Promotion completed! Canary analysis was skipped for podinfo.test",
    "Succeeded",
    { spec: { skipAnalysis: true }, status: running() },
  ],
  [
    "Promoted revision restored! Ending analysis and scaling down podinfo.test",
    "Succeeded",
    { analysis, status: running(), seen: promotedAgain },
  ],
  [
    "Rolling back podinfo.test failed checks threshold reached 2",
    "Failed",
    { analysis, status: running({ failedChecks: 1 }) },
    ["load"],
  ],
  ["Rolling back podinfo.test manual webhook invoked", "Failed", { analysis, status: running() }, ["stop"]],
  ["Canary failed! Scaling down podinfo.test", "Failed", { analysis, status: running() }, ["stop"]],
  [
    "Promotion of podinfo.test failed, primary not ready",
    "Failed",
    { status: running({ phase: "Promoting" }), seen: primary({ ...copied, readiness: stuck, available: 0 }) },
  ],
  [
    "Terminating canary podinfo.test",
    "Terminating",
    {
      status: settled,
      metadata: { finalizers: ["finalizer.flagger.app"], deletionTimestamp: "2026-01-01T00:00:00Z" },
      spec: { revertOnDeletion: true },
    },
  ],
])("%s: %s", (text, phase, setting, failing) => {
  const { effects } = take(observe(setting), failing).decision;
  const event = effects.find((effect) => effect.kind === "event" && effect.text === text);
  expect(event).toMatchObject({ kind: "event", text });
  expect(event?.kind === "event" ? event.phase : "no event").toBe(phase);
});
