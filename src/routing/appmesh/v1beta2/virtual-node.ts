import type { CanaryService } from "../../../api/canary.ts";
import type { Resource } from "../../../kubernetes/resources.ts";
import type { RouteSource } from "../../router.ts";
import { podsOf, serviceAt } from "../../services.ts";
import type { Backend } from "../../services.ts";
import { loggingOf } from "../access-log.ts";
import type { Logging } from "../access-log.ts";
import { protocolOf, serviceOf } from "../service-settings.ts";
import type { Protocol } from "../service-settings.ts";
import type { Reported } from "../status.ts";
import { timeoutOf } from "./timeout.ts";
import type { Timeout } from "./timeout.ts";

/*
 * The parts of a VirtualNode that the router writes and reads. Source: the API types of
 * github.com/aws/aws-app-mesh-controller-for-k8s, apis/appmesh/v1beta2.
 */

export interface VirtualNode extends Reported {
  readonly spec?: VirtualNodeSpec;
}

export interface VirtualNodeSpec {
  readonly podSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly listeners?: readonly Listener[];
  readonly serviceDiscovery?: { readonly dns?: { readonly hostname: string } };
  /** Whom the pods may call: without this, nobody. */
  readonly backends?: readonly NodeBackend[] | undefined;
  readonly logging?: Logging | undefined;
}

interface Listener {
  readonly portMapping: PortMapping;
  readonly timeout?: Partial<Readonly<Record<Protocol, Timeout>>> | undefined;
}

export interface PortMapping {
  readonly port: number;
  readonly protocol: Protocol;
}

interface NodeBackend {
  readonly virtualService:
    { readonly virtualServiceRef: { readonly name: string } } | { readonly virtualServiceARN: string };
}

export const virtualNodes: Resource<VirtualNode> = {
  group: "appmesh.k8s.aws",
  version: "v1beta2",
  kind: "VirtualNode",
  plural: "virtualnodes",
  namespaced: true,
  origin: "the App Mesh controller",
};

/**
 * The spec of the VirtualNode for these pods. What others have set for the listener, such as TLS or a health check, stays.
 * @throws InvalidSpec for a timeout that is no duration
 */
export function virtualNodeSpec(source: RouteSource, backend: Backend, live: VirtualNode | undefined): VirtualNodeSpec {
  const { canary } = source;
  const service = serviceOf(canary);
  const { name, namespace = "" } = serviceAt(canary, backend).key;
  const { backends = [] } = service;
  const protocol = protocolOf(service);
  const timeout = timeoutOf(service);
  return {
    podSelector: { matchLabels: podsOf(source, backend) },
    listeners: [
      {
        ...live?.spec?.listeners?.[0],
        portMapping: { port: containerPortOf(service), protocol },
        timeout: timeout === undefined ? undefined : { [protocol]: timeout },
      },
    ],
    serviceDiscovery: { dns: { hostname: `${name}.${namespace}.svc.cluster.local.` } },
    backends: backends.length > 0 ? backends.map(backendOf) : undefined,
    logging: loggingOf(canary, live),
  };
}

/** Where the application listens. App Mesh does not know ports by name: then it must be that of the Service. */
function containerPortOf({ port, targetPort }: CanaryService): number {
  return typeof targetPort === "number" && targetPort > 0 ? targetPort : port;
}

function backendOf(name: string): NodeBackend {
  return {
    virtualService: name.startsWith("arn:") ? { virtualServiceARN: name } : { virtualServiceRef: { name } },
  };
}
