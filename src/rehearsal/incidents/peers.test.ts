import { expect, test } from "vitest";
import { allToPrimary } from "../../api/routes.ts";
import type { Observation } from "../../release/observation.ts";
import { nextStep } from "../../release/release.ts";
import { decided } from "../../release/step.ts";
import type { CheckResult, Decision, Effect, Step } from "../../release/step.ts";
import { incidents } from "./incidents.ts";
import { play } from "./play.ts";

type Decide = (seen: Observation) => Step;

/** Decides by what it did not see. */
const seeing =
  (mistake: (seen: Observation) => Partial<Observation>): Decide =>
  (seen) =>
    nextStep({ ...seen, ...mistake(seen) });

/** Does something else than it decided. */
const doing =
  (mistake: (effects: readonly Effect[], decision: Decision, seen: Observation) => readonly Effect[]): Decide =>
  (seen) => {
    const { checks, conclude } = nextStep(seen);
    return {
      checks,
      conclude: (results) => {
        const decision = conclude(results);
        return { ...decision, effects: mistake(decision.effects, decision, seen) };
      },
    };
  };

/** Takes other answers for those that it got. */
const hearing =
  (mistake: (result: CheckResult) => CheckResult): Decide =>
  (seen) => {
    const { checks, conclude } = nextStep(seen);
    return { checks, conclude: (results) => conclude(results.map(mistake)) };
  };

const ready = { kind: "ready" } as const;
const waiting = { kind: "waiting", reason: "still" } as const;

const peers: readonly (readonly [did: string, decide: Decide, incident: string])[] = [
  [
    "sends users to the primary that is stuck, and empties the canary",
    doing((effects, { status }, seen) =>
      status.phase === "Failed" && seen.status.phase === "Promoting"
        ? [...effects, { kind: "route", routes: allToPrimary }, { kind: "scaleTarget", to: "zero" }]
        : effects,
    ),
    "users stay on the canary when the primary cannot run what they already use",
  ],
  [
    "empties the canary when the promotion begins",
    doing((effects, { status }) =>
      status.phase === "Promoting" ? [...effects, { kind: "scaleTarget", to: "zero" }] : effects,
    ),
    "the canary keeps its pods until a slow primary is ready",
  ],
  [
    "lets the autoscaler shrink the primary in the middle of a promotion",
    doing((effects) => [...effects, { kind: "freeScaler" }]),
    "a primary gets users back by a promotion only when it has pods for all of them",
  ],
  [
    "lets the autoscaler shrink the primary before a rollback",
    doing((effects) => [...effects, { kind: "freeScaler" }]),
    "a primary gets users back by a rollback only when it has pods for all of them",
  ],
  [
    "sends everybody to a canary of any size",
    seeing(({ target }) => ({ target: { ...target, available: 99 } })),
    "a canary with fewer pods than the primary does not get its users for a promotion",
  ],
  [
    "gives the canary a share while a gate is closed",
    doing((effects, { status }, seen) =>
      status.phase === "Waiting" && seen.status.phase !== "Waiting"
        ? [...effects, { kind: "route", routes: { primary: 50, canary: 50, mirrored: false } }]
        : effects,
    ),
    "a canary without pods gets nobody, however long a gate is closed",
  ],
  [
    "takes a weight for granted once it is written",
    seeing(() => ({ routesNotReady: undefined })),
    "a weight counts when the gateway has taken it",
  ],
  [
    "scales a canary up that was rolled back",
    doing((effects, _, { status }) =>
      status.phase === "Failed" ? [...effects, { kind: "scaleTarget", to: "up" }] : effects,
    ),
    "a canary that was rolled back stays empty, whatever autoscalers do",
  ],
  [
    "takes the first primary for ready at once",
    seeing(({ primary, status }) =>
      primary !== undefined && status.phase === "Initializing" ? { primary: { ...primary, readiness: ready } } : {},
    ),
    "a first installation takes users along only when the primary is ready",
  ],
  [
    "lets a newer revision inherit the progress of the one before",
    seeing(({ status, target }) =>
      status.phase === "Progressing" ? { status: { ...status, lastAppliedSpec: target.revision } } : {},
    ),
    "a revision that comes during an analysis gets a whole analysis of its own",
  ],
  [
    "never leaves the phase Failed",
    (seen) => (seen.status.phase === "Failed" ? decided({ effects: [], status: seen.status }) : nextStep(seen)),
    "after failures of both kinds the next revision is released",
  ],
  [
    "begins anew at a closed gate",
    seeing(({ status }) =>
      status.run?.lastReason === undefined ? {} : { status: { ...status, run: { ...status.run, started: false } } },
    ),
    "a closed gate neither begins the analysis anew nor asks for the tests again",
  ],
  [
    "keeps silent about a deadline",
    (seen) => {
      const { checks, conclude } = nextStep(seen);
      const mute = ({ announcement: _, ...rest }: Decision): Decision => {
        const { pending, ...run } = rest.status.run ?? { id: "", started: false, routes: allToPrimary };
        return pending?.alert?.severity === "error" ? { ...rest, status: { ...rest.status, run } } : rest;
      };
      return { checks, conclude: (results) => mute(conclude(results)) };
    },
    "a canary whose pods never become ready is given up at the deadline, and an alert says so",
  ],
  [
    "knows no deadline",
    seeing(() => ({ deadlineSeconds: Infinity })),
    "a canary of which one pod never becomes ready is given up at the deadline",
  ],
  [
    "waits for ever for a primary that is stuck",
    seeing(({ primary }) =>
      primary?.readiness.kind === "stuck" ? { primary: { ...primary, readiness: waiting } } : {},
    ),
    "a promotion that gets stuck comes to an end",
  ],
  [
    "takes a change of the number of pods for a revision",
    seeing(({ target, primary }) => ({
      target: { ...target, revision: `${target.revision}-${primary?.available ?? 0}` },
      targetEqualsPrimary: false,
    })),
    "what autoscalers do is no new revision",
  ],
  [
    "takes no answer for a good one",
    hearing((result) => ({ ...result, passed: true, reason: "" })),
    "a success rate that is not known promotes nothing",
  ],
  [
    "lets a Canary go without giving anything back",
    (seen) =>
      seen.canary.metadata.deletionTimestamp === undefined
        ? nextStep(seen)
        : decided({ effects: [{ kind: "finalizer", present: false }], status: seen.status }),
    "a Canary that is deleted gives the target its pods back, and then its users",
  ],
  [
    "corrects its routes only while it releases",
    doing((effects, { status }) =>
      status.phase === "Initialized" ? effects.filter(({ kind }) => kind !== "route") : effects,
    ),
    "a selector that Git puts back is mended in the same instant",
  ],
  [
    "puts back the replicas that Git has put back",
    doing((effects, { status }) =>
      status.phase === "Initialized" ? [...effects, { kind: "scaleTarget", to: "zero" }] : effects,
    ),
    "replicas that Git puts back are left alone, and are no new revision",
  ],
];

test.each(peers)("an operator that %s is found out", async (_did, decide, name) => {
  const incident = Object.values(incidents).find((all) => name in all)?.[name];
  if (incident === undefined) throw new Error(`there is no incident ${name}`);
  expect(await play(incident, decide)).not.toEqual({ facts: [], ...incident.noticed, violations: [] });
});
