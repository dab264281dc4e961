import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v2.d.ts";
import type { Lease } from "kubernetes-types/coordination/v1.d.ts";
import type { ConfigMap, Event, Secret, Service } from "kubernetes-types/core/v1.d.ts";
import type { Ingress } from "kubernetes-types/networking/v1.d.ts";
import type { KubeObject, Metadata } from "./objects.ts";

/** A type of kubernetes-types as it comes from the API server: its metadata is always there. */
export type Stored<T> = Omit<T, "metadata"> & { readonly metadata: Metadata };

/** A kind of object and the path that serves it. `T` is the object's type. */
export interface Resource<T extends KubeObject = KubeObject> {
  /** API group; empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The name in URLs: lower case, plural. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** What brings the kind to a cluster, where not every cluster has it: `the Gateway API`. */
  readonly origin?: string;
  /** Never present: ties the object's type to the resource. */
  readonly object?: T;
}

export const deployments: Resource<Stored<Deployment>> = {
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
  namespaced: true,
};

export const horizontalPodAutoscalers: Resource<Stored<HorizontalPodAutoscaler>> = {
  group: "autoscaling",
  version: "v2",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  namespaced: true,
};

export const services: Resource<Stored<Service>> = core("Service", "services");
export const configMaps: Resource<Stored<ConfigMap>> = core("ConfigMap", "configmaps");
export const secrets: Resource<Stored<Secret>> = core("Secret", "secrets");
export const events: Resource<Stored<Event>> = core("Event", "events");

export const ingresses: Resource<Stored<Ingress>> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "Ingress",
  plural: "ingresses",
  namespaced: true,
};

export const leases: Resource<Stored<Lease>> = {
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
  namespaced: true,
};

function core<T extends KubeObject>(kind: string, plural: string): Resource<T> {
  return { group: "", version: "v1", kind, plural, namespaced: true };
}

/** `group/version`, or `v1` for the core group, as in an object's `apiVersion`. */
export function apiVersionOf({ group, version }: Resource): string {
  return group === "" ? version : `${group}/${version}`;
}
