import { expect, test } from "vitest";
import type { CanaryStatus } from "../api/canary.ts";
import { observe, outcome, take, target } from "./testing.ts";
import type { Setting } from "./testing.ts";

const configs = { "configmap/c": "1" };
const after = (setting: Setting) => take(observe(setting)).decision.status;
const made: CanaryStatus = { phase: "Initializing", lastAppliedSpec: "v1:b", trackedConfigs: configs };

test("what the primary is made from is recorded with it", () => {
  expect(after({ seen: { primary: undefined, ...target({ configs }) } })).toMatchObject(made);
});

test.each([
  ["has not changed", target({ configs }), "Initialized"],
  ["has a new revision, which is analysed", target({ revision: "v1:c", configs }), "Progressing"],
  ["has a changed config, which is analysed", target({ configs: { "configmap/c": "2" } }), "Progressing"],
] as const)("the primary is ready and the target %s", (_, seen, next) => {
  const initialized = after({ status: made, seen });
  expect(initialized).toMatchObject({
    phase: "Initialized",
    lastAppliedSpec: "v1:b",
    lastPromotedSpec: "v1:b",
    trackedConfigs: configs,
    promotedConfigs: configs,
  });
  const { pending: _pending, ...run } = { pending: undefined, id: "", started: false, ...initialized.run };
  const told = { ...initialized, run: { ...run, routes: { primary: 100, canary: 0, mirrored: false } } };
  expect(outcome({ status: told, seen }).status.phase).toBe(next);
});

test.each([
  ["agrees with the target: it was made from it", true, "v1:b"],
  ["differs from the target, which is analysed", false, ""],
])("a primary that was there already %s", (_, targetEqualsPrimary, hash) => {
  expect(outcome({ status: { phase: "Initializing" }, seen: { targetEqualsPrimary } }).status).toMatchObject({
    phase: "Initialized",
    lastAppliedSpec: hash,
    lastPromotedSpec: hash,
  });
});
