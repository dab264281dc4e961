import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Container, Pod } from "kubernetes-types/core/v1.d.ts";
import type { Clock } from "../../clock.ts";
import type { Stored } from "../../kubernetes/resources.ts";
import type { ContainerStart, PodRuntime } from "../../simulator/controllers/pod-runtime.ts";
import type { Images } from "../images/images.ts";
import { claimAddresses } from "./addresses.ts";
import type { Addresses, Endpoint } from "./addresses.ts";
import type { Configs } from "./configs.ts";
import { runContainer } from "./container.ts";
import type { Prepared } from "./container.ts";
import { createPodEntries } from "./entries.ts";
import type { ContainerEntry, ContainerRef, PodEntry } from "./entries.ts";
import { NotStarted } from "./errors.ts";
import { createContainerLog } from "./log.ts";
import type { ContainerLog, LogOptions } from "./log.ts";
import { programOf } from "./prepare.ts";
import type { Machine } from "./prepare.ts";
import { listProcesses } from "./process-table.ts";
import { startProcess } from "./process.ts";
import type { Exit, Output, PodProcess, Program } from "./process.ts";
import { installPrograms } from "./programs.ts";
import { startReaper } from "./reaper.ts";
import { runCheck, runToEnd } from "./run.ts";
import { usageOf } from "./usage.ts";
import type { ContainerUsage } from "./usage.ts";

export interface PodProcessesOptions {
  readonly clock: Clock;
  readonly images: Images;
  readonly configs: Configs;
  /** Where programs of the user's own images run. */
  readonly folder: string;
  /** Value of PATH for pods, behind the playground's own programs. */
  readonly path: string;
  /** URL of the gateway, through which pods reach Services by their names. */
  readonly proxy?: string;
  /** More variables for all containers. */
  readonly variables?: Readonly<Record<string, string>>;
  /** The addresses of pods: of this machine's unless given. */
  readonly addresses?: Addresses;
}

/** Containers as processes of this machine, and what kubectl asks a kubelet about them. */
export interface PodProcesses extends PodRuntime, AsyncDisposable {
  /** Where a port of a pod really is. Addresses of others come back as they are. */
  resolve(host: string, port: number): Endpoint;
  /** What a container has written; undefined when it has not run yet, or not before. */
  logs(
    ref: ContainerRef,
    options: LogOptions & { readonly previous?: boolean },
    signal?: AbortSignal,
  ): AsyncIterable<string> | undefined;
  /** Runs a command in a container, as `kubectl exec` does; undefined when the container does not run. */
  execute(
    ref: ContainerRef,
    command: readonly string[],
    output: Output,
    signal: AbortSignal,
  ): Promise<Exit> | undefined;
  usage(): Promise<readonly ContainerUsage[]>;
}

/** Disposing of it kills all pods' processes and removes their files. So does the end of this process, if it comes first. */
export async function createPodProcesses(options: PodProcessesOptions): Promise<PodProcesses> {
  const { clock, images, configs, folder } = options;
  const addresses = options.addresses ?? (await claimAddresses());
  const place = await mkdtemp(join(tmpdir(), "headgate-pods-"));
  const reaper = startReaper(place);
  const closing = new AbortController();
  const entries = createPodEntries(place, addresses, configs);
  const machine: Machine = {
    images,
    configs,
    programs: installPrograms(join(place, "bin"), options.path),
    realAddresses: addresses.real,
    folder,
    proxy: options.proxy,
    variables: new Map(Object.entries(options.variables ?? {})),
  };

  /** Starts a process that the reaper knows of while it runs. */
  const startTracked = (program: Program, output: Output): PodProcess => {
    const process = startProcess(program, output);
    const { pid } = process;
    if (pid !== undefined) {
      reaper.add(pid);
      void process.ended.then(() => {
        reaper.remove(pid);
      });
    }
    return process;
  };

  const beginLog = (slot: ContainerEntry): ContainerLog => {
    slot.previous = slot.log;
    slot.log = createContainerLog(() => clock.now());
    return slot.log;
  };

  /** One after the other, each to its end. */
  const runInitContainers = async (entry: PodEntry, pod: Stored<Pod>, signal: AbortSignal): Promise<void> => {
    for (const container of pod.spec?.initContainers ?? []) {
      const program = await programOf(pod, container, entry.home, machine);
      const log = beginLog(entries.container(entry, container));
      const write: Output = (stream, text) => {
        log.write(stream, text);
      };
      const { code, failure = `exit status ${code}` } = await runToEnd(startTracked, program, write, signal);
      log.end();
      if (code !== 0) throw new NotStarted("PodInitializing", `init container ${container.name}: ${failure}`);
    }
  };

  const prepare = async ({ pod, container, event }: ContainerStart, signal: AbortSignal): Promise<Prepared> => {
    if (closing.signal.aborted) throw new NotStarted("ContainerCreating", "the playground ends");
    const entry = entries.of(pod);
    const slot = entries.container(entry, container);
    try {
      await entry.home.once(() => runInitContainers(entry, pod, signal));
      const program = await programOf(pod, container, entry.home, machine);
      const execute = (command: readonly string[], late: AbortSignal): ReturnType<typeof runCheck> =>
        runCheck(startTracked, { ...program, command }, late);
      event("Normal", "Pulled", `Container image "${container.image ?? ""}" already present on machine`);
      event("Normal", "Created", `Created container: ${container.name}`);
      return { program, log: beginLog(slot), target: { pod, container, resolve: entries.resolve, execute } };
    } catch (error) {
      throw error instanceof NotStarted ? tellFailure(error, container, slot, event) : error;
    }
  };

  return {
    addressOf: (pod) => entries.of(pod).address,

    start: (start) => {
      const slot = entries.container(entries.of(start.pod), start.container);
      return runContainer(start, {
        clock,
        startProcess: startTracked,
        prepare,
        started: (process, program) => {
          slot.running = { process, program };
        },
        ended: () => {
          slot.running = undefined;
        },
      });
    },

    remove: entries.remove,

    resolve: entries.resolve,

    logs: (ref, { previous = false, ...rest }, signal) => {
      const slot = entries.find(ref);
      return (previous ? slot?.previous : slot?.log)?.read(rest, signal);
    },

    execute: (ref, command, output, signal) => {
      const running = entries.find(ref)?.running;
      return running && runToEnd(startTracked, { ...running.program, command }, output, signal);
    },

    usage: async () => usageOf(entries.all(), await listProcesses()),

    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await reaper.close();
      if (options.addresses === undefined) await addresses[Symbol.asyncDispose]();
    },
  };
}

/**
 * Tells why a container could not be started, as the kubelet does. From the second time on it does not pull an image but
 * waits before it tries again.
 */
function tellFailure(
  error: NotStarted,
  { image = "" }: Container,
  slot: ContainerEntry,
  event: ContainerStart["event"],
): NotStarted {
  const { reason, message } = error;
  switch (reason) {
    case "ContainerCreating":
      event("Warning", "FailedMount", message);
      return error;
    case "ErrImagePull": {
      if (!slot.imageMissed) {
        slot.imageMissed = true;
        event("Warning", "Failed", message);
        return error;
      }
      const why = `Back-off pulling image "${image}"`;
      event("Normal", "BackOff", why);
      return new NotStarted("ImagePullBackOff", `${why}: ErrImagePull: ${message}`, { cause: error });
    }
    default:
      event("Warning", "Failed", `Error: ${message}`);
      return error;
  }
}
