import { expect, test } from "vitest";
import { outcome, settled, target, waiting } from "./testing.ts";

const metadata = { finalizers: ["finalizer.flagger.app"], deletionTimestamp: "2026-01-01T00:00:00Z" };
const spec = { revertOnDeletion: true };
const terminating = { ...settled, phase: "Terminating" as const };

test("the target serves again before the Services are given back and the Canary goes", () => {
  expect(outcome({ metadata, spec, status: terminating, seen: target({ readiness: waiting }) }).effects).toEqual([
    "Warning: canary deployment podinfo.test not ready: 0 of 2 pods",
    "scale target up",
  ]);
  expect(outcome({ metadata, spec, status: terminating }).effects).toEqual([
    "revert",
    "Normal: Terminated canary podinfo.test",
    "finalizer removed",
  ]);
});

test("without the finalizer there is nothing to do", () => {
  const { deletionTimestamp } = metadata;
  expect(outcome({ metadata: { deletionTimestamp }, status: settled }).effects).toEqual([]);
});
