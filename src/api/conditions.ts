import type { Condition, Phase } from "./canary.ts";
import { timestamp } from "../timestamp.ts";

type Standing = readonly [status: "True" | "False" | "Unknown", message: (kind: string) => string];

const starting: Standing = ["Unknown", (kind) => `New ${kind} detected, starting initialization.`];

/** What the condition `Promoted` says in each phase. The texts are Flagger's: users search for them. */
const standings: Readonly<Record<Phase, Standing>> = {
  "": starting,
  Initializing: starting,
  Initialized: ["True", (kind) => `${kind} initialization completed.`],
  Waiting: ["Unknown", () => "Waiting for approval."],
  WaitingPromotion: ["Unknown", () => "Waiting for approval."],
  Progressing: ["Unknown", () => "New revision detected, progressing canary analysis."],
  Promoting: ["Unknown", () => "Canary analysis completed, starting primary rolling update."],
  Finalising: ["Unknown", () => "Canary analysis completed, routing all traffic to primary."],
  Succeeded: ["True", () => "Canary analysis completed successfully, promotion finished."],
  Failed: ["False", (kind) => `Canary analysis failed, ${kind} scaled to zero.`],
  Terminating: starting,
  Terminated: starting,
};

/**
 * The conditions of a Canary in this phase: one, of type `Promoted`. They stay as they are while status and reason do;
 * the transition time stays while the status does. `kind` is the target's, `now` in milliseconds since the epoch.
 */
export function promotedCondition(
  previous: readonly Condition[] = [],
  phase: Phase,
  kind: string,
  now: number,
): readonly Condition[] {
  const [status, message] = standings[phase];
  const before = previous.find(({ type }) => type === "Promoted");
  if (before?.status === status && before.reason === phase) return previous;
  const time = timestamp(now);
  const kept = before?.status === status ? before.lastTransitionTime : undefined;
  return [
    {
      type: "Promoted",
      status,
      reason: phase,
      message: message(kind),
      lastUpdateTime: time,
      lastTransitionTime: kept ?? time,
    },
  ];
}
