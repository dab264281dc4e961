import { familyOf, listProcesses } from "./process-table.ts";

/** Signals a process group; there is nobody to signal when all of it have ended. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // As the comment above says.
  }
}

/** Kills process groups and all that they started, also in groups of their own. */
export async function killFamilies(groups: Iterable<number>): Promise<void> {
  const rows = await listProcesses();
  for (const group of groups) {
    const others = familyOf(rows, group).map((row) => row.group);
    for (const each of new Set([group, ...others])) signalGroup(each, "SIGKILL");
  }
}
