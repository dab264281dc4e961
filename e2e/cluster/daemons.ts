import { spawn } from "node:child_process";
import { openSync, closeSync, readFileSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { machineDirectory, stateDirectory } from "./layout.ts";

/** Writes its own id and start time before it becomes the program, so that no process is ever without its file. */
const launcher = 'echo "$$ $(cut -d" " -f22 /proc/$$/stat)" > "$0" && exec "$@"';

/** Starts a process of the cluster that lives on after this one, unless it runs already. Its log is `<name>.log`. */
export async function startDaemon(name: string, command: string, args: readonly string[]): Promise<void> {
  if (daemonPid(name) !== undefined) return;
  await mkdir(machineDirectory.pids, { recursive: true });
  await mkdir(stateDirectory.logs, { recursive: true });
  const log = openSync(logOf(name), "a");
  const child = spawn("/bin/sh", ["-c", launcher, pidFile(name), command, ...args], {
    cwd: stateDirectory.root,
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const failed = new Promise<never>((_resolve, reject) => child.once("error", reject));
  const started = waitFor(() => daemonPid(name) !== undefined || child.exitCode !== null, 5_000);
  await Promise.race([failed, started]);
  child.unref();
}

/** The id of a daemon that runs; undefined when it does not, also when its id belongs to another process by now. */
export function daemonPid(name: string): number | undefined {
  try {
    const [pid = "", started] = readFileSync(pidFile(name), "utf8").trim().split(" ");
    // after the name in parentheses: state is field 3, start time field 22
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields[0] !== "Z" && fields[19] === started ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Checks that a daemon is still there.
 * @throws Error with the end of its log.
 */
export function assertRunning(name: string): void {
  if (daemonPid(name) !== undefined) return;
  const end = readFileSync(logOf(name), "utf8").trimEnd().split("\n").slice(-15).join("\n");
  throw new Error(`${name} ended; the end of ${logOf(name)}:\n${end}`);
}

/** Names of the daemons that were started and not stopped since. */
export async function knownDaemons(): Promise<string[]> {
  try {
    return (await readdir(machineDirectory.pids)).map((file) => file.replace(/\.pid$/, ""));
  } catch {
    return [];
  }
}

/** Asks a daemon to end, and makes it after `graceMs`. */
export async function stopDaemon(name: string, graceMs: number): Promise<void> {
  const pid = daemonPid(name);
  if (pid !== undefined) {
    process.kill(pid, "SIGTERM");
    const ended = await waitFor(() => daemonPid(name) === undefined, graceMs);
    if (!ended && daemonPid(name) === pid) process.kill(pid, "SIGKILL");
    await waitFor(() => daemonPid(name) === undefined, 5_000);
  }
  await rm(pidFile(name), { force: true });
}

async function waitFor(done: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (!done()) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

function pidFile(name: string): string {
  return join(machineDirectory.pids, `${name}.pid`);
}

function logOf(name: string): string {
  return join(stateDirectory.logs, `${name}.log`);
}
