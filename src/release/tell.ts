import { hookChecks } from "./checks.ts";
import type { Observation } from "./observation.ts";
import { runOf } from "./status.ts";
import type { Decision } from "./step.ts";

/** Puts what a decision tells into the status that it records. Without hooks there is nobody to tell after a run. */
export function remember(seen: Observation, decision: Decision): Decision {
  const { announcement = {}, ...rest } = decision;
  const { alert, postRollout } = announcement;
  const asked = postRollout !== undefined && hookChecks(seen, "post-rollout", postRollout).length > 0;
  if (alert === undefined && !asked) return rest;
  const pending = { ...(alert !== undefined && { alert }), ...(asked && { postRollout }) };
  return { ...rest, status: { ...rest.status, run: { ...runOf(rest.status), pending } } };
}

/**
 * Tells the next thing that the status has not told yet: one at a time, each struck out once it is told. As in Flagger,
 * the alert of a success comes after the post-rollout hooks, and that of a failure before them.
 */
export function tellNext({ status }: Observation): Decision | undefined {
  const { pending: { alert, postRollout } = {}, ...run } = runOf(status);
  if (postRollout !== undefined && (postRollout === "Succeeded" || alert === undefined)) {
    const left = alert === undefined ? run : { ...run, pending: { alert } };
    return { effects: [{ kind: "postRollout", phase: postRollout }], status: { ...status, run: left } };
  }
  if (alert !== undefined) {
    const left = postRollout === undefined ? run : { ...run, pending: { postRollout } };
    return { effects: [{ kind: "alert", alert }], status: { ...status, run: left } };
  }
  return undefined;
}
