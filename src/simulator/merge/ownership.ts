import type { Conflicts } from "./apply-conflict.ts";
import { difference, intersection, isEmpty, union } from "./field-set.ts";
import type { Manager, Managers } from "./managers.ts";
import type { Comparison } from "./typed-compare.ts";

/** What a change takes from the managers other than the one who makes it. */
export function conflictsOf(managers: Managers, self: string, change: Comparison): Conflicts {
  const written = union(change.modified, change.added);
  return new Map(
    [...managers]
      .filter(([id]) => id !== self)
      .map(([id, manager]) => [id, { manager, fields: intersection(manager.fields, written) }] as const)
      .filter(([, { fields }]) => !isEmpty(fields)),
  );
}

/** The managers after a change: the others lose what was written over and what is gone; who owns nothing is left out. */
export function dispossess(managers: Managers, self: string, change: Comparison): Map<string, Manager> {
  const lost = union(union(change.modified, change.added), change.removed);
  return new Map(
    [...managers]
      .map(([id, manager]) =>
        id === self
          ? ([id, manager] as const)
          : ([id, { ...manager, fields: difference(manager.fields, lost) }] as const),
      )
      .filter(([, { fields }]) => !isEmpty(fields)),
  );
}
