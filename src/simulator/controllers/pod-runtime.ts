import type { Container, Pod } from "kubernetes-types/core/v1.d.ts";
import type { Stored } from "../../kubernetes/resources.ts";

/**
 * What runs the containers of pods: real processes in the playground, timers alone in tests. The kubelet (kubelet.ts)
 * asks it for one container at a time and does all the rest: it schedules pods, restarts containers by the pod's
 * restart policy and with a growing pause, writes the pod's status, and deletes a pod whose containers have ended.
 */
export interface PodRuntime {
  /** The IP address of a pod. Asked once per pod, before its containers start. */
  addressOf(pod: Stored<Pod>): string;
  /** Starts a container, once: a restart is another call. Must not throw; what goes wrong is reported. */
  start(start: ContainerStart): RunningContainer;
  /** The pod is gone and all its containers have ended: nothing more is asked about it, its address is free. */
  remove(pod: Stored<Pod>): void;
}

/** One run of one container. */
export interface ContainerStart {
  /** As it was when the container was started; `status.podIP` is set. */
  readonly pod: Stored<Pod>;
  readonly container: Container;
  /** How often the container has been restarted: 0 for its first run. */
  readonly restarts: number;
  /**
   * Tells what has become of the container; the same state again is not written again. Must not be called before
   * `start` has returned. After `waiting` and `terminated` nothing more is heard: the run is over.
   */
  readonly report: (state: ContainerState) => void;
  /** Writes an event about the pod, such as `Warning Unhealthy Readiness probe failed: ...`. */
  readonly event: (type: "Normal" | "Warning", reason: string, message: string) => void;
}

export interface RunningContainer {
  /**
   * Ends the container: its preStop hook and SIGTERM at once, SIGKILL after `graceMs` milliseconds. Its end is told by
   * `report`, as ever. May be called again, with a shorter grace period.
   */
  stop(graceMs: number): void;
}

/** What has become of a container. */
export type ContainerState =
  /** It could not be started, such as for `ErrImageNeverPull` or `CreateContainerConfigError`: it is tried again. */
  | { readonly kind: "waiting"; readonly reason: string; readonly message: string }
  /**
   * It runs. `started`: its startup probe has passed, or it has none. `ready`: so has its readiness probe, or it has
   * none and has started.
   */
  | { readonly kind: "running"; readonly started: boolean; readonly ready: boolean }
  /**
   * It has ended by itself, by `stop`, or as its liveness probe failed. The exit code of a process that a signal ended
   * is 128 and the signal's number. The reason is `Completed` for 0 and `Error` for others if it is left out.
   */
  | { readonly kind: "terminated"; readonly exitCode: number; readonly reason?: string; readonly message?: string };
