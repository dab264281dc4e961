import type { Analysis } from "../../api/canary.ts";
import type { Departure, Fact, Turn } from "./trace.ts";

/** A new revision comes, and its run begins. */
export const begins: Turn<Fact> = {
  does: ["push a revision"],
  gives: ["confirm-rollout(Initialized)=200", "Progressing, 100/0, target up, primary old", "alert info"],
};

/** The primary runs the new revision. */
export const ends = [
  "Finalising, 100/0, target up, primary new",
  "Succeeded, 100/0, target down, primary new",
  "post-rollout(Succeeded)=200",
  "alert info",
] as const;

/** What comes before the first step of a run. */
export const firstAsked = ["rollback(Progressing)=403", "pre-rollout(Progressing)=200"] as const;

/** What comes before any other step. */
export const asked = ["rollback(Progressing)=403", "rollout(Progressing)=200"] as const;

/** The gates. */
export const mayGrow = "confirm-traffic-increase(Progressing)=200";
export const mayPromote = "confirm-promotion(Progressing)=200";

/** Weights of 20 and 40. */
export const byTwenty: Partial<Analysis> = { stepWeight: 20, maxWeight: 40 };

export const stepsTo20: Turn<Fact> = {
  gives: [...firstAsked, mayGrow, "Progressing, 80/20, weight 20, target up, primary old"],
};
export const stepsTo40: Turn<Fact> = {
  gives: [...asked, mayGrow, "Progressing, 60/40, weight 40, target up, primary old"],
};
export const promotesAt40: Turn<Fact> = {
  gives: [...asked, mayGrow, mayPromote, "Promoting, 60/40, weight 40, target up, primary new", ...ends],
};

/**
 * In blue/green, where Flagger sends users to the canary in one analysis and changes the primary in the next, Headgate
 * does both in one. `between` is the status after the first, `second` what is asked in the other one.
 */
export function oneStep(between: Fact, second: readonly Fact[] = [...asked, mayPromote]): Departure {
  return {
    flagger: [between, ...second],
    headgate: [],
    because: "the analysis that sends users to the canary also changes the primary: the gate is asked once",
  };
}
