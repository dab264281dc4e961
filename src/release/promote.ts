import { primaryName, sourceName, targetName } from "../api/names.ts";
import type { CanaryStatus } from "../api/canary.ts";
import { allToCanary, allToPrimary } from "../api/routes.ts";
import { maintain, primaryNotReady } from "./maintain.ts";
import type { Observation } from "./observation.ts";
import { record, rolloutId, runOf, settle } from "./status.ts";
import type { Run } from "./status.ts";
import { decided, info, warning } from "./step.ts";
import type { Decision, Effect, Step } from "./step.ts";

/** The last analysis passed: copy the target's template into the primary. Blue/green sends users to the canary first. */
export function beginPromotion(seen: Observation, run: Run, told: readonly Effect[]): Decision {
  const { canary, status, analysis, provider } = seen;
  const { namespace = "" } = canary.metadata;
  const target = targetName(canary);
  const blueGreen = analysis.iterations > 0 && analysis.match.length === 0;
  const switches = blueGreen && provider !== "kubernetes";
  const stop = run.routes.mirrored
    ? "Stop traffic mirroring and route all traffic to canary"
    : "Routing all traffic to canary";
  const routes = switches ? allToCanary : run.routes;
  return {
    effects: [
      ...maintain(run.routes),
      ...told,
      ...(switches ? ([info(stop), { kind: "route", routes }] as const) : []),
      info(`Copying ${target}.${namespace} template spec to ${primaryName(target)}.${namespace}`, "Promoting"),
      { kind: "promote", rolloutId: rolloutId(status.lastAppliedSpec ?? "", run.id) },
      { kind: "syncScaler" },
    ],
    status: promoting({ ...seen, status: { ...status, run: { ...run, routes } } }),
    announcements: [],
  };
}

/** The template is copied. The iteration after the last one is that of the promotion. */
export function promoting(seen: Observation): CanaryStatus {
  const { status, analysis } = seen;
  return record(seen, {
    phase: "Promoting",
    ...(analysis.iterations > 0 && { iterations: analysis.iterations + 1 }),
    canaryWeight: analysis.iterations > 0 ? 0 : runOf(status).routes.canary,
    run: runOf(status),
  });
}

/** The primary rolls. Once it is ready, users go back to it: at once, or by `stepWeightPromotion` percent per interval. */
export function promote(seen: Observation): Step {
  const { canary, status, analysis, primary, provider, now } = seen;
  const run = runOf(status);
  const notReady = primaryNotReady(seen);
  if (notReady !== undefined) {
    if (primary?.readiness.kind === "stuck") return decided(failPromotion(seen));
    return decided({
      effects: [...maintain(run.routes), { kind: "syncScaler" }, warning(notReady)],
      status,
      announcements: [],
      wakeAt: now + analysis.intervalMs,
    });
  }
  if (provider === "kubernetes" || run.routes.canary === 0) return decided(finalise(seen, []));
  if (analysis.stepWeightPromotion === 0) return decided(finalise(seen, [info("Routing all traffic to primary")]));

  const due = run.checkedAt === undefined ? now : Date.parse(run.checkedAt) + analysis.intervalMs;
  if (now < due) return decided({ effects: maintain(run.routes), status, announcements: [], wakeAt: due });
  const weight = Math.min(100, run.routes.primary + analysis.stepWeightPromotion);
  const text = info(`Advance ${sourceName(canary)} primary weight ${weight}`);
  if (weight === 100) return decided(finalise(seen, [text]));
  const routes = { primary: weight, canary: 100 - weight, mirrored: false };
  return decided({
    effects: [...maintain(routes), text],
    status: record(seen, {
      phase: "Promoting",
      canaryWeight: routes.canary,
      run: { ...run, routes, checkedAt: new Date(now).toISOString() },
    }),
    announcements: [],
    wakeAt: now + analysis.intervalMs,
  });
}

function finalise(seen: Observation, told: readonly Effect[]): Decision {
  return {
    effects: [...maintain(allToPrimary), ...told],
    status: settle(seen, "Finalising", { lastAppliedSpec: seen.status.lastAppliedSpec ?? "" }),
    announcements: [],
  };
}

/** The new primary does not become ready: users stay on the canary, which has passed its analysis and still runs. */
function failPromotion(seen: Observation): Decision {
  const text = `Promotion of ${targetName(seen.canary)}.${seen.canary.metadata.namespace ?? ""} failed, primary not ready`;
  return {
    effects: [{ kind: "route", routes: allToCanary, urgent: true }, warning(text, "Failed")],
    status: settle(seen, "Failed", { routes: allToCanary }),
    announcements: [
      { kind: "alert", severity: "error", text: "Promotion failed, primary not ready", facts: false },
      { kind: "postRollout", phase: "Failed" },
      { kind: "finished", outcome: "failed", analysis: "completed" },
    ],
  };
}

/** All users are on the new primary: the target is not needed any more. */
export function finish(seen: Observation): Step {
  const { canary, status, analysis, now } = seen;
  const notReady = primaryNotReady(seen);
  if (notReady !== undefined) {
    return decided({
      effects: [...maintain(allToPrimary), warning(notReady)],
      status,
      announcements: [],
      wakeAt: now + analysis.intervalMs,
    });
  }
  return decided({
    effects: [
      ...maintain(allToPrimary),
      info(`Promotion completed! Scaling down ${targetName(canary)}.${canary.metadata.namespace ?? ""}`, "Succeeded"),
      { kind: "scaleTarget", to: "zero" },
    ],
    status: settle(seen, "Succeeded", {
      lastPromotedSpec: status.lastAppliedSpec ?? "",
      failedChecks: status.failedChecks ?? 0,
    }),
    announcements: [
      {
        kind: "alert",
        severity: "info",
        text: "Canary analysis completed successfully, promotion finished.",
        facts: false,
      },
      { kind: "postRollout", phase: "Succeeded" },
      { kind: "finished", outcome: "succeeded", analysis: "completed" },
    ],
  });
}
