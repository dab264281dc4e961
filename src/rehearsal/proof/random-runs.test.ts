import { expect, test } from "vitest";
import { playRandomPlans } from "./random-runs.ts";

/** `headgate prove` plays other ones each time. */
const seed = 20_261_125;

test.each([0, 1, 2, 3])("125 random releases keep the invariants (%i)", { timeout: 120_000 }, async (part) => {
  expect(await playRandomPlans({ runs: 125, seed: seed + part })).toBeUndefined();
});
