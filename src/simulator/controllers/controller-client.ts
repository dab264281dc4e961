import type { Scale } from "kubernetes-types/autoscaling/v1.d.ts";
import type { Clock } from "../../clock.ts";
import { fieldManager } from "../../kubernetes/client.ts";
import type { KubeClient } from "../../kubernetes/client.ts";
import { createClient } from "../../kubernetes/http-client.ts";
import type { ObjectKey } from "../../kubernetes/objects.ts";
import type { Resource, Stored } from "../../kubernetes/resources.ts";
import type { ApiRequest, Transport } from "../../kubernetes/transport.ts";
import { discover } from "./discovery.ts";
import { kinds } from "./kinds.ts";

type NamespaceObject = NonNullable<(typeof kinds.namespaces)["object"]>;

export interface Removal {
  readonly uid?: string;
  /** 0 for what is gone at once, without waiting for whoever runs it. */
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: "Background" | "Foreground" | "Orphan";
}

/** The client of the controllers: the operator's own, and the few calls that only they have a use for. */
export interface ControllerClient extends KubeClient {
  scaleOf(resource: Resource, key: ObjectKey): Promise<Stored<Scale>>;
  setScale(resource: Resource, key: ObjectKey, replicas: number): Promise<void>;
  /** Writes the namespace's `spec.finalizers`. */
  finalize(namespace: NamespaceObject): Promise<NamespaceObject>;
  remove(resource: Resource, key: ObjectKey, removal: Removal): Promise<void>;
  /** All kinds that can be listed, watched and deleted, each in the version that its group prefers. */
  resources(): Promise<readonly Resource[]>;
}

/** The controllers live beside the API server: no rate holds them back. */
const rate = { qps: 100_000, burst: 100_000 };
const watchSeconds = 600;
const controllerManager = "kube-controller-manager";

export function createControllerClient(transport: Transport, clock: Clock): ControllerClient {
  /** The client, with each of its requests changed on the way. */
  const altered = (alter: (request: ApiRequest) => ApiRequest): KubeClient =>
    createClient((request) => transport(alter(asControllers(request))), clock, rate);
  const at = (subresource: string): KubeClient =>
    altered((request) => ({ ...request, path: request.path.replace(/(?=\?|$)/, `/${subresource}`) }));

  const client = altered((request) => request);
  const [scales, finalizers] = [at("scale"), at("finalize")];
  return {
    ...client,
    scaleOf: (resource, key) => scales.get(resource as Resource<Stored<Scale>>, key),
    setScale: async (resource, key, replicas) => {
      await scales.patch(resource, key, { type: "merge", body: { spec: { replicas } } });
    },
    finalize: (namespace) => finalizers.replace(kinds.namespaces, namespace),
    remove: async (resource, key, removal) => {
      const { uid, ...options } = removal;
      const remover = altered((request) => ({
        ...request,
        body: JSON.stringify({ ...(JSON.parse(request.body ?? "{}") as object), ...options }),
      }));
      await remover.delete(resource, key, uid === undefined ? {} : { uid });
    },
    resources: () =>
      discover((path) => altered((request) => ({ ...request, path })).get(kinds.namespaces, { name: "discovery" })),
  };
}

/** What the controllers write is theirs, not the operator's; and their watches end after the same time in each run. */
function asControllers(request: ApiRequest): ApiRequest {
  const path = request.path
    .replace(`fieldManager=${fieldManager}`, `fieldManager=${controllerManager}`)
    .replace(/timeoutSeconds=\d+/, `timeoutSeconds=${watchSeconds}`);
  return { ...request, path };
}
