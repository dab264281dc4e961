import { existsSync } from "node:fs";
import { readdir, readFile, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { eventually } from "../support/eventually.ts";
import { attempt } from "../support/run.ts";
import { ownGroups, podProcesses, removeControlGroups } from "./control-groups.ts";
import { daemonPid, knownDaemons, stopDaemon } from "./daemons.ts";
import { clusterOwner } from "./host.ts";
import { checkout, machineDirectory, network, stateDirectory } from "./layout.ts";
import { mountPoints, ownDevices, ownFirewallRules, ownRoutes, removeDevices, removeFirewallRules } from "./network.ts";
import { say, step } from "./progress.ts";

const sharedMark = join(machineDirectory.run, "shared-netns");
const shimSockets = "/run/containerd/s";
const cniResults = "/var/lib/cni/results";

/**
 * Ends the cluster of this machine and removes all of it but logs and built programs.
 * @throws Error when another checkout uses it, or listing what could not be removed.
 */
export async function down(): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error("ending a cluster needs root: use sudo");
  const owner = await clusterOwner();
  if (owner !== undefined && owner !== checkout && !(await isAbandoned(owner))) {
    throw new Error(`the cluster of this machine belongs to ${owner}: make -C ${owner} cluster-down ends it`);
  }
  if (owner === undefined) {
    await removeFolders(await findTraces());
    await removeState();
    say("no cluster is up");
    return;
  }
  const traces = await findTraces();
  await step("end processes", endProcesses);
  await step("remove mounts, devices, firewall rules, control groups", async () => {
    await removeMounts(traces.namespaces);
    await removeDevices();
    await removeFirewallRules();
    await removeControlGroups();
    await removeFolders(traces);
  });
  await removeState();
  const leftovers = await gatherLeftovers(traces);
  if (leftovers.length > 0) throw new Error(`left on this machine:\n  ${leftovers.join("\n  ")}`);
  say("nothing is left");
}

/** Ends what is left of another checkout's cluster whose processes were killed, or whose checkout is gone. */
export async function endAbandoned(): Promise<void> {
  const owner = await clusterOwner();
  if (owner === undefined || owner === checkout || !(await isAbandoned(owner))) return;
  say(`a cluster of ${owner} was left behind: ending it`);
  await down();
}

/** Nobody uses a cluster whose checkout is gone, or none of whose daemons runs. */
async function isAbandoned(owner: string): Promise<boolean> {
  return !existsSync(owner) || (await knownDaemons()).every((name) => daemonPid(name) === undefined);
}

/** The kubelet first, so that it does not start again what ends; the API server's graceful end would take long. */
async function endProcesses(): Promise<void> {
  await stopDaemon("kubelet", 2_000);
  await Promise.all(
    ["kube-proxy", "kube-scheduler", "kube-controller-manager", "kube-apiserver"].map((name) => stopDaemon(name, 500)),
  );
  await stopDaemon("etcd", 2_000);
  await endPods();
  await stopDaemon("containerd", 5_000);
  for (const name of await knownDaemons()) await stopDaemon(name, 2_000);
}

async function endPods(): Promise<void> {
  const endAll = async (find: () => Promise<number[]>): Promise<void> => {
    await eventually(
      "the pods' processes end",
      async () => {
        const pids = await find();
        for (const pid of pids) killIfThere(pid);
        return pids.length === 0 ? true : undefined;
      },
      { timeoutMs: 20_000, everyMs: 100 },
    );
  };
  await endAll(podProcesses);
  // a shim ends by itself some time after its pod; what it takes with it are its socket and mounts
  await endAll(shims);
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended since it was listed
  }
}

/** Shims of the cluster's own containerd, known by the socket on their command line. */
async function shims(): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const line = await readFile(`/proc/${entry}/cmdline`, "utf8").catch(() => "");
    const [program = "", ...args] = line.split("\0");
    if (program.includes("containerd-shim") && args.includes(machineDirectory.containerdSocket)) {
      found.push(Number(entry));
    }
  }
  return found;
}

/** What pods have left outside the cluster's own folders: network namespaces, notes of CNI, sockets of shims. */
interface Traces {
  readonly namespaces: readonly string[];
  readonly files: readonly string[];
}

async function findTraces(): Promise<Traces> {
  const sandboxes = await entries(join(machineDirectory.containerdRoot, "io.containerd.grpc.v1.cri/sandboxes"));
  const results = (await entries(cniResults)).filter(
    (file) => file.startsWith(`${network.cniName}-`) || sandboxes.some((sandbox) => file.includes(sandbox)),
  );
  const notes = results.map((file) => join(cniResults, file));
  const namespaces = new Set<string>();
  for (const note of notes) {
    const text = await readFile(note, "utf8").catch(() => "");
    for (const [path] of text.matchAll(/\/run\/netns\/cni-[0-9a-f-]+/g)) namespaces.add(path);
  }
  return { namespaces: [...namespaces], files: [...notes, ...(await findShimSockets())] };
}

/** A shim writes the address of its socket beside what it knows of its container. */
async function findShimSockets(): Promise<string[]> {
  const tasks = join(machineDirectory.containerdState, "io.containerd.runtime.v2.task/k8s.io");
  const addresses = await Promise.all(
    (await entries(tasks)).map(async (task) => readFile(join(tasks, task, "address"), "utf8").catch(() => "")),
  );
  return addresses
    .map((address) => address.trim().replace("unix://", ""))
    .filter((socket) => socket.startsWith(`${shimSockets}/`));
}

async function entries(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function removeMounts(namespaces: readonly string[]): Promise<void> {
  for (const point of (await ownMounts(namespaces)).reverse()) await attempt("umount", ["--lazy", point]);
  if (existsSync(sharedMark)) await attempt("umount", ["/run/netns"]);
}

async function ownMounts(namespaces: readonly string[]): Promise<string[]> {
  const { run, disk } = machineDirectory;
  const within = (point: string): boolean => [run, disk].some((folder) => point.startsWith(`${folder}/`));
  return (await mountPoints()).filter((point) => within(point) || namespaces.includes(point));
}

/** Only once nothing is mounted in there any more: what is mounted would be emptied. */
async function removeFolders({ namespaces, files }: Traces): Promise<void> {
  if ((await ownMounts(namespaces)).length > 0) return;
  for (const file of [...namespaces, ...files]) await rm(file, { force: true });
  await rm(machineDirectory.disk, { recursive: true, force: true });
  // with the note of the owner: as long as it is there, somebody has to clean up
  await rm(machineDirectory.run, { recursive: true, force: true });
  for (const shared of [shimSockets, "/run/containerd", cniResults, "/var/lib/cni", "/run/netns"]) {
    await rmdir(shared).catch(() => undefined); // somebody else's things are in it
  }
}

async function removeState(): Promise<void> {
  const { logs, bin, root } = stateDirectory;
  for (const entry of await readdir(root).catch(() => [])) {
    const path = join(root, entry);
    if (path !== logs && path !== bin) await rm(path, { recursive: true });
  }
}

/** What is still on the machine of a cluster, in words. */
async function gatherLeftovers({ namespaces, files }: Traces): Promise<string[]> {
  const paths = [machineDirectory.run, machineDirectory.disk, ...namespaces, ...files];
  const running = (await knownDaemons()).filter((name) => daemonPid(name) !== undefined);
  return [
    ...running.map((name) => `process ${name}`),
    ...(await podProcesses()).map((pid) => `process ${pid} of a pod`),
    ...(await shims()).map((pid) => `process ${pid}, a shim`),
    ...(await ownMounts(namespaces)).map((point) => `mount ${point}`),
    ...(await ownDevices()).map((device) => `network device ${device}`),
    ...(await ownRoutes()).map((route) => `route ${route}`),
    ...(await ownFirewallRules()),
    ...(await ownGroups()).map((group) => `control group ${group}`),
    ...paths.filter((path) => existsSync(path)).map((path) => `file ${path}`),
  ];
}
