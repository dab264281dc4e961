import type { CanaryStatus, Phase, Run } from "../api/canary.ts";
import { promotedCondition } from "../api/conditions.ts";
import { targetKind } from "../api/names.ts";
import { allToPrimary } from "../api/routes.ts";
import type { Routes } from "../api/routes.ts";
import type { Observation } from "./observation.ts";
import { timestamp } from "../timestamp.ts";

/** The mark that a promotion leaves on the primary's pods: which revision, in which run. */
export function rolloutId(revision: string, runId: string): string {
  return `${revision}.${runId}`;
}

/** In place of a run's id: the primary was made by the initialization. */
export const initial = "initial";

/** The revision that an initialization has made the primary from; undefined when something else did, or nobody knows. */
export function initialRevision(rolloutId = ""): string | undefined {
  const [revision, runId = ""] = rolloutId.split(".");
  return runId.startsWith(initial) ? revision : undefined;
}

/** The routes in force: as recorded, or those at rest before anything was recorded. */
export function routesOf(status: CanaryStatus): Routes {
  return status.run?.routes ?? allToPrimary;
}

/** The status with other values, stamped with the time and with the condition that goes with its phase. */
export function record(seen: Observation, changes: Partial<CanaryStatus> & { readonly phase: Phase }): CanaryStatus {
  return {
    ...seen.status,
    ...changes,
    lastTransitionTime: timestamp(seen.now),
    conditions: promotedCondition(seen.status.conditions, changes.phase, targetKind(seen.canary), seen.now),
  };
}

/** A phase in which no analysis is under way: the counters start from zero. */
export function settle(
  seen: Observation,
  phase: Phase,
  changes: Partial<CanaryStatus> & { readonly routes?: Routes } = {},
): CanaryStatus {
  const { routes = allToPrimary, ...rest } = changes;
  const run: Run = { ...runOf(seen.status), routes };
  return record(seen, { phase, canaryWeight: routes.canary, iterations: 0, failedChecks: 0, run, ...rest });
}

/** The run in the status. A run that Flagger started gets an empty id and counts as started once it has progressed. */
export function runOf(status: CanaryStatus): Run {
  return (
    status.run ?? {
      id: "",
      started: (status.iterations ?? 0) !== 0 || (status.canaryWeight ?? 0) > 0,
      routes: { primary: 100 - (status.canaryWeight ?? 0), canary: status.canaryWeight ?? 0, mirrored: false },
    }
  );
}

/** Names the observed target's revision and configs as the ones applied. */
export function applied({ target }: Observation): Pick<CanaryStatus, "lastAppliedSpec" | "trackedConfigs"> {
  return { lastAppliedSpec: target.revision, trackedConfigs: { ...target.configs } };
}

/** Names the revision that was tried, and its configs, as what the primary runs. */
export function promoted({ status }: Observation): Pick<CanaryStatus, "lastPromotedSpec" | "promotedConfigs"> {
  return { lastPromotedSpec: status.lastAppliedSpec ?? "", promotedConfigs: status.trackedConfigs ?? {} };
}
