import { alertProviders } from "../api/alertprovider.ts";
import { canaries } from "../api/canary.ts";
import { InvalidSpec } from "../api/errors.ts";
import { metricTemplates } from "../api/metrictemplate.ts";
import type { Clock } from "../clock.ts";
import type { ObjectAt } from "../kubernetes/change.ts";
import type { KubeClient } from "../kubernetes/client.ts";
import { NotFound } from "../kubernetes/errors.ts";
import { createInformer } from "../kubernetes/informer.ts";
import type { Informer, InformerOptions } from "../kubernetes/informer.ts";
import type { KubeObject, ObjectKey } from "../kubernetes/objects.ts";
import {
  apiVersionOf,
  configMaps,
  deployments,
  horizontalPodAutoscalers,
  secrets,
  services,
} from "../kubernetes/resources.ts";
import type { Resource } from "../kubernetes/resources.ts";
import { httpRoutes } from "../routing/gatewayapi/http-route.ts";
import { summarise } from "../workloads/config-tracking.ts";
import type { ConfigSummary } from "../workloads/config-tracking.ts";

type Cache<R> = R extends Resource<infer T> ? Informer<T> : never;

/** An object that has changed. */
export interface Changed extends ObjectKey {
  readonly kind: string;
}

/** What the operator knows of the cluster: a cache per kind, each fed by one watch. */
export interface Cluster {
  readonly client: KubeClient;
  readonly canaries: Cache<typeof canaries>;
  readonly metricTemplates: Cache<typeof metricTemplates>;
  readonly alertProviders: Cache<typeof alertProviders>;
  /** Starts all watches; resolves when every cache is filled whose kind the cluster serves. */
  start(signal: AbortSignal): Promise<void>;
  /** Whether `start` has filled all caches but those of optional kinds. */
  readonly synced: () => boolean;
  /**
   * The cached object, of any kind but ConfigMap and Secret.
   * @throws InvalidSpec when the cluster does not serve the kind
   */
  find<T extends KubeObject>(at: ObjectAt<T>): T | undefined;
  /** What is kept of a ConfigMap or Secret. */
  config(kind: "ConfigMap" | "Secret", key: ObjectKey): ConfigSummary | undefined;
  /** Takes in the answer to a write. */
  learn<T extends KubeObject>(resource: Resource<T>, object: T): void;
  /** Calls back with everything that changes. */
  onChange(listener: (changed: Changed) => void): void;
}

/** Helm keeps releases in Secrets, large ones, that no pod uses. */
const usedSecrets = "type!=helm.sh/release.v1";

/** Kinds that a cluster may do without as long as no Canary needs them, and what brings them. */
const optional: readonly (readonly [resource: Resource, origin: string])[] = [
  [httpRoutes.v1, "the Gateway API"],
  [httpRoutes.v1beta1, "the Gateway API"],
];

export function createCluster(
  client: KubeClient,
  clock: Clock,
  namespace: string,
  onError: (kind: string, error: unknown) => void,
): Cluster {
  const caches = new Map<string, Informer<never, KubeObject>>();
  const origins = new Map(optional.map(([resource, origin]) => [idOf(resource), origin]));
  const listeners: ((changed: Changed) => void)[] = [];
  let started = false;

  function watch<T extends KubeObject, Kept extends KubeObject>(
    resource: Resource<T>,
    options: InformerOptions<T, Kept>,
  ): Informer<T, Kept> {
    const informer = createInformer(client, clock, resource, {
      ...(namespace !== "" && { namespace }),
      onError: (error) => {
        if (!(error instanceof NotFound && origins.has(idOf(resource)))) onError(resource.kind, error);
      },
      ...options,
    });
    caches.set(idOf(resource), informer);
    informer.onChange(({ object: { metadata } }) => {
      const changed = { kind: resource.kind, namespace: metadata.namespace ?? "", name: metadata.name };
      for (const listener of listeners) listener(changed);
    });
    return informer;
  }

  const whole = <T extends KubeObject>(object: T): T => object;
  for (const resource of [deployments, services, horizontalPodAutoscalers, ...optional.map(([kind]) => kind)]) {
    watch<KubeObject, KubeObject>(resource, { transform: whole });
  }
  const configs = {
    ConfigMap: watch(configMaps, { transform: summarise }),
    Secret: watch(secrets, { transform: summarise, fieldSelector: usedSecrets }),
  };

  return {
    client,
    canaries: watch(canaries, { transform: whole }),
    metricTemplates: watch(metricTemplates, { transform: whole }),
    alertProviders: watch(alertProviders, { transform: whole }),
    start: async (signal) => {
      await Promise.all([...caches.values()].map((informer) => informer.start(signal)));
      started = true;
    },
    synced: () => started && [...caches].every(([id, { synced }]) => synced || origins.has(id)),
    find: <T extends KubeObject>({ resource, key }: ObjectAt<T>) => {
      const cache = caches.get(idOf(resource));
      const origin = origins.get(idOf(resource));
      if (origin !== undefined && cache?.synced !== true) {
        throw new InvalidSpec(`${resource.kind} is not served by this cluster: install the CRDs of ${origin}`);
      }
      // The cache of a kind holds objects of its resource: the map cannot say so.
      return cache?.get(key) as T | undefined;
    },
    config: (kind, key) => configs[kind].get(key),
    learn: (resource, object) => {
      caches.get(idOf(resource))?.learn(object as never);
    },
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
}

function idOf(resource: Resource): string {
  return `${apiVersionOf(resource)}/${resource.kind}`;
}
