import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Ends all processes of pods when the playground is gone, however it went. It is a shell that waits at a pipe: the pipe
 * closes with the playground, and the shell has reap.ts end what is left.
 */
export interface Reaper {
  /** A process group has been started. */
  add(group: number): void;
  /** All of it have ended. */
  remove(group: number): void;
  /** Ends what is left and removes the folder; resolves when it is done. */
  close(): Promise<void>;
}

/** Keeps the groups that it is told of, without a process of Node's size for as long as nothing is to be done. */
const script = `
groups=' '
while read -r line; do
  group=" \${line#?} "
  case $line in
    +*) groups=$groups$group ;;
    -*) groups="\${groups%%"$group"*}\${groups#*"$group"}" ;;
  esac
done
exec "$@" $groups
`;

/** `folder` is removed at the end. */
export function startReaper(folder: string): Reaper {
  const reap = fileURLToPath(import.meta.resolve("./reap.ts"));
  const shell = spawn("/bin/sh", ["-c", script, "sh", process.execPath, reap, folder], {
    // In a session of its own, Ctrl-C in the terminal does not reach it.
    detached: true,
    stdio: ["pipe", "ignore", "inherit"],
  });
  const ended = new Promise<void>((resolve) => {
    for (const event of ["close", "error"] as const) {
      shell.once(event, () => {
        resolve();
      });
    }
  });
  shell.unref();
  shell.stdin.on("error", () => undefined);
  const tell = (line: string): void => {
    shell.stdin.write(`${line}\n`);
  };
  return {
    add: (group) => {
      tell(`+${group}`);
    },
    remove: (group) => {
      tell(`-${group}`);
    },
    close: () => {
      shell.ref();
      shell.stdin.end();
      return ended;
    },
  };
}
