import { expect, test } from "vitest";
import type { CanaryStatus } from "../api/canary.ts";
import { observe, outcome, primary, take, target, waiting } from "./testing.ts";
import type { Setting } from "./testing.ts";

const configs = { "configmap/c": "1" };
const after = (setting: Setting) => take(observe(setting)).decision.status;
const made: CanaryStatus = { phase: "Initializing", lastAppliedSpec: "v1:b", trackedConfigs: configs };

test("what the primary is made from is recorded with it", () => {
  expect(after({ seen: { primary: undefined, ...target({ configs }) } })).toMatchObject(made);
});

const own = (revision: string, changes = {}) => primary({ rolloutId: `${revision}.initial`, ...changes });

test.each([
  ["has not changed", target({ configs }), "Initialized"],
  ["has a new revision, which is analysed", target({ revision: "v1:c", configs }), "Progressing"],
  ["has a changed config, which is analysed", target({ configs: { "configmap/c": "2" } }), "Progressing"],
] as const)("the primary is ready and the target %s", (_, changed, next) => {
  const seen = { ...changed, ...own("v1:b") };
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

test("a primary whose status could not be written is known by its mark, and its configs by nobody", () => {
  const seen = { ...own("v1:b"), ...target({ configs }), targetEqualsPrimary: true };
  expect(after({ status: {}, seen })).toMatchObject({ lastPromotedSpec: "v1:b", promotedConfigs: {} });
});

test("a primary that was made again counts as made from what it was made from last", () => {
  const seen = { ...own("v1:c"), ...target({ revision: "v1:b" }) };
  expect(outcome({ status: made, seen }).status).toMatchObject({ phase: "Initialized", lastPromotedSpec: "v1:c" });
});

test.each([
  ["agrees with the target: it was made from it", true, "v1:b"],
  ["differs from the target, which is analysed", false, ""],
])("a primary that was there already %s", (_, targetEqualsPrimary, hash) => {
  const seen = { ...primary({ isOwn: false }), targetEqualsPrimary };
  expect(outcome({ status: { phase: "Initializing" }, seen }).status).toMatchObject({
    phase: "Initialized",
    lastAppliedSpec: hash,
    lastPromotedSpec: hash,
  });
});

const again = ["ensurePrimary", "Warning: podinfo-primary.test not ready: 0 of 2 pods"];

test.each([
  ["was made from another revision is made again", made, own("v1:a"), "promote v1:b.initial-run-next"],
  ["of which no status is left is made again, too", {}, own("v1:a"), "promote v1:b.initial-run-next"],
  [
    "was made with other configs is made again",
    { ...made, trackedConfigs: {} },
    own("v1:b"),
    "promote v1:b.initial-run-next",
  ],
  ["was made from the target is waited for", made, own("v1:b"), undefined],
  ["was there already is left alone: it may have users", {}, own("v1:a", { isOwn: false }), undefined],
  ["was marked by another version is left alone", {}, own("v0:a"), undefined],
])("a primary that is not ready and %s", (_, status, { primary: seen }, promotion) => {
  const { effects } = outcome({ status, seen: { ...target({ configs }), primary: { ...seen, readiness: waiting } } });
  expect(effects).toEqual(promotion === undefined ? again : [...again, promotion]);
});
