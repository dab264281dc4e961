import { analysisWarnings } from "../api/analysis.ts";
import { sourceName, targetName } from "../api/names.ts";
import { allToPrimary } from "../api/routes.ts";
import { isPromoted, isUntried } from "./change.ts";
import { closedGate, hookChecks, metricChecks, passedHooks } from "./checks.ts";
import { canaryNotReady, hold, maintain, primaryNotReady } from "./maintain.ts";
import { newRun } from "./new-run.ts";
import type { Observation } from "./observation.ts";
import { beginPromotion } from "./promote.ts";
import { rollBackByHook, rollBackFailed, rollBackStuck } from "./rollback.ts";
import { skip } from "./skip.ts";
import { applied, record, rolloutId, runOf, settle } from "./status.ts";
import type { Run } from "../api/canary.ts";
import { decided, info, warning } from "./step.ts";
import type { Check, CheckResult, Decision, Effect, Step } from "./step.ts";
import { nextRoutes, planOf } from "./strategy.ts";

/** A run is under way: wait for pods, and at every interval ask the hooks and metrics, then advance, wait or roll back. */
export function analyse(seen: Observation): Step {
  const { canary, status, primary, target, now } = seen;
  const run = runOf(status);

  // A crash after the copy and before its record: the copy is made, so that the promotion goes on.
  if (primary?.rolloutId === rolloutId(status.lastAppliedSpec ?? "", run.id)) {
    return decided(beginPromotion(seen, run, []));
  }
  if (isUntried(seen)) return decided(isPromoted(seen) ? cancel(seen) : restart(seen));

  const primaryReason = primaryNotReady(seen);
  if (primaryReason !== undefined) {
    if (primary?.readiness.kind !== "stuck") return decided(hold(seen, primaryReason));
    // Nothing but a revision that mends it can help a primary that was stuck before this run began.
    if (run.primaryReady === true) return decided(rollBackStuck(seen, primaryReason));
  }
  const canaryReason = canaryNotReady(seen);
  if (canaryReason !== undefined) {
    if (target.readiness.kind === "stuck" || isOverdue(seen, run)) return decided(rollBackStuck(seen, canaryReason));
    // A rollback that scaled the target down and could not be recorded is made again: that takes pods to judge.
    const held = hold(seen, canaryReason);
    return decided({ ...held, effects: [...held.effects, { kind: "scaleTarget", to: "up" }] });
  }
  if (run.leaving === true) return decided(leave(seen, run));
  if (canary.spec.skipAnalysis === true) {
    // A primary that is stuck takes users only once the promotion has mended it.
    return decided(primaryReason === undefined && !target.goesAtOnce ? skip(seen) : beginPromotion(seen, run, []));
  }

  if (seen.routesNotReady !== undefined) return decided(hold(seen, seen.routesNotReady));

  const due = dueAt(seen, run);
  if (now < due) return decided({ effects: maintain(run.routes), status, wakeAt: due });
  return tick(seen, run, due);
}

/**
 * Whether the pods of a new run have never all been ready, for longer than the deadline. Kubernetes itself does not count
 * the time once nearly all of them are.
 */
function isOverdue({ status, now, deadlineSeconds }: Observation, { checkedAt }: Run): boolean {
  return checkedAt === undefined && now > Date.parse(status.lastTransitionTime ?? "") + deadlineSeconds * 1000;
}

/** How long the cluster may take to send requests to pods that have become available. */
const settlingMs = 2000;

/** When the next analysis is due, in milliseconds since the epoch: in a new run, as soon as the pods can be called. */
function dueAt({ analysis, now, target }: Observation, { checkedAt }: Run): number {
  if (checkedAt !== undefined) return Date.parse(checkedAt) + analysis.intervalMs;
  return target.availableSince === undefined ? now : target.availableSince + settlingMs;
}

/** Users leave the primary: its pods are replaced once all requests go to the canary. */
function leave(seen: Observation, run: Run): Decision {
  const { status, now, routesNotReady } = seen;
  if (routesNotReady !== undefined) return hold(seen, routesNotReady);
  const leftAt = Date.parse(status.lastTransitionTime ?? "") + settlingMs;
  if (now < leftAt) return { effects: maintain(run.routes), status, wakeAt: leftAt };
  return beginPromotion(seen, run, []);
}

/** One interval: rollback hooks, then what the plan of the strategy says, then its gates. */
function tick(seen: Observation, run: Run, due: number): Step {
  const { status, analysis, now } = seen;
  const plan = planOf(seen, run);
  const checks: readonly Check[] = [
    ...hookChecks(seen, "rollback", status.phase ?? ""),
    ...(run.started
      ? plan.hasTraffic
        ? [...hookChecks(seen, "rollout", "Progressing"), ...metricChecks(seen)]
        : []
      : hookChecks(seen, "pre-rollout", "Progressing")),
    ...(plan.asksIncrease ? hookChecks(seen, "confirm-traffic-increase", "Progressing") : []),
    ...(plan.promotes ? hookChecks(seen, "confirm-promotion", "Progressing") : []),
  ];
  // A tick that comes late by less than an interval keeps the beat; after a longer gap the beat starts anew.
  const checkedAt = new Date(now - due < analysis.intervalMs ? due : now).toISOString();
  return {
    checks,
    conclude: (results) => ({
      wakeAt: Date.parse(checkedAt) + analysis.intervalMs,
      ...conclude(seen, { ...run, checkedAt }, results),
    }),
  };
}

function conclude(seen: Observation, run: Run, results: readonly CheckResult[]): Decision {
  const rollback = passedHooks(results, "rollback")[0];
  if (rollback !== undefined) return rollBackByHook(seen, rollback);

  const told = narrate(seen, run, results);
  const failure = results.find(({ check, passed }) => !passed && !(check.kind === "hook" && isGate(check.type)));
  if (failure !== undefined) return fail(seen, run, told, failure);

  const increase = closedGate(results, "confirm-traffic-increase");
  if (increase !== undefined) {
    return halt(seen, { ...run, started: true }, told, {
      text: `waiting for traffic increase approval ${increase.hook.name}`,
      alert: increase.hook.muteAlert === true ? undefined : "Canary traffic increase is waiting for approval.",
    });
  }
  const promotion = closedGate(results, "confirm-promotion");
  if (promotion !== undefined) {
    return halt(seen, run, told, {
      text: `waiting for promotion approval ${promotion.hook.name}`,
      alert: promotion.hook.muteAlert === true ? undefined : "Canary promotion is waiting for approval.",
      phase: "WaitingPromotion",
    });
  }
  return advance(seen, { ...run, started: true }, told);
}

/** A rollback hook that stays silent is no failure, and a closed gate only waits. */
function isGate(type: string): boolean {
  return ["rollback", "confirm-traffic-increase", "confirm-promotion"].includes(type);
}

/** What happened in this tick, as events. */
function narrate({ canary, provider }: Observation, run: Run, results: readonly CheckResult[]): readonly Effect[] {
  const { namespace = "" } = canary.metadata;
  const silent = results.filter(({ check, passed }) => !passed && check.kind === "hook" && check.type === "rollback");
  return [
    ...silent.flatMap(({ check }) =>
      check.kind === "hook" ? [info(`Rollback hook ${check.hook.name} not signaling a rollback`)] : [],
    ),
    ...(run.started ? [] : [info(`Starting canary analysis for ${targetName(canary)}.${namespace}`)]),
    ...passedHooks(results, "pre-rollout").map((name) => info(`Pre-rollout check ${name} passed`)),
    ...(run.started ? [] : analysisWarnings(canary, provider).map((text) => warning(text))),
    ...passedHooks(results, "confirm-traffic-increase").map((name) =>
      info(`Confirm-traffic-increase check ${name} passed`),
    ),
    ...passedHooks(results, "confirm-promotion").map((name) => info(`Confirm-promotion check ${name} passed`)),
  ];
}

/** A check did not pass: count it, and roll back at once when that was the last one allowed. */
function fail(seen: Observation, run: Run, told: readonly Effect[], { check, reason }: CheckResult): Decision {
  const { canary, status, analysis } = seen;
  const failedChecks = (status.failedChecks ?? 0) + 1;
  const hook = check.kind === "hook" ? (check.type === "pre-rollout" ? "pre-rollout" : "external") : "";
  const text =
    check.kind === "hook"
      ? `Halt ${sourceName(canary)} advancement ${hook} check ${check.hook.name} failed ${reason}`
      : reason;
  const effects = [...told, warning(text)];
  if (failedChecks >= analysis.threshold) return rollBackFailed(seen, failedChecks, effects);
  return {
    effects: [...maintain(run.routes), ...effects],
    status: record(seen, { phase: status.phase ?? "Progressing", failedChecks, run: { ...run, lastReason: text } }),
  };
}

interface Halt {
  readonly text: string;
  readonly alert: string | undefined;
  readonly phase?: "WaitingPromotion";
}

/** A gate is closed: nothing moves, the analysis goes on, and the first refusal is said. */
function halt(seen: Observation, run: Run, told: readonly Effect[], { text, alert, phase }: Halt): Decision {
  const { canary, status, analysis } = seen;
  const event = `Halt ${sourceName(canary)} advancement ${text}`;
  const repeated = run.lastReason === event;
  const waiting = phase === undefined ? {} : { canaryWeight: 0, iterations: analysis.iterations - 1 };
  return {
    effects: [...maintain(run.routes), ...told, ...(repeated ? [] : [warning(event, phase)])],
    status: record(seen, {
      phase: phase ?? status.phase ?? "Progressing",
      ...waiting,
      run: { ...run, lastReason: event },
    }),
    ...(!repeated &&
      alert !== undefined && { announcement: { alert: { severity: "warn" as const, text: alert, facts: false } } }),
  };
}

/** Everything passed: take the next step of the strategy, or promote after the last. */
function advance(seen: Observation, run: Run, told: readonly Effect[]): Decision {
  const { canary, status, analysis } = seen;
  const { lastReason: _, ...clean } = run;
  const plan = planOf(seen, run);
  if (plan.promotes) return beginPromotion(seen, clean, told);

  const source = sourceName(canary);
  const { routes: before, planned } = clean;
  const { routes: next, iterations } = nextRoutes(seen, planned ?? before);
  const moved = planned === undefined ? { routes: next } : { routes: before, planned: next };
  const { routes } = moved;
  const text =
    iterations === undefined
      ? next.canary > (planned ?? before).canary
        ? `Advance ${source} canary weight ${next.canary}`
        : undefined
      : `Advance ${source} canary iteration ${iterations}/${analysis.iterations}`;
  return {
    effects: [...maintain(run.routes), ...told, { kind: "route", routes }, ...(text === undefined ? [] : [info(text)])],
    status: record(seen, {
      phase: status.phase ?? "Progressing",
      ...(iterations === undefined ? { canaryWeight: routes.canary } : { iterations }),
      run: { ...clean, ...moved },
    }),
  };
}

/** A newer revision came: the run begins again with it, and users go back to the primary meanwhile. */
function restart(seen: Observation): Decision {
  const { canary } = seen;
  const { routes, status } = newRun(seen);
  const source = `${targetName(canary)}.${canary.metadata.namespace ?? ""}`;
  return {
    effects: [...maintain(routes), info(`New revision detected! Restarting analysis for ${source}`, "Progressing")],
    status,
  };
}

/** The user put the promoted revision back: there is nothing left to release. */
function cancel(seen: Observation): Decision {
  const { canary } = seen;
  const source = `${targetName(canary)}.${canary.metadata.namespace ?? ""}`;
  return {
    effects: [
      { kind: "route", routes: allToPrimary, urgent: true },
      info(`Promoted revision restored! Ending analysis and scaling down ${source}`, "Succeeded"),
      { kind: "scaleTarget", to: "zero" },
    ],
    status: settle(seen, "Succeeded", applied(seen)),
  };
}
