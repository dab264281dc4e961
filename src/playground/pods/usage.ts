import type { PodEntry } from "./entries.ts";
import { familyOf } from "./process-table.ts";
import type { ProcessRow } from "./process-table.ts";

/** What the processes of a container have used: CPU time of those that run, since they started, and memory now. */
export interface ContainerUsage {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** Of all containers that run. */
export function usageOf(pods: readonly PodEntry[], rows: readonly ProcessRow[]): readonly ContainerUsage[] {
  return pods.flatMap(({ pod: { metadata }, containers }) =>
    Array.from(containers).flatMap(([container, { running }]) => {
      if (running?.process.pid === undefined) return [];
      const family = familyOf(rows, running.process.pid);
      const sum = (of: "cpuSeconds" | "rssBytes"): number => family.reduce((total, row) => total + row[of], 0);
      const { namespace = "", name: pod } = metadata;
      return [{ namespace, pod, container, cpuSeconds: sum("cpuSeconds"), rssBytes: sum("rssBytes") }];
    }),
  );
}
