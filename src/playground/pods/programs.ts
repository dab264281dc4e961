import { accessSync, constants, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { programs } from "../images/images.ts";
import type { KnownPrograms } from "./command.ts";

/** The programs that pods find: those of the playground in a folder at the front of the PATH, then the machine's. */
export interface Programs extends KnownPrograms {
  /** Value of the variable PATH. */
  readonly path: string;
}

/** Writes the playground's programs into the folder, each a script that has this Node run a file. */
export function installPrograms(folder: string, path: string): Programs {
  mkdirSync(folder, { recursive: true });
  for (const [name, file] of [["node"], ...Object.entries(programs)]) {
    if (name === undefined) continue;
    const words = [process.execPath, ...(file === undefined ? [] : [file])].map(quoted).join(" ");
    writeFileSync(join(folder, name), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  }
  const folders = path.split(":");
  return {
    own: new Set(["node", ...Object.keys(programs)]),
    path: [folder, ...folders].join(":"),
    exists: (program) =>
      program.includes("/") ? isExecutable(program) : folders.some((each) => isExecutable(join(each, program))),
  };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** A word of the shell that means nothing but itself. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
