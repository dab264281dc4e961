import type { Canary } from "../api/canary.ts";
import type { Readiness } from "../api/readiness.ts";
import type { Patch } from "../kubernetes/client.ts";
import type { KubeObject, Manifest } from "../kubernetes/objects.ts";
import type { Resource } from "../kubernetes/resources.ts";

/** The label that tells pods of target and primary apart. */
export interface Selector {
  readonly label: string;
  /** Its value on the target's pods; the primary's pods have `VALUE-primary`. */
  readonly value: string;
}

/** A ConfigMap or Secret that a pod template refers to. */
export interface ConfigRef {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
  /** The pod starts without it. */
  readonly optional: boolean;
}

export interface ReadinessOptions {
  /** Share of the updated pods that must be available, in percent. At least one must. */
  readonly threshold: number;
  /** Seconds without enough available pods after which the workload counts as stuck. */
  readonly deadlineSeconds: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** How a target is copied into a primary. */
export interface CopyOptions {
  /** In order of priority: which selector label to use. */
  readonly selectorLabels: readonly string[];
  /** Prefixes of the labels and annotations that are copied; `*` copies all. */
  readonly includeLabelPrefixes: readonly string[];
  /** The tracked ConfigMaps and Secrets, whose references get the suffix `-primary`. */
  readonly trackedConfigs: readonly ConfigRef[];
  /** A fresh value for the pod annotation `flagger-id`, which forces a rollout. */
  readonly rolloutId: string;
}

/** A kind of workload that a Canary may target: pure functions on its objects. */
export interface WorkloadKind<T extends KubeObject = KubeObject> {
  readonly kind: string;
  readonly resource: Resource<T>;
  /** @throws InvalidSpec when the target's selector has none of `selectorLabels`, naming them. */
  selector(target: T, selectorLabels: readonly string[]): Selector;
  /** Port discovery: further container ports, by port name. Empty unless the Canary asks for it. */
  ports(canary: Canary, target: T): Readonly<Record<string, number>>;
  /** A hash of what a new revision is: changes exactly when the pod template does. */
  revision(target: T): string;
  /**
   * Whether the primary runs the pod template that a promotion of the target would give it, whichever of the target's
   * configs were tracked when it was made.
   * @throws InvalidSpec as `selector` does
   */
  sameRevision(target: T, primary: T, selectorLabels: readonly string[]): boolean;
  configRefs(target: T): readonly ConfigRef[];
  /**
   * The primary as it is created.
   * @throws InvalidSpec as `selector` does
   */
  primary(canary: Canary, target: T, options: CopyOptions): Manifest;
  /**
   * Copies the target's present template into the primary; undefined when it is there already.
   * @throws InvalidSpec as `selector` does
   */
  promote(canary: Canary, target: T, primary: T, options: CopyOptions): Patch | undefined;
  /** The `rolloutId` of the last promotion, or undefined on a primary that was made in another way. */
  rolloutId(primary: T): string | undefined;
  /** How many pods are asked for. */
  replicas(workload: T): number;
  /** When pods last became available, in milliseconds since the epoch; undefined when the status does not say. */
  availableSince(workload: T): number | undefined;
  /** How many pods can take requests now, and are to stay. */
  availableReplicas(workload: T): number;
  /** Whether an update of that many pods, made as this workload is updated, may leave none of them for a while. */
  goesAtOnce(workload: T, pods: number): boolean;
  scaleToZero(): Patch;
  /** `replicas` is used where the kind has such a field. */
  scaleUp(replicas: number): Patch;
  /** Whether the workload's pods can take traffic. The reasons read as in Flagger's events. */
  readiness(workload: T, options: ReadinessOptions): Readiness;
}
