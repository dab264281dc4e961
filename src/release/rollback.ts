import { sourceName } from "../api/names.ts";
import { allToPrimary } from "../api/routes.ts";
import type { Observation } from "./observation.ts";
import { settle } from "./status.ts";
import { info, warning } from "./step.ts";
import type { Announcement, Decision, Effect } from "./step.ts";

/** All users back to the primary, the target to zero, the run failed. `before` says why. */
export function rollBack(seen: Observation, before: readonly Effect[], alerts: readonly Announcement[]): Decision {
  return {
    effects: [
      ...before,
      { kind: "route", routes: allToPrimary, urgent: true },
      warning(`Canary failed! Scaling down ${sourceName(seen.canary)}`, "Failed"),
      { kind: "scaleTarget", to: "zero" },
    ],
    status: settle(seen, "Failed"),
    announcements: [
      ...alerts,
      { kind: "postRollout", phase: "Failed" },
      { kind: "finished", outcome: "failed", analysis: "completed" },
    ],
  };
}

/** The canary will not become ready: its progress deadline has passed. */
export function rollBackStuck(seen: Observation, reason: string): Decision {
  return rollBack(
    seen,
    [warning(reason)],
    [{ kind: "alert", severity: "error", text: `Progress deadline exceeded ${reason}`, facts: false }],
  );
}

/** As many checks have failed as the threshold allows. */
export function rollBackFailed(seen: Observation, failedChecks: number, before: readonly Effect[]): Decision {
  const reached = `failed checks threshold reached ${failedChecks}`;
  return rollBack(
    seen,
    [...before, warning(`Rolling back ${sourceName(seen.canary)} ${reached}`, "Failed")],
    [{ kind: "alert", severity: "error", text: `F${reached.slice(1)}`, facts: false }],
  );
}

/** A rollback hook says that the run is to end. */
export function rollBackByHook(seen: Observation, hook: string): Decision {
  const source = sourceName(seen.canary);
  const text = `Rolling back ${source} manual webhook invoked`;
  return rollBack(
    seen,
    [info(`Rollback check ${hook} passed`), warning(text, "Failed")],
    [{ kind: "alert", severity: "warn", text: "Rolling back manual webhook invoked", facts: false }],
  );
}
