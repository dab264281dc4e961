import type { KubeObject } from "../../kubernetes/objects.ts";
import type { Resource } from "../../kubernetes/resources.ts";

/*
 * The parts of split.smi-spec.io that the routers write and read. Source: github.com/servicemeshinterface/smi-spec,
 * apis/traffic-split; the versions differ in the type of a weight only. Clusters keep one version of an object and
 * serve it as the others without converting weights.
 */

export interface TrafficSplit extends KubeObject {
  readonly spec?: TrafficSplitSpec;
}

export interface TrafficSplitSpec {
  /** The Service that clients call. */
  readonly service?: string;
  readonly backends?: readonly TrafficSplitBackend[] | null;
}

export interface TrafficSplitBackend {
  /** A Service in the same namespace. */
  readonly service: string;
  /** A share of the sum of all weights. In v1alpha1 a quantity of Kubernetes such as `90` or `900m`, later an integer. */
  readonly weight?: string | number | null;
}

export const versions = ["v1alpha1", "v1alpha2", "v1alpha3"] as const;

export type Version = (typeof versions)[number];

const inVersion = (version: Version): Resource<TrafficSplit> => ({
  group: "split.smi-spec.io",
  version,
  kind: "TrafficSplit",
  plural: "trafficsplits",
  namespaced: true,
  origin: "the Service Mesh Interface",
});

export const trafficSplits: Readonly<Record<Version, Resource<TrafficSplit>>> = {
  v1alpha1: inVersion("v1alpha1"),
  v1alpha2: inVersion("v1alpha2"),
  v1alpha3: inVersion("v1alpha3"),
};
