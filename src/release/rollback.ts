import { primaryName, sourceName, targetName } from "../api/names.ts";
import { allToPrimary } from "../api/routes.ts";
import { primaryServes } from "./maintain.ts";
import type { Observation } from "./observation.ts";
import { routesOf, settle } from "./status.ts";
import { info, warning } from "./step.ts";
import type { Alert, Decision, Effect } from "./step.ts";

/**
 * All users back to the primary, the target to zero, the run failed. `before` says why. A primary without a single
 * available pod gets nobody: users stay where they are, and the target's pods with them.
 */
function rollBack(seen: Observation, before: readonly Effect[], alert: Alert): Decision {
  const { canary } = seen;
  const safe = primaryServes(seen);
  const source = sourceName(canary);
  const ended: readonly Effect[] = safe
    ? [
        { kind: "route", routes: allToPrimary, urgent: true },
        warning(`Canary failed! Scaling down ${source}`, "Failed"),
        { kind: "scaleTarget", to: "zero" },
      ]
    : [
        warning(
          `Canary failed! ${primaryName(targetName(canary))}.${canary.metadata.namespace ?? ""} has no available pods: ` +
            `${source} stays as it is`,
          "Failed",
        ),
      ];
  return {
    effects: [...before, ...ended],
    status: settle(seen, "Failed", safe ? {} : { routes: routesOf(seen.status) }),
    announcement: { alert, postRollout: "Failed" },
    finished: { outcome: "failed", analysis: "completed" },
  };
}

/** The canary will not become ready: its progress deadline has passed. */
export function rollBackStuck(seen: Observation, reason: string): Decision {
  const text = `Progress deadline exceeded ${reason}`;
  return rollBack(seen, [warning(reason)], { severity: "error", text, facts: false });
}

/** As many checks have failed as the threshold allows. */
export function rollBackFailed(seen: Observation, failedChecks: number, before: readonly Effect[]): Decision {
  const text = `Rolling back ${sourceName(seen.canary)} failed checks threshold reached ${failedChecks}`;
  return rollBack(seen, [...before, warning(text, "Failed")], {
    severity: "error",
    text: `Failed checks threshold reached ${failedChecks}`,
    facts: false,
  });
}

/** A rollback hook says that the run is to end. */
export function rollBackByHook(seen: Observation, hook: string): Decision {
  const text = `Rolling back ${sourceName(seen.canary)} manual webhook invoked`;
  return rollBack(seen, [info(`Rollback check ${hook} passed`), warning(text, "Failed")], {
    severity: "warn",
    text: "Rolling back manual webhook invoked",
    facts: false,
  });
}
