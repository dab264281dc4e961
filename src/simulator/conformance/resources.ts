import type { Resource } from "../../kubernetes/resources.ts";

export const customResourceDefinitions: Resource = {
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
};
export const endpointSlices = namespaced("discovery.k8s.io", "EndpointSlice", "endpointslices");
export const endpoints = namespaced("", "Endpoints", "endpoints");
export const daemonSets = namespaced("apps", "DaemonSet", "daemonsets");
export const replicaSets = namespaced("apps", "ReplicaSet", "replicasets");
export const pods = namespaced("", "Pod", "pods");
export const namespaces: Resource = { ...namespaced("", "Namespace", "namespaces"), namespaced: false };
export const nodes: Resource = { ...namespaced("", "Node", "nodes"), namespaced: false };

function namespaced(group: string, kind: string, plural: string): Resource {
  return { group, version: "v1", kind, plural, namespaced: true };
}
