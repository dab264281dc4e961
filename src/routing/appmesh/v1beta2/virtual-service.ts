import type { Resource } from "../../../kubernetes/resources.ts";
import type { Reported } from "../status.ts";

/*
 * The parts of a VirtualService that the router writes. Source: the API types of
 * github.com/aws/aws-app-mesh-controller-for-k8s, apis/appmesh/v1beta2.
 */

export interface VirtualService extends Reported {
  readonly spec?: VirtualServiceSpec;
}

export interface VirtualServiceSpec {
  readonly provider?: { readonly virtualRouter?: { readonly virtualRouterRef: { readonly name: string } } };
}

export const virtualServices: Resource<VirtualService> = {
  group: "appmesh.k8s.aws",
  version: "v1beta2",
  kind: "VirtualService",
  plural: "virtualservices",
  namespaced: true,
  origin: "the App Mesh controller",
};

/** The spec of a VirtualService whose requests this VirtualRouter takes. */
export function virtualServiceSpec(router: string): VirtualServiceSpec {
  return { provider: { virtualRouter: { virtualRouterRef: { name: router } } } };
}
