import { foregroundCommand, words } from "./command.ts";
import type { TaskKind } from "./task.ts";

/** Arguments for helm, usually `test RELEASE`. */
export const helm: TaskKind = foregroundCommand("helm", (command) => ["helm", ...words(command)]);

/** Arguments for helmv3: the name of helm's version 3 in images that have version 2 too. */
export const helmv3: TaskKind = foregroundCommand("helmv3", (command) => ["helmv3", ...words(command)]);
