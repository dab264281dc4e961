import { bash } from "./bash.ts";
import { cmd } from "./cmd.ts";
import { concord } from "./concord.ts";
import { InvalidTask } from "./errors.ts";
import { helm, helmv3 } from "./helm.ts";
import { kubectl } from "./kubectl.ts";
import { ngrinder } from "./ngrinder.ts";
import type { Metadata } from "./payload.ts";
import type { TaskKind } from "./task.ts";

/** All kinds of tasks. */
const taskKinds: readonly TaskKind[] = [cmd, bash, helm, helmv3, kubectl, ngrinder, concord];

/**
 * The kind of task that the metadata asks for; `cmd` unless it says which.
 * @throws InvalidTask when there is no such kind, or no metadata at all
 */
export function taskKind(metadata: Metadata): TaskKind {
  if (Object.keys(metadata).length === 0) throw new InvalidTask("metadata not found in payload");
  const { type = "cmd" } = metadata;
  const kind = taskKinds.find((candidate) => candidate.type === type);
  if (kind === undefined) throw new InvalidTask(`unknown task type ${type}`);
  return kind;
}
