import { sourceName, targetName } from "../api/names.ts";
import { allToPrimary } from "../api/routes.ts";
import { isForeign, isNewRevision, isPromoted } from "./change.ts";
import { closedGate, hookChecks, passedHooks } from "./checks.ts";
import type { HookCheck } from "./checks.ts";
import { hold, maintain, primaryNotReady } from "./maintain.ts";
import type { Observation } from "./observation.ts";
import { applied, record, routesOf, settle } from "./status.ts";
import { decided, info, warning } from "./step.ts";
import type { Decision, Step } from "./step.ts";

/** No run is under way: look for a new revision, ask whether it may start, start it. */
export function rest(seen: Observation): Step {
  const { status, primary } = seen;
  if (isForeign(status.lastAppliedSpec)) return takeOver(seen);
  if (!isNewRevision(seen)) return decided(quiet(seen));

  // A primary that is stuck does not hold up the revision that may mend it.
  const notReady = primaryNotReady(seen);
  if (notReady !== undefined && primary?.readiness.kind !== "stuck") return decided(hold(seen, notReady));

  return {
    checks: hookChecks(seen, "confirm-rollout", status.phase ?? ""),
    conclude: (results) => {
      const closed = closedGate(results, "confirm-rollout");
      return closed === undefined ? start(seen, passedHooks(results, "confirm-rollout")) : wait(seen, closed);
    },
  };
}

/**
 * The status was written by Flagger, whose hashes cannot be computed here. A target that runs what the primary runs is
 * taken over as it stands; any other is a revision to analyse.
 */
function takeOver(seen: Observation): Step {
  const revision = seen.targetEqualsPrimary ? seen.target.revision : "";
  const status = { ...seen.status, ...applied(seen), lastAppliedSpec: revision, lastPromotedSpec: revision };
  return decided({ effects: maintain(routesOf(seen.status)), status, announcements: [] });
}

/** Nothing to release. What the user put back is remembered, so that applying the failed revision again starts a run. */
function quiet(seen: Observation): Decision {
  const { status, target } = seen;
  const effects = maintain(routesOf(status));
  if (status.phase === "Waiting") {
    return { effects, status: settle(seen, "Succeeded", applied(seen)), announcements: [] };
  }
  const putBack = isPromoted(seen) && target.revision !== status.lastAppliedSpec;
  return { effects, status: putBack ? { ...status, ...applied(seen) } : status, announcements: [] };
}

/** The gate is closed: it is asked again every interval, and said so once. */
function wait(seen: Observation, { hook }: HookCheck): Decision {
  const { canary, status, now, analysis } = seen;
  const effects = maintain(routesOf(status));
  const wakeAt = now + analysis.intervalMs;
  if (status.phase === "Waiting") return { effects, status, announcements: [], wakeAt };
  const text = `Halt ${sourceName(canary)} advancement waiting for approval ${hook.name}`;
  return {
    effects: [...effects, warning(text, "Waiting")],
    status: record(seen, { phase: "Waiting" }),
    announcements:
      hook.muteAlert === true
        ? []
        : [{ kind: "alert", severity: "warn", text: "Canary is waiting for approval.", facts: false }],
    wakeAt,
  };
}

/** Scales the target up and begins the run. */
function start(seen: Observation, gates: readonly string[]): Decision {
  const { canary, status, target, primary, freshId } = seen;
  const primaryReady = primary?.readiness.kind === "ready";
  // After a failed promotion the canary may serve everybody: it goes on doing so until the primary can.
  const routes = primaryReady ? allToPrimary : routesOf(status);
  const run = { id: freshId, revision: target.revision, started: false, primaryReady, routes };
  return {
    effects: [
      ...maintain(routes),
      ...gates.map((gate) => info(`Confirm-rollout check ${gate} passed`)),
      info(`New revision detected! Scaling up ${targetName(canary)}.${canary.metadata.namespace ?? ""}`, "Progressing"),
      { kind: "scaleTarget", to: "up" },
    ],
    status: settle(seen, "Progressing", { ...applied(seen), canaryWeight: routes.canary, run }),
    announcements: [
      { kind: "alert", severity: "info", text: "New revision detected, progressing canary analysis.", facts: true },
    ],
  };
}
