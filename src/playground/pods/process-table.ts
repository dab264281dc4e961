import { execFile } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { promisify } from "node:util";

/** One process of the machine. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  /** Process group. */
  readonly group: number;
  /** CPU time used so far, in seconds. */
  readonly cpuSeconds: number;
  /** Memory in use, in bytes. */
  readonly rssBytes: number;
}

/** All processes that can be seen: from /proc on Linux, from `ps` elsewhere. */
export function listProcesses(): Promise<readonly ProcessRow[]> {
  return process.platform === "linux" ? readProc() : runPs();
}

/**
 * The processes of a group and all that they started, also in groups of their own. One whose parent has ended is found
 * by its group alone.
 */
export function familyOf(rows: readonly ProcessRow[], group: number): readonly ProcessRow[] {
  const members = new Map(rows.filter((row) => row.group === group).map((row) => [row.pid, row]));
  for (let before = -1; before !== members.size;) {
    before = members.size;
    for (const row of rows) if (members.has(row.parent)) members.set(row.pid, row);
  }
  return [...members.values()];
}

const linux = {
  /** Of /proc/PID/stat; the kernel counts in hundredths of a second, whatever its own clock. */
  ticksPerSecond: 100,
  pageBytes: 4096,
};

async function readProc(): Promise<readonly ProcessRow[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  // a process may end meanwhile
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined)));
  return stats.flatMap((stat) => (stat === undefined ? [] : [parseStat(stat)]));
}

/** A line of /proc/PID/stat. The second field, a name in brackets, may hold anything; zombies have no memory. */
export function parseStat(stat: string): ProcessRow {
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [, parent = 0, group = 0] = fields;
  const [user = 0, system = 0] = fields.slice(11, 13);
  return {
    pid: Number.parseInt(stat, 10),
    parent,
    group,
    cpuSeconds: (user + system) / linux.ticksPerSecond,
    rssBytes: (fields[21] ?? 0) * linux.pageBytes,
  };
}

async function runPs(): Promise<readonly ProcessRow[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,pgid=,rss=,time="]);
  return parsePs(stdout);
}

/** Lines of `ps -o pid=,ppid=,pgid=,rss=,time=`: memory in KiB, time as `[[days-]hours:]minutes:seconds`. */
export function parsePs(output: string): readonly ProcessRow[] {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const [pid, parent, group, rss, time = ""] = line.trim().split(/\s+/);
    return {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      cpuSeconds: secondsOf(time),
      rssBytes: Number(rss) * 1024,
    };
  });
}

function secondsOf(time: string): number {
  const [clock = "", days = "0"] = time.split("-").reverse();
  const seconds = clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days) * 86_400 + seconds;
}
