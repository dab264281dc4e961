import type { Outcome } from "./play.ts";
import { play } from "./play.ts";
import { quietPlan } from "./plan.ts";
import type { MishapName, Plan, Verdict } from "./plan.ts";

/** One write of one release, and what becomes of it. */
export interface CrashPoint {
  readonly verdict: Verdict;
  readonly write: number;
  readonly mishap: MishapName;
  readonly plan: Plan;
}

/** A crash point at which a release breaks an invariant, or ends otherwise than without a crash. */
export interface BrokenPoint extends CrashPoint {
  readonly outcome: Outcome;
  readonly expected: string;
}

/** All writes of a release of a good revision and of a bad one, each with a crash before it and a crash after it. */
export async function crashPointsOf(
  strategy: string,
  ways: readonly MishapName[] = ["crash before", "crash after"],
): Promise<readonly (CrashPoint & { readonly expected: string })[]> {
  const points: (CrashPoint & { readonly expected: string })[] = [];
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

/** Tries all crash points of a strategy. `onPoint` is told after each. */
export async function tryCrashPoints(
  strategy: string,
  ways?: readonly MishapName[],
  onPoint: () => void = () => undefined,
): Promise<{ readonly tried: number; readonly broken: readonly BrokenPoint[] }> {
  const points = await crashPointsOf(strategy, ways);
  const broken: BrokenPoint[] = [];
  for (const point of points) {
    const outcome = await play(point.plan);
    onPoint();
    if (outcome.violations.length > 0 || outcome.end !== point.expected) broken.push({ ...point, outcome });
  }
  return { tried: points.length, broken };
}
