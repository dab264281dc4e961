import { expect, test } from "vitest";
import type { RehearsalEvent } from "./happening.ts";
import { outcomeOf, worstMoment, worstOf } from "./summary.ts";

const users = (at: number, canary: number): RehearsalEvent => {
  return { at, kind: "users", primary: 100 - canary, canary, mirrored: false, matching: false };
};
const phase = (at: number, name: "Progressing" | "Promoting" | "Failed"): RehearsalEvent => {
  return { at, kind: "phase", phase: name };
};

/** Blue/green behind a gateway, whose primary does not become ready with the new revision. */
const stuck: readonly RehearsalEvent[] = [
  phase(0, "Progressing"),
  { at: 5, kind: "analysis", analysis: 1 },
  { at: 35, kind: "analysis", analysis: 2 },
  phase(35, "Promoting"),
  users(35, 100),
  phase(635, "Failed"),
];

test("a promotion that fails leaves users on the canary", () => {
  expect(outcomeOf(stuck)).toEqual({ verdict: "not promoted", seconds: 635, analysisSeconds: 30, analyses: 2 });
  expect(worstOf(stuck, 5)).toEqual({
    verdict: "not promoted",
    badAt: 5,
    rolledBackAfter: null,
    usersSeconds: null,
    usersShare: 100,
    matching: false,
  });
});

test.each<[string, readonly RehearsalEvent[], number]>([
  ["when the analysis begins, as it sends no users", stuck, 5],
  ["when most users come to the canary", [users(5, 20), users(35, 60), users(65, 0)], 35],
  ["when most users come for the first time", [users(5, 60), users(35, 20), users(65, 60)], 5],
  ["at once, as nothing is analysed", [phase(0, "Progressing"), phase(3, "Promoting")], 0],
])("the worst moment is %s", (_, events, at) => {
  expect(worstMoment(events)).toBe(at);
});

test("users are counted from when they come until they go", () => {
  const events = [
    phase(0, "Progressing"),
    users(5, 20),
    users(35, 0),
    users(65, 50),
    users(70, 0),
    phase(70, "Failed"),
  ];
  expect(worstOf(events, 60)).toEqual({
    verdict: "rolled back",
    badAt: 60,
    rolledBackAfter: 10,
    usersSeconds: 35,
    usersShare: 50,
    matching: false,
  });
});
