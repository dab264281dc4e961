import { primaryName, targetKind, targetName } from "../api/names.ts";
import { allToPrimary } from "../api/routes.ts";
import type { Observation } from "./observation.ts";
import { applied, record, runOf, settle } from "./status.ts";
import { decided, info, warning } from "./step.ts";
import type { Step } from "./step.ts";

/**
 * Makes the primary beside the target, waits until it is ready, and only then sends users to it and scales the target
 * to zero. A primary that never becomes ready leaves the target serving.
 */
export function initialize(seen: Observation): Step {
  const { canary, status, primary, target } = seen;
  const { name, namespace = "" } = canary.metadata;
  const begun = status.phase === "Initializing" ? status : record(seen, { phase: "Initializing" });
  const source = `${primaryName(targetName(canary))}.${namespace}`;

  if (primary === undefined) {
    return decided({ effects: [{ kind: "ensurePrimary" }], status: begun, announcements: [] });
  }
  if (canary.spec.skipAnalysis !== true && primary.readiness.kind !== "ready") {
    const text = `${source} not ready: ${primary.readiness.reason}`;
    return decided({
      effects: [{ kind: "ensurePrimary" }, warning(text)],
      status: begun,
      announcements: [],
      wakeAt: seen.now + seen.analysis.intervalMs,
    });
  }
  // A target that changed while its primary was being made is a revision that nobody has analysed yet.
  const revision = seen.targetEqualsPrimary ? target.revision : "";
  return decided({
    effects: [
      { kind: "ensurePrimary" },
      { kind: "ensureScaler" },
      { kind: "route", routes: allToPrimary },
      { kind: "scaleTarget", to: "zero" },
      info(`Initialization done! ${name}.${namespace}`, "Initialized"),
    ],
    status: settle(seen, "Initialized", {
      ...applied(seen),
      lastAppliedSpec: revision,
      lastPromotedSpec: revision,
      run: { ...runOf(status), routes: allToPrimary },
    }),
    announcements: [
      {
        kind: "alert",
        severity: "info",
        text: `New ${targetKind(canary)} detected, initialization completed.`,
        facts: true,
      },
    ],
  });
}
