import { sourceName, targetName } from "../api/names.ts";
import { isForeign, isNewRevision, isPromoted, isUntried } from "./change.ts";
import { closedGate, hookChecks, passedHooks } from "./checks.ts";
import type { HookCheck } from "./checks.ts";
import { hold, maintain, primaryNotReady, servedRoutes } from "./maintain.ts";
import { newRun } from "./new-run.ts";
import type { Observation } from "./observation.ts";
import { applied, record, routesOf, runOf, settle } from "./status.ts";
import { decided, info, warning } from "./step.ts";
import type { Decision, Effect, Step } from "./step.ts";

/** No run is under way: look for a new revision, ask whether it may start, start it. */
export function rest(seen: Observation): Step {
  const { status, primary } = seen;
  if (isForeign(status.lastAppliedSpec)) return takeOver(seen);
  if (!isNewRevision(seen)) return decided(quiet(seen));

  // A primary that is stuck does not hold up the revision that may mend it.
  const notReady = primaryNotReady(seen);
  if (notReady !== undefined && primary?.readiness.kind !== "stuck") return decided(hold(seen, notReady));

  const askedAt = status.phase === "Waiting" ? status.run?.checkedAt : undefined;
  const due = askedAt === undefined ? seen.now : Date.parse(askedAt) + seen.analysis.intervalMs;
  if (seen.now < due) return decided({ effects: maintain(servedRoutes(seen)), status, wakeAt: due });

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
 * taken over as it stands; any other is a revision to analyse. Checksums of configs are Flagger's own: one that differs
 * is a change that nobody has analysed.
 */
function takeOver(seen: Observation): Step {
  const { status, target, targetEqualsPrimary } = seen;
  const revision = targetEqualsPrimary ? target.revision : "";
  const settled = status.phase === "Initialized" || status.phase === "Succeeded";
  return decided({
    effects: maintain(routesOf(status)),
    status: {
      ...status,
      lastAppliedSpec: revision,
      lastPromotedSpec: revision,
      ...(settled && { promotedConfigs: status.trackedConfigs ?? {} }),
    },
  });
}

/** Nothing to release. What the user put back is remembered, so that applying the failed revision again starts a run. */
function quiet(seen: Observation): Decision {
  const { status, now } = seen;
  const routes = routesOf(status);
  const freeAt = scalerFreeAt(seen);
  const isFree = freeAt !== undefined && now >= freeAt;
  const effects: readonly Effect[] = [
    ...maintain(servedRoutes(seen)),
    ...(isFree ? [{ kind: "freeScaler" } as const] : []),
  ];
  if (status.phase === "Waiting") {
    // The revision that waited is gone: the target is what was promoted last, or what failed last.
    return { effects, status: settle(seen, isPromoted(seen) ? "Succeeded" : "Failed", { ...applied(seen), routes }) };
  }
  return {
    effects,
    status: isUntried(seen) ? { ...status, ...applied(seen) } : status,
    ...(freeAt !== undefined && !isFree && { wakeAt: freeAt }),
  };
}

/** For how long an autoscaler goes by what it measured while users were elsewhere, unless it is told otherwise. */
const memoryMs = 300_000;

/**
 * When the primary's autoscaler may shrink it again, in milliseconds since the epoch: once it has measured all users for
 * long enough. Undefined where there is none, and while users are elsewhere.
 */
function scalerFreeAt({ canary, status }: Observation): number | undefined {
  if (canary.spec.autoscalerRef === undefined || routesOf(status).canary > 0) return undefined;
  return Date.parse(status.lastTransitionTime ?? "") + memoryMs || undefined;
}

/** The gate is closed: it is asked again every interval, and said so once. */
function wait(seen: Observation, { hook }: HookCheck): Decision {
  const { canary, status, now, analysis } = seen;
  const effects = maintain(servedRoutes(seen));
  const wakeAt = now + analysis.intervalMs;
  const run = { ...runOf(status), checkedAt: new Date(now).toISOString() };
  if (status.phase === "Waiting") return { effects, status: { ...status, run }, wakeAt };
  const text = `Halt ${sourceName(canary)} advancement waiting for approval ${hook.name}`;
  return {
    effects: [...effects, warning(text, "Waiting")],
    status: record(seen, { phase: "Waiting", run }),
    ...(hook.muteAlert !== true && {
      announcement: { alert: { severity: "warn", text: "Canary is waiting for approval.", facts: false } },
    }),
    wakeAt,
  };
}

/** Scales the target up and begins the run. */
function start(seen: Observation, gates: readonly string[]): Decision {
  const { canary } = seen;
  const { routes, status } = newRun(seen);
  return {
    effects: [
      ...maintain(routes),
      ...gates.map((gate) => info(`Confirm-rollout check ${gate} passed`)),
      info(`New revision detected! Scaling up ${targetName(canary)}.${canary.metadata.namespace ?? ""}`, "Progressing"),
      { kind: "scaleTarget", to: "up" },
    ],
    status,
    announcement: {
      alert: { severity: "info", text: "New revision detected, progressing canary analysis.", facts: true },
    },
  };
}
