import { expect, test } from "vitest";
import { mutations } from "./mutations.ts";
import { playRandomPlans } from "./random-runs.ts";

test.each(mutations)(
  "invariant $invariant: an operator that $what is caught",
  { timeout: 60_000 },
  async ({ invariant, seed, decide }) => {
    const failure = await playRandomPlans({ runs: 10, seed, decide, shortens: false });
    expect(failure?.violations.map((violation) => violation.invariant)).toContain(invariant);
  },
);
