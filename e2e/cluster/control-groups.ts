import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { controlGroup } from "./layout.ts";

const root = "/sys/fs/cgroup";
const unified = existsSync(join(root, "cgroup.controllers"));

/** Makes the group under which the kubelet makes those of pods; the kubelet itself insists that it exists. */
export async function createControlGroups(): Promise<void> {
  for (const hierarchy of await hierarchies()) await mkdir(join(hierarchy, controlGroup), { recursive: true });
  if (!unified) return;
  const controllers = (await readFile(join(root, "cgroup.controllers"), "utf8")).trim().split(" ");
  const enable = controllers.map((controller) => `+${controller}`).join(" ");
  for (const group of [root, join(root, controlGroup)]) await writeFile(join(group, "cgroup.subtree_control"), enable);
}

/** Processes of all pods. */
export async function podProcesses(): Promise<number[]> {
  const found = new Set<number>();
  for (const group of await ownGroups()) {
    const listed = await readFile(join(group, "cgroup.procs"), "utf8").catch(() => "");
    for (const pid of listed.split("\n")) if (pid !== "") found.add(Number(pid));
  }
  return [...found];
}

/** Removes the groups; those with processes in them stay. */
export async function removeControlGroups(): Promise<void> {
  for (const group of await ownGroups()) await rmdir(group).catch(() => undefined);
}

/** Own groups in all hierarchies, the deepest first. */
export async function ownGroups(): Promise<string[]> {
  const found: string[] = [];
  for (const hierarchy of await hierarchies()) {
    const own = join(hierarchy, controlGroup);
    if (existsSync(own)) found.push(...(await nested(own)), own);
  }
  return found;
}

async function nested(group: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(group, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(group, entry.name);
    found.push(...(await nested(path)), path);
  }
  return found;
}

/** The one mount of version 2, or version 1's mount per controller. */
async function hierarchies(): Promise<string[]> {
  if (unified) return [root];
  const entries = await readdir(root, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(root, entry.name));
}
