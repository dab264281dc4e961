import type { Canary } from "../api/canary.ts";
import { NothingToRelease } from "../api/errors.ts";
import type { Cluster } from "./cluster.ts";
import type { Followers } from "./followers.ts";

/**
 * Two Canaries of one target would undo each other's work: the older one has it.
 * @throws NothingToRelease for the newer one, naming the other
 */
export function refuseRivals(canaries: Cluster["canaries"], followers: Followers, canary: Canary): void {
  const { namespace = "", name } = canary.metadata;
  const { kind, name: target } = canary.spec.targetRef;
  for (const key of followers.of({ kind, namespace, name: target })) {
    const other = canaries.get({ namespace, name: key.slice(namespace.length + 1) });
    if (other === undefined || other.metadata.name === name) continue;
    const { targetRef } = other.spec;
    if (targetRef.kind === kind && targetRef.name === target && isOlder(other, canary)) {
      throw new NothingToRelease(
        `spec.targetRef: canary ${other.metadata.name} releases ${kind} ${target} already: delete one of the two`,
      );
    }
  }
}

/** Of two that were made in the same second, the one whose name comes first. */
function isOlder({ metadata: one }: Canary, { metadata: other }: Canary): boolean {
  const [before = "", after = ""] = [one.creationTimestamp, other.creationTimestamp];
  return before === after ? one.name < other.name : before < after;
}
