import type { CanaryStatus } from "../api/canary.ts";
import type { Observation } from "./observation.ts";

/** Whether the target is a revision that has neither been promoted nor tried, or its configs differ from those tried. */
export function isNewRevision({ status, target }: Observation): boolean {
  return (
    (status.lastAppliedSpec ?? "") === "" ||
    (target.revision !== status.lastPromotedSpec && target.revision !== status.lastAppliedSpec) ||
    configsChanged(status, target.configs)
  );
}

/** Whether the target is no longer the revision under analysis. */
export function leftAnalysis({ status, target }: Observation): boolean {
  return target.revision !== status.lastAppliedSpec || configsChanged(status, target.configs);
}

/** Whether the user has put back what the primary already runs. */
export function isPromoted({ status, target, targetEqualsPrimary }: Observation): boolean {
  return target.revision === status.lastPromotedSpec && targetEqualsPrimary;
}

/** A revision hash that another controller wrote: Headgate's begin with a version. */
export function isForeign(revision: string | undefined): boolean {
  return revision !== undefined && revision !== "" && !/^v\d+:/.test(revision);
}

function configsChanged({ trackedConfigs }: CanaryStatus, configs: Readonly<Record<string, string>>): boolean {
  const tracked = Object.entries(trackedConfigs ?? {});
  return tracked.length !== Object.keys(configs).length || tracked.some(([key, checksum]) => configs[key] !== checksum);
}
