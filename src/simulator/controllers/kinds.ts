import type { DaemonSet, ReplicaSet } from "kubernetes-types/apps/v1.d.ts";
import type { Endpoints, Namespace, Node, Pod, ServiceAccount } from "kubernetes-types/core/v1.d.ts";
import type { EndpointSlice } from "kubernetes-types/discovery/v1.d.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import { deployments, horizontalPodAutoscalers, services } from "../../kubernetes/resources.ts";
import type { Resource, Stored } from "../../kubernetes/resources.ts";

type Of<R> = R extends Resource<infer T> ? T : never;

/** What the controllers watch, create and change. */
export const kinds = {
  pods: kind<Stored<Pod>>("", "v1", "Pod", "pods"),
  nodes: { ...kind<Stored<Node>>("", "v1", "Node", "nodes"), namespaced: false },
  namespaces: { ...kind<Stored<Namespace>>("", "v1", "Namespace", "namespaces"), namespaced: false },
  serviceAccounts: kind<Stored<ServiceAccount>>("", "v1", "ServiceAccount", "serviceaccounts"),
  services,
  endpoints: kind<Stored<Endpoints>>("", "v1", "Endpoints", "endpoints"),
  endpointSlices: kind<Stored<EndpointSlice>>("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices"),
  deployments,
  replicaSets: kind<Stored<ReplicaSet>>("apps", "v1", "ReplicaSet", "replicasets"),
  daemonSets: kind<Stored<DaemonSet>>("apps", "v1", "DaemonSet", "daemonsets"),
  autoscalers: horizontalPodAutoscalers,
};

export type PodObject = Of<typeof kinds.pods>;
export type NodeObject = Of<typeof kinds.nodes>;
export type ServiceObject = Of<typeof kinds.services>;
export type EndpointsObject = Of<typeof kinds.endpoints>;
export type EndpointSliceObject = Of<typeof kinds.endpointSlices>;
export type DeploymentObject = Of<typeof kinds.deployments>;
export type ReplicaSetObject = Of<typeof kinds.replicaSets>;
export type DaemonSetObject = Of<typeof kinds.daemonSets>;
export type AutoscalerObject = Of<typeof kinds.autoscalers>;

function kind<T extends KubeObject>(group: string, version: string, name: string, plural: string): Resource<T> {
  return { group, version, kind: name, plural, namespaced: true };
}
