import type { Clock } from "../../clock.ts";
import { controlAutoscalers } from "./autoscalers.ts";
import type { Usage } from "./autoscalers.ts";
import type { ControllerClient } from "./controller-client.ts";
import { controlDaemonSets } from "./daemon-sets.ts";
import { controlDeployments } from "./deployments.ts";
import { controlEndpointSlices } from "./endpoint-slices.ts";
import { controlEndpoints } from "./endpoints.ts";
import { createEverything } from "./everything.ts";
import { collectGarbage } from "./garbage-collector.ts";
import { runKubelet } from "./kubelet.ts";
import { createSuffixes } from "./names.ts";
import { emptyNamespaces, provideServiceAccounts } from "./namespaces.ts";
import { registerNode } from "./node.ts";
import type { PodRuntime } from "./pod-runtime.ts";
import { createRecorder } from "./recorder.ts";
import type { Record } from "./recorder.ts";
import { controlReplicaSets } from "./replica-sets.ts";
import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

/** Who writes what the controllers write. */
export const controllerManager = "kube-controller-manager";

export interface ControllersOptions {
  /** That of the API server itself, named `controllerManager`. */
  readonly client: ControllerClient;
  readonly clock: Clock;
  /** Runs the pods of node `node1`. */
  readonly runtime: PodRuntime;
  /** What autoscalers go by. */
  readonly usage: Usage;
  /** Told of every failure; the controllers go on by themselves. */
  readonly onError: (error: unknown) => void;
}

/**
 * Runs all controllers of a cluster with one node, its scheduler and its kubelet, until the signal is aborted.
 * Resolves when they have begun.
 */
export async function runControllers(options: ControllersOptions, signal: AbortSignal): Promise<void> {
  const { client, clock, onError } = options;
  const world = worldOf(options, createRecorder(client, clock, onError), signal);
  const everything = createEverything(world);
  controlWorkloads(world, options);
  controlEndpoints(world);
  controlEndpointSlices(world);
  provideServiceAccounts(world);
  emptyNamespaces(world, everything);
  collectGarbage(world, everything);
  await registerNode(world);
  await everything.start();
  await world.start();
}

/**
 * As `runControllers`, but only those that make pods and run them: no endpoints, no events, no garbage collection, and
 * namespaces stay. For those who need many clusters, each for a short time.
 */
export async function runWorkloads(options: ControllersOptions, signal: AbortSignal): Promise<void> {
  const world = worldOf(options, () => undefined, signal);
  controlWorkloads(world, options);
  await registerNode(world);
  await world.start();
}

function worldOf({ client, clock, onError }: ControllersOptions, record: Record, signal: AbortSignal): World {
  return createWorld({ client, clock, signal, record, suffix: createSuffixes(), onError });
}

function controlWorkloads(world: World, { runtime, usage }: ControllersOptions): void {
  controlDeployments(world);
  controlReplicaSets(world);
  controlDaemonSets(world);
  controlAutoscalers(world, usage);
  runKubelet(world, runtime);
}
