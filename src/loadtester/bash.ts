import { foregroundCommand } from "./command.ts";
import type { TaskKind } from "./task.ts";

/** A command for bash, usually a test. */
export const bash: TaskKind = foregroundCommand("bash", (command) => ["bash", "-c", command]);
