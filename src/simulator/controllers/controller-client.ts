import type { Scale } from "kubernetes-types/autoscaling/v1.d.ts";
import type { KubeClient } from "../../kubernetes/client.ts";
import type { ObjectKey } from "../../kubernetes/objects.ts";
import type { kinds } from "./kinds.ts";
import type { Resource, Stored } from "../../kubernetes/resources.ts";

type NamespaceObject = NonNullable<(typeof kinds.namespaces)["object"]>;

export interface Removal {
  readonly uid?: string;
  /** 0 for what is gone at once, without waiting for whoever runs it. */
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: "Background" | "Foreground" | "Orphan";
}

/** The client of the controllers: with the few calls that only they have a use for. */
export interface ControllerClient extends KubeClient {
  scaleOf(resource: Resource, key: ObjectKey): Promise<Stored<Scale>>;
  setScale(resource: Resource, key: ObjectKey, replicas: number): Promise<void>;
  /** Writes the namespace's `spec.finalizers`. */
  finalize(namespace: NamespaceObject): Promise<NamespaceObject>;
  remove(resource: Resource, key: ObjectKey, removal: Removal): Promise<void>;
  /** All kinds that can be listed, watched and deleted, each in the version that its group prefers. */
  resources(): Promise<readonly Resource[]>;
}
