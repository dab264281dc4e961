import { readFile } from "node:fs/promises";
import { hostProgram } from "../cluster/host.ts";
import { machineDirectory } from "../cluster/layout.ts";
import { kubectl } from "./kubectl.ts";
import { run } from "./run.ts";

export interface ProcessUsage {
  /** Resident memory, in bytes. */
  readonly rssBytes: number;
  /** User and system time since the start, in seconds. */
  readonly cpuSeconds: number;
}

/** Linux counts process times in hundredths of a second. */
const ticksPerSecond = 100;

export async function usageOf(pid: number): Promise<ProcessUsage> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).replace(/^.*\) /s, "").split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]); // utime and stime
  return { rssBytes: Number(kilobytes) * 1024, cpuSeconds: ticks / ticksPerSecond };
}

/** The main process of a pod's first container, on the cluster of the harness. */
export async function mainProcess(namespace: string, pod: string): Promise<number> {
  const path = "jsonpath={.status.containerStatuses[0].containerID}";
  const id = (await kubectl(["get", "pod", pod, "--namespace", namespace, "--output", path])).replace(
    "containerd://",
    "",
  );
  const where = ["--address", machineDirectory.containerdSocket, "--namespace", "k8s.io"];
  const tasks = await run(hostProgram("ctr"), [...where, "tasks", "list"]);
  const pid = tasks
    .split("\n")
    .map((line) => line.split(/\s+/))
    .find(([task]) => task === id)?.[1];
  if (pid === undefined) throw new Error(`no process for pod ${namespace}/${pod} (container ${id})`);
  return Number(pid);
}
