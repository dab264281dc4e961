import { foregroundCommand, words } from "./command.ts";
import type { TaskKind } from "./task.ts";

/** Arguments for kubectl. What it may do is up to the load tester's service account. */
export const kubectl: TaskKind = foregroundCommand("kubectl", (command) => ["kubectl", ...words(command)]);
