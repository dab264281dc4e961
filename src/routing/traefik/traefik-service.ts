import type { KubeObject } from "../../kubernetes/objects.ts";
import type { Resource } from "../../kubernetes/resources.ts";

/*
 * The parts of traefik.io/v1alpha1 that the router writes and reads. Traefik does not report on it: it has no status.
 * Source: doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/traefikservice.
 */

export interface TraefikService extends KubeObject {
  readonly spec?: { readonly weighted?: { readonly services?: readonly WeightedService[] } };
}

export interface WeightedService {
  /** `Service` unless set. */
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number | string;
  /** Relative to the others. Unset is 1. */
  readonly weight?: number;
}

export const traefikServices: Resource<TraefikService> = {
  group: "traefik.io",
  version: "v1alpha1",
  kind: "TraefikService",
  plural: "traefikservices",
  namespaced: true,
  origin: "Traefik",
};
