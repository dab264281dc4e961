import { sourceName } from "../api/names.ts";
import { canaryNotReady, lookAgainAt } from "./maintain.ts";
import type { Observation } from "./observation.ts";
import { record } from "./status.ts";
import { decided, info, warning } from "./step.ts";
import type { Step } from "./step.ts";

/** What keeps a Canary with `revertOnDeletion` in being until its target serves again. */
export const finalizer = "finalizer.flagger.app";

/**
 * The Canary is being deleted. With the finalizer, the target is scaled up and users go back to it first;
 * without, nothing is left to do.
 */
export function finalize(seen: Observation): Step {
  const { canary, status } = seen;
  if (canary.metadata.finalizers?.includes(finalizer) !== true) {
    return decided({ effects: [], status });
  }
  const source = sourceName(canary);
  if (status.phase !== "Terminating") {
    return decided({
      effects: [info(`Terminating canary ${source}`, "Terminating"), { kind: "scaleTarget", to: "up" }],
      status: record(seen, { phase: "Terminating" }),
    });
  }
  const notReady = canaryNotReady(seen);
  if (notReady !== undefined) {
    // Somebody may have scaled it down again.
    const effects = [warning(notReady), { kind: "scaleTarget", to: "up" } as const];
    return decided({ effects, status, wakeAt: lookAgainAt(seen) });
  }
  return decided({
    effects: [
      { kind: "revert" },
      info(`Terminated canary ${source}`, "Terminated"),
      { kind: "finalizer", present: false },
    ],
    status,
  });
}
