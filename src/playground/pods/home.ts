import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Container, Pod } from "kubernetes-types/core/v1.d.ts";
import type { Stored } from "../../kubernetes/resources.ts";
import { freePorts } from "./addresses.ts";
import type { Configs } from "./configs.ts";
import { NotStarted } from "./errors.ts";
import { makeVolume } from "./volumes.ts";

/** What the containers of a pod share, made when it is first needed. */
export interface PodHome {
  readonly folder: string;
  /** For each port of this container a free one that stands for it. */
  portsOf(container: Container): Promise<ReadonlyMap<number, number>>;
  /** The port that stands for this one, if there is one. */
  portFor(port: number): number | undefined;
  /**
   * The folder of each volume.
   * @throws NotStarted for a volume that cannot be made yet
   */
  volumes(): Promise<(name: string) => string>;
  /** Does something once for the pod, such as running its init containers; again only if it has failed. */
  once(run: () => Promise<void>): Promise<void>;
  remove(): Promise<void>;
}

export function createPodHome(pod: Stored<Pod>, folder: string, configs: Configs): PodHome {
  const { volumes = [] } = pod.spec ?? {};
  const ports = new Map<string, ReadonlyMap<number, number>>();
  const folderOf = (name: string): string => join(folder, "volumes", name);

  const makeVolumes = async (): Promise<(name: string) => string> => {
    await mkdir(folder, { recursive: true });
    for (const volume of volumes) {
      try {
        await makeVolume(volume, folderOf(volume.name), pod, configs);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new NotStarted("ContainerCreating", `MountVolume.SetUp failed for volume "${volume.name}" : ${why}`);
      }
    }
    return folderOf;
  };

  const sharedVolumes = untilDone(makeVolumes);
  let done: Promise<void> | undefined;
  return {
    folder,
    portsOf: async ({ name, ports: declared = [] }) => {
      const found = ports.get(name) ?? (await freePorts(declared.map(({ containerPort }) => containerPort)));
      ports.set(name, found);
      return found;
    },
    portFor: (port) => {
      const found = [...ports.values()].map((each) => each.get(port));
      return found.find((free) => free !== undefined);
    },
    volumes: sharedVolumes,
    once: (run) => {
      done ??= run().catch((error: unknown) => {
        done = undefined;
        throw error;
      });
      return done;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Does it when it is first asked for, and again only if it has failed. */
function untilDone<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
