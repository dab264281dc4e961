import type { Canary } from "../api/canary.ts";
import type { Patch } from "../kubernetes/client.ts";
import type { KubeObject, Manifest } from "../kubernetes/objects.ts";
import type { Resource } from "../kubernetes/resources.ts";

/** A kind of autoscaler that a Canary may name in `autoscalerRef`: pure functions on its objects. */
export interface Scaler<T extends KubeObject = KubeObject> {
  readonly kind: string;
  readonly resource: Resource<T>;
  /** The primary's autoscaler, `NAME-primary`, as it is created. */
  primary(canary: Canary, target: T, includeLabelPrefixes: readonly string[]): Manifest;
  /** Brings the primary's autoscaler in line with the target's, but for `hold`; undefined when it is. */
  sync(canary: Canary, target: T, primary: T, includeLabelPrefixes: readonly string[]): Patch | undefined;
  /** The least number of pods that the target's autoscaler keeps. */
  minReplicas(target: T): number;
  /** Keeps the primary's autoscaler from going below so many pods; undefined when it does not anyway. */
  hold(primary: T, pods: number): Patch | undefined;
  /** Undoes `hold`; undefined when there is nothing to undo. */
  free(canary: Canary, target: T, primary: T): Patch | undefined;
  /** Keeps the target's autoscaler from scaling the idle target up; undefined when nothing is to be done. */
  pause(target: T): Patch | undefined;
  /** Undoes `pause`. */
  resume(target: T): Patch | undefined;
}
