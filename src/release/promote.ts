import { primaryName, sourceName, targetName } from "../api/names.ts";
import { allToCanary, allToPrimary, everyoneToCanary } from "../api/routes.ts";
import { hold, lookAgainAt, maintain, primaryNotReady, servedRoutes } from "./maintain.ts";
import type { Observation } from "./observation.ts";
import { isForeign, isUntried } from "./change.ts";
import { promoted, record, rolloutId, runOf, settle } from "./status.ts";
import type { Run } from "../api/canary.ts";
import { decided, info, warning } from "./step.ts";
import type { Decision, Effect, Step } from "./step.ts";

/** The last analysis passed: the primary gets the target's template, once nobody needs pods that will go at once. */
export function beginPromotion(seen: Observation, run: Run, told: readonly Effect[]): Decision {
  return seen.target.goesAtOnce && run.leaving !== true ? leavePrimary(seen, run, told) : copyTemplate(seen, run, told);
}

/** All pods of the primary will go before new ones come: everybody goes to the canary, which has passed. */
function leavePrimary(seen: Observation, run: Run, told: readonly Effect[]): Decision {
  const routes = everyoneToCanary;
  return {
    effects: [
      { kind: "ensurePrimary" },
      { kind: "ensureScaler" },
      ...told,
      info(switchText(run)),
      { kind: "route", routes },
    ],
    status: record(seen, { phase: "Progressing", run: { ...run, routes, leaving: true } }),
  };
}

/** Copies the target's template into the primary. Blue/green sends users to the canary first. */
function copyTemplate(
  seen: Observation,
  { leaving = false, planned: _, ...run }: Run,
  told: readonly Effect[],
): Decision {
  const { canary, analysis, provider, target: tested, primary } = seen;
  const { namespace = "" } = canary.metadata;
  const target = targetName(canary);
  const blueGreen = analysis.iterations > 0 && analysis.match.length === 0;
  // What has fewer pods than the primary cannot take its users: they stay there while it is replaced pod by pod.
  const isRoomy = tested.available >= (primary?.available ?? 0);
  const switches = blueGreen && provider !== "kubernetes" && isRoomy && !leaving;
  const routes = switches ? allToCanary : { ...run.routes, mirrored: false };
  return {
    effects: [
      { kind: "ensurePrimary" },
      { kind: "ensureScaler" },
      ...told,
      ...(switches ? [info(switchText(run))] : []),
      { kind: "route", routes },
      info(`Copying ${target}.${namespace} template spec to ${primaryName(target)}.${namespace}`, "Promoting"),
      { kind: "promote", rolloutId: promotionId(seen) },
      { kind: "syncScaler" },
    ],
    // In blue/green the switch to the canary counts as an iteration. The weight in the status is that of the analysis.
    status: record(seen, {
      phase: "Promoting",
      ...(analysis.iterations > 0 && { iterations: analysis.iterations + (blueGreen ? 1 : 0) }),
      run: { ...run, routes },
    }),
  };
}

function switchText({ routes }: Run): string {
  return `${routes.mirrored ? "Stop traffic mirroring and route" : "Routing"} all traffic to canary`;
}

/** The primary rolls. Once it is ready, users go back to it: at once, or by `stepWeightPromotion` percent per interval. */
export function promote(seen: Observation): Step {
  const { canary, status, analysis, target, primary, provider, now } = seen;
  const run = runOf(status);
  if (hasOtherTemplate(seen)) return copyAgain(seen);
  const notReady = primaryNotReady(seen);
  if (notReady !== undefined) {
    if (primary?.readiness.kind === "stuck") return decided(failPromotion(seen));
    return decided({
      effects: [...maintain(servedRoutes(seen)), { kind: "syncScaler" }, warning(notReady)],
      status,
      wakeAt: lookAgainAt(seen),
    });
  }
  if (provider === "kubernetes" || run.routes.canary === 0) return decided(finalise(seen, []));
  // A canary that has broken since keeps nobody for a slow return.
  const atOnce = analysis.stepWeightPromotion === 0 || target.readiness.kind !== "ready";
  if (atOnce) return decided(finalise(seen, [info("Routing all traffic to primary")]));

  if (seen.routesNotReady !== undefined) return decided(hold(seen, seen.routesNotReady));

  const due = run.checkedAt === undefined ? now : Date.parse(run.checkedAt) + analysis.intervalMs;
  if (now < due) return decided({ effects: maintain(run.routes), status, wakeAt: due });
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
    wakeAt: now + analysis.intervalMs,
  });
}

/** Somebody has put the primary back, or what is known of it is out of date. A target that has moved on cannot be copied. */
function hasOtherTemplate(seen: Observation): boolean {
  const mark = seen.primary?.rolloutId;
  return mark !== undefined && !isForeign(mark) && mark !== promotionId(seen) && !isUntried(seen);
}

function copyAgain(seen: Observation): Step {
  const effects: readonly Effect[] = [
    ...maintain(servedRoutes(seen)),
    { kind: "promote", rolloutId: promotionId(seen) },
    { kind: "syncScaler" },
  ];
  return decided({ effects, status: seen.status, wakeAt: lookAgainAt(seen) });
}

function promotionId({ status }: Observation): string {
  return rolloutId(status.lastAppliedSpec ?? "", runOf(status).id);
}

function finalise(seen: Observation, told: readonly Effect[]): Decision {
  return {
    effects: [...maintain(allToPrimary), ...told],
    status: settle(seen, "Finalising", { lastAppliedSpec: seen.status.lastAppliedSpec ?? "" }),
  };
}

/**
 * The new primary does not become ready: users go to the canary, which has passed its analysis and still runs. Should
 * it have broken since, they stay where they are, if there are pods for them.
 */
function failPromotion(seen: Observation): Decision {
  const text = `Promotion of ${targetName(seen.canary)}.${seen.canary.metadata.namespace ?? ""} failed, primary not ready`;
  const routes = seen.target.readiness.kind === "ready" ? everyoneToCanary : servedRoutes(seen);
  return {
    effects: [{ kind: "route", routes, urgent: true }, warning(text, "Failed")],
    status: settle(seen, "Failed", { routes }),
    announcement: {
      alert: { severity: "error", text: "Promotion failed, primary not ready", facts: false },
      postRollout: "Failed",
    },
    finished: { outcome: "failed", analysis: "completed" },
  };
}

/** All users are on the new primary: the target is not needed any more. */
export function finish(seen: Observation): Step {
  const { canary, status } = seen;
  if (hasOtherTemplate(seen)) return copyAgain(seen);
  const notReady = primaryNotReady(seen);
  if (notReady !== undefined) return decided(hold(seen, notReady));
  // The canary's pods go only once the gateway sends nobody to them.
  if (seen.routesNotReady !== undefined) return decided(hold(seen, seen.routesNotReady));
  const skipped = canary.spec.skipAnalysis === true;
  return decided({
    effects: [
      ...maintain(allToPrimary),
      info(`Promotion completed! Scaling down ${targetName(canary)}.${canary.metadata.namespace ?? ""}`, "Succeeded"),
      { kind: "scaleTarget", to: "zero" },
    ],
    status: settle(seen, "Succeeded", {
      ...promoted(seen),
      failedChecks: status.failedChecks ?? 0,
    }),
    announcement: {
      alert: {
        severity: "info",
        text: skipped
          ? "Canary analysis was skipped, promotion finished."
          : "Canary analysis completed successfully, promotion finished.",
        facts: false,
      },
      postRollout: "Succeeded",
    },
    finished: { outcome: "succeeded", analysis: skipped ? "skipped" : "completed" },
  });
}
