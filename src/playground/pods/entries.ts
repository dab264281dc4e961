import { join } from "node:path";
import type { Container, Pod } from "kubernetes-types/core/v1.d.ts";
import type { Stored } from "../../kubernetes/resources.ts";
import type { Addresses, Endpoint } from "./addresses.ts";
import type { Configs } from "./configs.ts";
import { createPodHome } from "./home.ts";
import type { PodHome } from "./home.ts";
import type { ContainerLog } from "./log.ts";
import type { PodProcess, Program } from "./process.ts";

/** A container of a pod; of its first one when none is named. */
export interface ContainerRef {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
}

/** What is known of a pod for as long as it exists. */
export interface PodEntry {
  readonly pod: Stored<Pod>;
  readonly address: string;
  readonly home: PodHome;
  readonly containers: Map<string, ContainerEntry>;
}

/** What outlasts the runs of a container. */
export interface ContainerEntry {
  /** Of the current run, or the last one; undefined before the first. */
  log: ContainerLog | undefined;
  /** Of the run before. */
  previous: ContainerLog | undefined;
  running: { readonly process: PodProcess; readonly program: Program } | undefined;
  /** Whether its image has been asked for in vain. */
  imageMissed: boolean;
}

/** All pods, by their uids. */
export interface PodEntries {
  /** A pod that is new gets an address. */
  of(pod: Stored<Pod>): PodEntry;
  container(entry: PodEntry, container: Container): ContainerEntry;
  find(ref: ContainerRef): ContainerEntry | undefined;
  all(): readonly PodEntry[];
  readonly remove: (pod: Stored<Pod>) => void;
  /** Where a port of a pod really is. Addresses of others come back as they are. */
  readonly resolve: (host: string, port: number) => Endpoint;
}

/** Pods have their folders in this one. */
export function createPodEntries(folder: string, addresses: Addresses, configs: Configs): PodEntries {
  const pods = new Map<string, PodEntry>();
  const uidOf = ({ metadata: { uid, name } }: Stored<Pod>): string => uid ?? name;
  return {
    of: (pod) => {
      const uid = uidOf(pod);
      const known = pods.get(uid);
      if (known !== undefined) return known;
      const home = createPodHome(pod, join(folder, uid), configs);
      const entry = { pod, address: addresses.allocate(), home, containers: new Map<string, ContainerEntry>() };
      pods.set(uid, entry);
      return entry;
    },

    container: ({ containers }, { name }) => {
      const known = containers.get(name);
      if (known !== undefined) return known;
      const entry = { log: undefined, previous: undefined, running: undefined, imageMissed: false };
      containers.set(name, entry);
      return entry;
    },

    find: ({ namespace, pod: name, container }) => {
      const isIt = ({ pod: { metadata } }: PodEntry): boolean =>
        metadata.namespace === namespace && metadata.name === name;
      const entry = [...pods.values()].findLast(isIt);
      return entry?.containers.get(container ?? entry.pod.spec?.containers[0]?.name ?? "");
    },

    all: () => [...pods.values()],

    remove: (pod) => {
      const entry = pods.get(uidOf(pod));
      if (entry === undefined) return;
      pods.delete(uidOf(pod));
      addresses.release(entry.address);
      void entry.home.remove();
    },

    resolve: (host, port) => {
      const entry = [...pods.values()].find(({ address }) => address === host);
      if (entry === undefined) return { host, port };
      const free = entry.home.portFor(port);
      if (free !== undefined) return { host: "127.0.0.1", port: free };
      return { host: addresses.real ? host : "127.0.0.1", port };
    },
  };
}
