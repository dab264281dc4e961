import type { Clock } from "../clock.ts";
import type { KubeClient } from "../kubernetes/client.ts";
import { createInformer } from "../kubernetes/informer.ts";
import type { Informer } from "../kubernetes/informer.ts";
import type { KubeObject } from "../kubernetes/objects.ts";
import type { Resource } from "../kubernetes/resources.ts";
import { kinds } from "../simulator/controllers/kinds.ts";
import type { PodObject } from "../simulator/controllers/kinds.ts";
import type { GatewayObjects } from "./gateway/table.ts";
import type { Gateway, HttpRoute } from "./gateway/gateway-api.ts";
import type { VirtualService } from "./gateway/istio.ts";

/** What the gateway and Prometheus go by. */
export interface PlaygroundCluster {
  readonly pods: () => readonly PodObject[];
  pod(namespace: string, name: string): PodObject | undefined;
  readonly routing: () => GatewayObjects;
  /** Calls back when anything that says where requests go has changed, once for changes that come together. */
  onRouting(listener: () => void): void;
}

export const httpRoutes: Resource<HttpRoute> = {
  group: "gateway.networking.k8s.io",
  version: "v1",
  kind: "HTTPRoute",
  plural: "httproutes",
  namespaced: true,
};

const gateways: Resource<Gateway> = { ...httpRoutes, kind: "Gateway", plural: "gateways" } as Resource<Gateway>;
const virtualServices: Resource<VirtualService> = {
  group: "networking.istio.io",
  version: "v1beta1",
  kind: "VirtualService",
  plural: "virtualservices",
  namespaced: true,
};

/** Follows pods, Services and routes until the signal is aborted. Resolves when all are known. */
export async function followCluster(
  client: KubeClient,
  clock: Clock,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<PlaygroundCluster> {
  const started: Pick<Informer<KubeObject>, "start">[] = [];
  const listeners: (() => void)[] = [];
  let told = true;

  const changed = (): void => {
    if (!told) return;
    told = false;
    queueMicrotask(() => {
      told = true;
      for (const listener of listeners) listener();
    });
  };
  const follow = <T extends KubeObject>(resource: Resource<T>, routing: boolean): Informer<T> => {
    const informer = createInformer<T>(client, clock, resource, { transform: (object) => object, onError });
    if (routing) informer.onChange(changed);
    started.push(informer);
    return informer;
  };

  const pods = follow(kinds.pods, false);
  const caches = {
    services: follow(kinds.services, true),
    endpointSlices: follow(kinds.endpointSlices, true),
    endpoints: follow(kinds.endpoints, true),
    gateways: follow(gateways, true),
    httpRoutes: follow(httpRoutes, true),
    virtualServices: follow(virtualServices, true),
  };
  await Promise.all(started.map((informer) => informer.start(signal)));
  return {
    pods: () => pods.list(),
    pod: (namespace, name) => pods.get({ namespace, name }),
    routing: () => ({
      services: caches.services.list(),
      endpointSlices: caches.endpointSlices.list(),
      endpoints: caches.endpoints.list(),
      gateways: caches.gateways.list(),
      httpRoutes: caches.httpRoutes.list(),
      virtualServices: caches.virtualServices.list(),
    }),
    onRouting: (listener) => {
      listeners.push(listener);
    },
  };
}

/** Name of what a pod belongs to: the Deployment of its ReplicaSet, another owner, or the pod itself. */
export function workloadOf({ metadata }: PodObject): string {
  const [owner] = metadata.ownerReferences ?? [];
  if (owner === undefined) return metadata.name;
  const hash = metadata.labels?.["pod-template-hash"];
  return owner.kind === "ReplicaSet" && hash !== undefined
    ? owner.name.replace(new RegExp(`-${hash}$`), "")
    : owner.name;
}
