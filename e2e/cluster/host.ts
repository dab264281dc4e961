import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { attempt, run } from "../support/run.ts";
import { checkout, machineDirectory, network } from "./layout.ts";
import { step } from "./progress.ts";

/** Folder of Debian's CNI plugins. */
export const cniPlugins = "/usr/lib/cni";

/** What the harness takes from the machine, and the Debian package that has it. */
const needed: readonly { readonly file: string; readonly package: string }[] = [
  { file: "containerd", package: "containerd" },
  { file: "ctr", package: "containerd" },
  { file: "runc", package: "runc" },
  { file: join(cniPlugins, "bridge"), package: "containernetworking-plugins" },
  { file: "iptables", package: "iptables" },
  { file: "ip", package: "iproute2" },
  { file: "nsenter", package: "util-linux" },
  { file: "openssl", package: "openssl" },
  { file: "busybox", package: "busybox-static" },
  { file: "bash", package: "bash" },
  { file: "dash", package: "dash" },
  { file: "curl", package: "curl" },
  { file: "jq", package: "jq" },
  { file: "tini", package: "tini" },
  { file: "wget", package: "wget" },
  { file: "/etc/ssl/certs/ca-certificates.crt", package: "ca-certificates" },
];

/**
 * Makes sure that this machine can run a node, and installs Debian packages that it lacks.
 * @throws Error that says in plain words what is missing.
 */
export async function prepareHost(): Promise<void> {
  if (process.platform !== "linux") throw new Error(`a cluster needs Linux; this is ${process.platform}`);
  if (process.getuid?.() !== 0) throw new Error("a cluster needs root, for containers and network devices: use sudo");
  const missing = needed.filter(({ file }) => find(file) === undefined);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((part) => part.package))];
  if (find("apt-get") === undefined) {
    throw new Error(
      `missing on this machine: ${missing.map(({ file }) => file).join(", ")}; ` +
        `there is no apt-get to install them with (on Debian they are in: ${packages.join(" ")})`,
    );
  }
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await step(`install ${packages.join(" ")}`, async () => {
    await run("apt-get", ["update"], { timeoutMs: 5 * 60_000, env });
    const install = ["install", "--yes", "--no-install-recommends", ...packages];
    await run("apt-get", install, { timeoutMs: 15 * 60_000, env });
  });
  const still = needed.filter(({ file }) => find(file) === undefined);
  if (still.length > 0) throw new Error(`still missing: ${still.map(({ file }) => file).join(", ")}`);
}

/** Full path of a program of the machine. */
export function hostProgram(name: string): string {
  const path = find(name);
  if (path === undefined) throw new Error(`there is no ${name} on this machine`);
  return path;
}

function find(file: string): string | undefined {
  if (file.startsWith("/")) return existsSync(file) ? file : undefined;
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  return folders.map((folder) => join(folder, file)).find((path) => path.startsWith("/") && existsSync(path));
}

/**
 * Does the work while no other run on this machine can start or end a cluster.
 * The kernel ends the lock with the process, however that ends.
 * @throws Error when another run is at it.
 */
export async function exclusively(work: () => Promise<void>): Promise<void> {
  const lock = createServer();
  await new Promise<void>((resolve, reject) => {
    lock.once("error", (cause) => {
      reject(new Error("another run is starting or ending a cluster on this machine", { cause }));
    });
    lock.listen("\0headgate-e2e", resolve);
  });
  try {
    await work();
  } finally {
    lock.close();
  }
}

/**
 * Makes sure that the cluster of this machine is this checkout's or nobody's.
 * @throws Error naming the command that ends the other one.
 */
export async function refuseForeignCluster(): Promise<void> {
  const owner = await clusterOwner();
  if (owner === checkout) return;
  if (owner !== undefined) {
    throw new Error(`a cluster of ${owner} runs on this machine: make -C ${owner} cluster-down ends it`);
  }
  for (const device of [network.nodeBridge, network.podBridge]) {
    if (existsSync(`/sys/class/net/${device}`)) throw new Error(`network device ${device} belongs to something else`);
  }
  const { stdout } = await attempt("iptables-save", []);
  if (stdout.includes("KUBE-SERVICES")) throw new Error("another Kubernetes node runs on this machine");
}

/** Checkout whose cluster this machine has, if any. */
export async function clusterOwner(): Promise<string | undefined> {
  try {
    return (await readFile(machineDirectory.owner, "utf8")).trim();
  } catch {
    return undefined;
  }
}
