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
import { summarise } from "../workloads/config-tracking.ts";
import type { ConfigSummary } from "../workloads/config-tracking.ts";

type Cache<R> = R extends Resource<infer T> ? Informer<T> : never;

/** An object that has changed. */
export interface Changed extends ObjectKey {
  readonly kind: string;
}

/** What the operator knows of the cluster: a cache per kind, each fed by one watch. Kinds with an `origin` are watched on demand. */
export interface Cluster {
  readonly client: KubeClient;
  readonly canaries: Cache<typeof canaries>;
  readonly metricTemplates: Cache<typeof metricTemplates>;
  readonly alertProviders: Cache<typeof alertProviders>;
  /** Starts the watches of the kinds that every Canary needs; resolves when all their caches are filled. */
  start(signal: AbortSignal): Promise<void>;
  /** Whether `start` has filled all its caches. */
  readonly synced: () => boolean;
  /**
   * Starts the watches of these kinds, where they have not begun; resolves when each cache is filled, or cannot be.
   * Undefined when there is nothing to wait for.
   */
  need(resources: readonly Resource[]): Promise<void> | undefined;
  /**
   * The cached object, of any kind but ConfigMap and Secret that is watched.
   * @throws InvalidSpec when the kind cannot be read, as when the cluster does not serve it
   */
  find<T extends KubeObject>(at: ObjectAt<T>): T | undefined;
  /** What is kept of a ConfigMap or Secret. */
  config(kind: "ConfigMap" | "Secret", key: ObjectKey): ConfigSummary | undefined;
  /** Takes in the answer to a write. */
  learn<T extends KubeObject>(resource: Resource<T>, object: T): void;
  /** Calls back with everything that changes. */
  onChange(listener: (changed: Changed) => void): void;
}

/** A watch that was begun on demand. */
interface Demand {
  /** Resolves when its cache is filled, or has failed to be. */
  readonly begun: Promise<undefined>;
  /** Why the watch failed last. */
  failure: unknown;
}

/** Helm keeps releases in Secrets, large ones, that no pod uses. */
const usedSecrets = "type!=helm.sh/release.v1";

export function createCluster(
  client: KubeClient,
  clock: Clock,
  namespace: string,
  onError: (kind: string, error: unknown) => void,
): Cluster {
  const caches = new Map<string, Informer<never, KubeObject>>();
  const demands = new Map<string, Demand>();
  const listeners: ((changed: Changed) => void)[] = [];
  let started: AbortSignal | undefined;

  function watch<T extends KubeObject, Kept extends KubeObject>(
    resource: Resource<T>,
    options: InformerOptions<T, Kept>,
  ): Informer<T, Kept> {
    const informer = createInformer(client, clock, resource, {
      ...(namespace !== "" && { namespace }),
      onError: (error) => {
        onError(resource.kind, error);
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

  function demand(resource: Resource, signal: AbortSignal): Demand {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const demand: Demand = { begun: promise, failure: undefined };
    const noteFailure = (error: unknown): void => {
      demand.failure = error;
      resolve(undefined);
      if (!(error instanceof NotFound)) onError(resource.kind, error);
    };
    watch<KubeObject, KubeObject>(resource, { transform: whole, onError: noteFailure })
      .start(signal)
      .then(() => {
        resolve(undefined);
      }, noteFailure);
    demands.set(idOf(resource), demand);
    return demand;
  }

  const whole = <T extends KubeObject>(object: T): T => object;
  for (const resource of [deployments, services, horizontalPodAutoscalers]) {
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
      started = signal;
      await Promise.all([...caches.values()].map((informer) => informer.start(signal)));
    },
    synced: () => started !== undefined && [...caches].every(([id, { synced }]) => synced || demands.has(id)),
    need: (resources) => {
      const signal = started;
      if (signal === undefined) throw new Error("no watch has begun");
      const missing = resources.filter((resource) => caches.get(idOf(resource))?.synced !== true);
      if (missing.length === 0) return undefined;
      const begun = missing.map((resource) => (demands.get(idOf(resource)) ?? demand(resource, signal)).begun);
      return Promise.all(begun).then(() => undefined);
    },
    find: <T extends KubeObject>({ resource, key }: ObjectAt<T>) => {
      const cache = caches.get(idOf(resource));
      if (cache === undefined) throw new Error(`${resource.kind} is not watched`);
      const failure = demands.get(idOf(resource))?.failure;
      if (failure !== undefined && !cache.synced) throw notReadable(resource, failure);
      // The cache of a kind holds objects of its resource: the map cannot say so.
      return cache.get(key) as T | undefined;
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

function notReadable({ kind, origin }: Resource, failure: unknown): InvalidSpec {
  const isMissing = origin !== undefined && failure instanceof NotFound;
  return new InvalidSpec(
    isMissing
      ? `${kind} is not served by this cluster: install the CRDs of ${origin}`
      : `${kind} cannot be read: ${String(failure)}`,
  );
}

function idOf(resource: Resource): string {
  return `${apiVersionOf(resource)}/${resource.kind}`;
}
