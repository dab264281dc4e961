import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { attempt, run } from "../support/run.ts";
import { network } from "./layout.ts";

/** Anything a pod sends past the pod bridge would leave the machine. */
const fence = ["FORWARD", "-i", network.podBridge, "!", "-o", network.podBridge, "-j", "REJECT"];

/**
 * Gives the node its address, and holds everything addressed to pods or Services on this machine: before kube-proxy
 * serves a Service address, and after it stops, a packet to it goes to a bridge without ports and ends there.
 * @throws Error when a route does not hold.
 */
export async function prepareNetwork(): Promise<void> {
  const { nodeBridge, nodeAddress, serviceRange, podRange } = network;
  if (!existsSync(`/sys/class/net/${nodeBridge}`)) await run("ip", ["link", "add", nodeBridge, "type", "bridge"]);
  await run("ip", ["address", "replace", `${nodeAddress}/32`, "dev", nodeBridge]);
  await run("ip", ["link", "set", nodeBridge, "up"]);
  // the pod bridge's own narrower route goes before the one for pods
  for (const range of [serviceRange, podRange]) await run("ip", ["route", "replace", range, "dev", nodeBridge]);
  await verifyRoutes();
  if ((await attempt("iptables", ["-C", ...fence])).code !== 0) await run("iptables", ["-I", ...fence]);
  if (!existsSync("/proc/sys/net/bridge/bridge-nf-call-iptables")) await run("modprobe", ["br_netfilter"]);
  for (const setting of ["ipv4/ip_forward", "bridge/bridge-nf-call-iptables"]) {
    await writeFile(`/proc/sys/net/${setting}`, "1");
  }
}

/**
 * Asks the kernel where packets to Services and pods would go.
 * @throws Error when one of them would leave by another device.
 */
export async function verifyRoutes(): Promise<void> {
  const { nodeBridge, podBridge, apiService } = network;
  for (const address of [apiService, "10.96.255.254", "10.244.0.2", "10.244.255.254"]) {
    const route = await run("ip", ["route", "get", address]);
    const device = / dev (\S+)/.exec(route)?.[1];
    if (device !== nodeBridge && device !== podBridge) {
      throw new Error(`${address} would leave this machine: ${route.trim()}`);
    }
  }
}

/**
 * Makes /run/netns the shared mount that `ip netns` would make of it at its first use. When that happens after pods
 * were started, their namespaces are mounted twice and the pods cannot be deleted any more.
 * Gives whether it made the mount, so that somebody unmounts it later.
 */
export async function shareNetworkNamespaces(): Promise<boolean> {
  await mkdir("/run/netns", { recursive: true });
  if ((await mountPoints()).includes("/run/netns")) return false;
  await run("mount", ["--bind", "/run/netns", "/run/netns"]);
  await run("mount", ["--make-shared", "/run/netns"]);
  return true;
}

/** All mount points, innermost last. */
export async function mountPoints(): Promise<string[]> {
  const table = await readFile("/proc/self/mountinfo", "utf8");
  return table
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((point) => point !== "");
}

/** Takes the devices away, and with them addresses and routes. */
export async function removeDevices(): Promise<void> {
  for (const device of await ownDevices()) await attempt("ip", ["link", "delete", device]);
}

/** The two bridges and the pods' ends of them, as far as they exist. */
export async function ownDevices(): Promise<string[]> {
  const { podBridge, nodeBridge } = network;
  const listed = await attempt("ip", ["-oneline", "link", "show", "master", podBridge]);
  const ports = [...listed.stdout.matchAll(/^\d+: ([^@:]+)/gm)].map((match) => match[1] ?? "");
  return [...ports, podBridge, nodeBridge].filter((device) => existsSync(`/sys/class/net/${device}`));
}

/** Routes into the ranges of the cluster. */
export async function ownRoutes(): Promise<string[]> {
  const routes = await run("ip", ["route", "show", "table", "all"]);
  return routes.split("\n").filter((route) => /\b10\.(96|244|200)\.\d/.test(route));
}

const tables = ["filter", "nat", "mangle", "raw"];
const ownChain = /^(KUBE|CNI)-/;

/** Removes the rules and chains of kubelet, kube-proxy and this harness; others stay. */
export async function removeFirewallRules(): Promise<void> {
  for (const family of ["iptables", "ip6tables"]) {
    for (const table of tables) {
      const { rules, chains } = await ownFirewall(family, table);
      if (rules.length === 0 && chains.length === 0) continue;
      const commands = [
        `*${table}`,
        ...rules.map((rule) => rule.replace(/^-A/, "-D")),
        ...chains.map((chain) => `-F ${chain}`),
        ...chains.map((chain) => `-X ${chain}`),
        "COMMIT\n",
      ];
      await run(`${family}-restore`, ["--noflush"], { input: commands.join("\n") });
    }
  }
}

/** What `removeFirewallRules` would remove, for people to read. */
export async function ownFirewallRules(): Promise<string[]> {
  const found: string[] = [];
  for (const family of ["iptables", "ip6tables"]) {
    for (const table of tables) {
      const { rules, chains } = await ownFirewall(family, table);
      found.push(...[...rules, ...chains].map((part) => `${family} ${table}: ${part}`));
    }
  }
  return found;
}

/** Own chains of a table, and rules in foreign chains that lead to them or name the pod bridge. */
async function ownFirewall(family: string, table: string): Promise<{ rules: string[]; chains: string[] }> {
  const { stdout } = await attempt(`${family}-save`, ["-t", table]);
  const lines = stdout.split("\n");
  const chains = lines
    .filter((line) => line.startsWith(":"))
    .map((line) => line.slice(1).split(" ")[0] ?? "")
    .filter((chain) => ownChain.test(chain));
  const rules = lines.filter((line) => {
    const [, chain = "", target = ""] = /^-A (\S+).* -j (\S+)/.exec(line) ?? [];
    const named = line.includes(`-i ${network.podBridge} `);
    return line.startsWith("-A") && !ownChain.test(chain) && (ownChain.test(target) || named);
  });
  return { rules, chains };
}
