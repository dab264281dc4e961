import type { Outcome } from "./play.ts";
import { play } from "./play.ts";
import { quietPlan } from "./plan.ts";
import type { MishapName, Plan, Verdict } from "./plan.ts";

/** One write of one release, and what becomes of it. */
interface CrashPoint {
  readonly verdict: Verdict;
  readonly write: number;
  readonly mishap: MishapName;
  readonly plan: Plan;
  /** How the same release ends without it: see `Outcome`. */
  readonly expected: string;
}

/** A crash point at which a release breaks an invariant, or ends otherwise than without a crash. */
export interface BrokenPoint extends CrashPoint {
  readonly outcome: Outcome;
}

/** All writes of a release of a good revision and of a bad one, each crashed in each of the ways. */
async function crashPointsOf(strategy: string, ways: readonly MishapName[]): Promise<readonly CrashPoint[]> {
  const points: CrashPoint[] = [];
  for (const verdict of ["good", "bad"] as const) {
    const quiet = quietPlan(strategy, verdict);
    const { writes, end } = await play(quiet);
    for (let write = 1; write <= writes; write++) {
      for (const mishap of ways) {
        points.push({ verdict, write, mishap, plan: { ...quiet, mishaps: { [write]: mishap } }, expected: end });
      }
    }
  }
  return points;
}

/** Tries all crash points of a strategy. */
export async function tryCrashPoints(
  strategy: string,
  ways: readonly MishapName[] = ["crash before", "crash after"],
): Promise<{ readonly tried: number; readonly broken: readonly BrokenPoint[] }> {
  const points = await crashPointsOf(strategy, ways);
  const broken: BrokenPoint[] = [];
  for (const point of points) {
    const outcome = await play(point.plan);
    if (outcome.violations.length > 0 || outcome.end !== point.expected) broken.push({ ...point, outcome });
  }
  return { tried: points.length, broken };
}
