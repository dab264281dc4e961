import { formatDuration } from "../../goformat.ts";
import { check, failedChecks, iteration, phase, weights } from "../../narration.ts";
import type { Line } from "../../narration.ts";
import type { RehearsalEvent } from "./happening.ts";
import type { Rehearsal } from "./rehearse.ts";
import type { Outcome, Verdict, Worst } from "./summary.ts";

/** A rehearsal for people to read. */
export function tell({ canary, madeUp, events, summary }: Rehearsal): readonly Line[] {
  return [
    { tone: "plain", text: canary },
    ...madeUp.map((text): Line => ({ tone: "faint", text: `made up: ${text}` })),
    ...events.flatMap((event) => {
      const line = tellEvent(event);
      return line === undefined ? [] : [{ ...line, text: `${span(event.at).padStart(9)}  ${line.text}` }];
    }),
    tellOutcome(summary),
    tellWorst(summary.worst),
  ];
}

function tellEvent(event: RehearsalEvent): Line | undefined {
  switch (event.kind) {
    case "revision":
      return { tone: "plain", text: `a new revision of ${event.workload}` };
    case "phase":
      return phase(event.phase);
    case "iteration":
      return iteration(event.iteration, event.of);
    case "failedChecks":
      return failedChecks(event.failedChecks, event.threshold);
    case "users":
      return { tone: "plain", text: weights(event.canary) + remarkOn(event) };
    case "hook": {
      const passed = event.status <= 202;
      return { tone: passed ? "good" : "faint", text: `${event.type} ${event.hook} (${event.phase}): ${event.status}` };
    }
    case "check": {
      const { metric: name, value, min, max } = event;
      const thresholdRange = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
      return check({ name, thresholdRange }, value);
    }
    case "alert":
      return {
        tone: event.severity === "error" ? "bad" : "good",
        text: `alert to ${event.to} (${event.severity}): ${event.text}`,
      };
    case "pods":
      return { tone: "faint", text: `${event.workload}: ${event.available} of ${event.wanted} pods` };
    case "promotion":
      return { tone: "plain", text: `${event.workload} gets the new revision` };
    case "warning":
      return { tone: "faint", text: event.text };
    case "analysis":
      return undefined;
  }
}

function remarkOn({ canary, mirrored, matching }: Extract<RehearsalEvent, { readonly kind: "users" }>): string {
  if (mirrored) return ", which gets a copy of all requests";
  return matching && canary > 0 ? ", of the users that match" : "";
}

const ends: Readonly<Record<Verdict, string>> = {
  promoted: "promoted after",
  "rolled back": "rolled back after",
  "not promoted": "not promoted, with all users on the canary, after",
  waiting: "still waiting after",
};

function tellOutcome({ verdict, seconds, analyses, analysisSeconds }: Outcome): Line {
  const analysed =
    analyses === 0
      ? "not analysed"
      : `analysed ${analyses} ${analyses === 1 ? "time" : "times"} in ${span(analysisSeconds)}`;
  return { tone: verdict === "promoted" ? "good" : "bad", text: `${ends[verdict]} ${span(seconds)}: ${analysed}` };
}

function tellWorst({ verdict, badAt, rolledBackAfter, usersSeconds, usersShare, matching }: Worst): Line {
  const bad = `should every check fail from ${span(badAt)} on:`;
  if (rolledBackAfter === null || usersSeconds === null) return { tone: "bad", text: `${bad} ${left[verdict]}` };
  const share = `up to ${usersShare} % of the users${matching ? " that match" : ""}`;
  const users = usersSeconds === 0 ? "no user meets it" : `it has ${share}, for ${span(usersSeconds)}`;
  return { tone: "plain", text: `${bad} ${users}; rolled back after ${span(rolledBackAfter)}` };
}

/** What becomes of a bad revision that is not rolled back. */
const left: Readonly<Record<Verdict, string>> = {
  promoted: "it is promoted, as nothing is checked from then on",
  "not promoted": "it has all users, as the primary is not ready",
  waiting: "it still waits",
  "rolled back": "it is rolled back",
};

/** Whole milliseconds, as the clock counts in no less. */
function span(seconds: number): string {
  return formatDuration(Math.round(seconds * 1000));
}
