import fc from "fast-check";
import type { Violation } from "./invariants.ts";
import type { Plan } from "./plan.ts";
import { play } from "./play.ts";
import type { Decider } from "./play.ts";
import { randomPlan } from "./random-plan.ts";

export interface RandomRuns {
  readonly runs: number;
  readonly seed: number;
  /** From an earlier failure: the way to its plan, which alone is played. */
  readonly path?: string;
  /** In the place of the operator's own decisions. */
  readonly decide?: Decider;
  /** Whether a failure is made shorter: true unless told. */
  readonly shortens?: boolean;
  /** Told after each run. */
  readonly onRun?: (done: number) => void;
}

/** The shortest plan found that breaks an invariant. */
export interface Failure {
  readonly plan: Plan;
  readonly violations: readonly Violation[];
  /** See `RandomRuns`. */
  readonly seed: number;
  readonly path: string;
  readonly story: readonly string[];
}

/** Plays random plans until one breaks an invariant, and then shorter ones. */
export async function playRandomPlans(options: RandomRuns): Promise<Failure | undefined> {
  const { runs, seed, path, decide, shortens = true, onRun } = options;
  let done = 0;
  const property = fc.asyncProperty(randomPlan, async (plan) => {
    const { violations } = await play(plan, decide);
    onRun?.(++done);
    return violations.length === 0;
  });
  const result = await fc.check(property, {
    numRuns: runs,
    seed,
    endOnFailure: !shortens,
    ...(path !== undefined && { path }),
  });
  if (result.counterexample === null) return undefined;
  const [plan] = result.counterexample;
  const { violations, story } = await play(plan, decide);
  return { plan, violations, seed: result.seed, path: result.counterexamplePath, story };
}
