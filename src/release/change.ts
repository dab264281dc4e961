import { revisionPrefix } from "../api/revision.ts";
import type { Observation } from "./observation.ts";

/** Checksums by `configmap/NAME` or `secret/NAME`. */
type Configs = Readonly<Record<string, string>>;

/** Whether the target, or its configs, are what has neither been promoted nor tried. */
export function isNewRevision(seen: Observation): boolean {
  return !isPromoted(seen) && isUntried(seen);
}

/** Whether the target is no longer the revision that was tried last, which is the one under analysis during a run. */
export function isUntried({ status, target }: Observation): boolean {
  return target.revision !== status.lastAppliedSpec || !areSame(target.configs, status.trackedConfigs);
}

/**
 * Whether the target is what the primary runs: with the configs that were promoted last, and either the same pod template
 * or the hash that was promoted last, unless a later promotion has failed half-way. Templates may agree when hashes do
 * not, as when a Kubernetes upgrade has given both a new default.
 */
export function isPromoted({ status, target, primary, targetEqualsPrimary }: Observation): boolean {
  const { lastPromotedSpec: promoted = "", promotedConfigs } = status;
  const mark = primary?.rolloutId;
  const holds = mark === undefined || isForeign(mark) || mark.startsWith(`${promoted}.`);
  return areSame(target.configs, promotedConfigs) && holds && (targetEqualsPrimary || target.revision === promoted);
}

/** A revision hash that was computed in another way: by Flagger, or by another version of Headgate. */
export function isForeign(revision: string | undefined): boolean {
  return revision !== undefined && revision !== "" && !revision.startsWith(revisionPrefix);
}

function areSame(some: Configs, others: Configs = {}): boolean {
  const entries = Object.entries(some);
  return entries.length === Object.keys(others).length && entries.every(([key, checksum]) => others[key] === checksum);
}
