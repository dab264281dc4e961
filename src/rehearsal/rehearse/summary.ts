import type { RehearsalEvent } from "./happening.ts";

export type Verdict =
  | "promoted"
  | "rolled back"
  /** The primary did not become ready with the new revision: users are on the canary. */
  | "not promoted"
  /** It waits for what does not come: a gate that stays closed. */
  | "waiting";

/** How a release went. All times in seconds. */
export interface Outcome {
  readonly verdict: Verdict;
  /** From the change of the workload until the end. */
  readonly seconds: number;
  /** From the first analysis to the last. */
  readonly analysisSeconds: number;
  readonly analyses: number;
}

/** What a revision that turns bad at the worst moment does. All times in seconds. */
export interface Worst {
  readonly verdict: Verdict;
  /** When it turns bad, after the change of the workload: every check fails from then on. */
  readonly badAt: number;
  /** How long after that it is rolled back; null when it is not. */
  readonly rolledBackAfter: number | null;
  /** How long it has users in all, also before it turns bad; null for until the next release. */
  readonly usersSeconds: number | null;
  /** The largest share of users that it has until then, in percent. */
  readonly usersShare: number;
  /** Those are users that match the conditions of an A/B test. */
  readonly matching: boolean;
}

export interface Summary extends Outcome {
  readonly worst: Worst;
}

/** How the release of these events went. */
export function outcomeOf(events: readonly RehearsalEvent[]): Outcome {
  const analyses = events.filter(({ kind }) => kind === "analysis");
  const end = events.findLast(({ kind }) => kind === "phase");
  const verdict = verdictOf(events);
  return {
    verdict,
    seconds: verdict === "waiting" ? (events.at(-1)?.at ?? 0) : (end?.at ?? 0),
    analysisSeconds: (analyses.at(-1)?.at ?? 0) - (analyses[0]?.at ?? 0),
    analyses: analyses.length,
  };
}

function verdictOf(events: readonly RehearsalEvent[]): Verdict {
  const last = events.findLast((event) => event.kind === "phase");
  if (last?.phase === "Succeeded") return "promoted";
  if (last?.phase !== "Failed") return "waiting";
  const users = events.findLast((event) => event.kind === "users");
  return (users?.canary ?? 0) === 0 ? "rolled back" : "not promoted";
}

/**
 * The moment in the analysis at which it has sent most users to the canary, in seconds after the change of the workload;
 * when the analysis begins if it sends none.
 */
export function worstMoment(events: readonly RehearsalEvent[]): number {
  const promoted = events.findIndex((event) => event.kind === "phase" && event.phase === "Promoting");
  const analysis = promoted === -1 ? events : events.slice(0, promoted);
  const users = analysis.flatMap((event) => (event.kind === "users" && event.canary > 0 ? [event] : []));
  const most = Math.max(...users.map(({ canary }) => canary));
  const begun = analysis.find(({ kind }) => kind === "analysis");
  return (users.find(({ canary }) => canary === most) ?? begun)?.at ?? 0;
}

/** What came of a release whose checks fail from `badAt` on. */
export function worstOf(events: readonly RehearsalEvent[], badAt: number): Worst {
  const { verdict, seconds } = outcomeOf(events);
  const back = verdict === "rolled back";
  const users = events.filter((event) => event.kind === "users");
  const stays = users.map(({ at, canary }, index) => (canary > 0 ? (users[index + 1]?.at ?? Infinity) - at : 0));
  return {
    verdict,
    badAt,
    rolledBackAfter: back ? seconds - badAt : null,
    usersSeconds: back ? stays.reduce((sum, stay) => sum + stay, 0) : null,
    usersShare: verdict === "promoted" ? 100 : Math.max(0, ...users.map(({ canary }) => canary)),
    matching: verdict !== "promoted" && users.some(({ matching }) => matching),
  };
}
