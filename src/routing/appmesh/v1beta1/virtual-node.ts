import type { Canary } from "../../../api/canary.ts";
import type { Resource } from "../../../kubernetes/resources.ts";
import { loggingOf } from "../access-log.ts";
import type { Logging } from "../access-log.ts";
import { protocolOf, serviceOf } from "../service-settings.ts";
import type { Protocol } from "../service-settings.ts";
import type { Reported } from "../status.ts";
import { meshNameOf } from "./mesh-name.ts";

/*
 * The parts of a VirtualNode that the router writes and reads. Source: the API types of
 * github.com/aws/aws-app-mesh-controller-for-k8s before 1.0.
 */

export interface VirtualNode extends Reported {
  readonly spec?: VirtualNodeSpec;
}

export interface VirtualNodeSpec {
  readonly meshName?: string;
  readonly listeners?: readonly Listener[];
  readonly serviceDiscovery?: { readonly dns?: { readonly hostName: string } };
  /** Whom the pods may call: without this, nobody. */
  readonly backends?: readonly Backend[] | undefined;
  readonly logging?: Logging | undefined;
}

export interface Listener {
  readonly portMapping: PortMapping;
}

export interface PortMapping {
  readonly port: number;
  readonly protocol: Protocol;
}

interface Backend {
  readonly virtualService: { readonly virtualServiceName: string };
}

export const virtualNodes: Resource<VirtualNode> = {
  group: "appmesh.k8s.aws",
  version: "v1beta1",
  kind: "VirtualNode",
  plural: "virtualnodes",
  namespaced: true,
  origin: "the App Mesh controller before 1.0",
};

/** The spec of a VirtualNode for the pods of a Service. What others have set for the listener stays. */
export function virtualNodeSpec(canary: Canary, service: string, live: VirtualNode | undefined): VirtualNodeSpec {
  const { namespace = "" } = canary.metadata;
  const settings = serviceOf(canary);
  const { port, backends = [] } = settings;
  return {
    meshName: meshNameOf(canary),
    listeners: [{ ...live?.spec?.listeners?.[0], portMapping: { port, protocol: protocolOf(settings) } }],
    serviceDiscovery: { dns: { hostName: `${service}.${namespace}` } },
    backends: backends.length > 0 ? backends.map(backendOf) : undefined,
    logging: loggingOf(canary, live),
  };
}

function backendOf(virtualServiceName: string): Backend {
  return { virtualService: { virtualServiceName } };
}
