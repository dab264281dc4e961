import type { Clock } from "../../clock.ts";
import { createInformer, keyOf } from "../../kubernetes/informer.ts";
import type { Informer } from "../../kubernetes/informer.ts";
import type { KubeObject, ObjectKey } from "../../kubernetes/objects.ts";
import type { Resource } from "../../kubernetes/resources.ts";
import { equal } from "../merge/equal.ts";
import type { ControllerClient } from "./controller-client.ts";
import { kinds } from "./kinds.ts";
import { createLoop } from "./loop.ts";
import type { Loop } from "./loop.ts";
import type { Record as RecordEvent } from "./recorder.ts";
import { timestamp } from "../../timestamp.ts";

type Caches = {
  readonly [K in keyof typeof kinds]: (typeof kinds)[K] extends Resource<infer T> ? Informer<T> : never;
};

/** What all controllers share. */
export interface World {
  readonly client: ControllerClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly caches: Caches;
  readonly record: RecordEvent;
  /** Another suffix for a name, each time. */
  readonly suffix: () => string;
  /** The time as objects tell it. */
  readonly now: () => string;
  readonly onError: (error: unknown) => void;
  /** A loop that begins as soon as all caches are filled. */
  readonly loop: (work: (key: string) => Promise<void>) => Loop;
  /** Fills the caches, then starts the loops. */
  readonly start: () => Promise<void>;
}

export type WorldOptions = Pick<World, "client" | "clock" | "signal" | "record" | "suffix" | "onError">;

export function createWorld(options: WorldOptions): World {
  const { client, clock, signal, onError } = options;
  const cache = <T extends KubeObject>(resource: Resource<T>): Informer<T> =>
    createInformer<T>(client, clock, resource, { transform: (object) => object, onError });
  const caches: Caches = {
    pods: cache(kinds.pods),
    nodes: cache(kinds.nodes),
    namespaces: cache(kinds.namespaces),
    serviceAccounts: cache(kinds.serviceAccounts),
    services: cache(kinds.services),
    endpoints: cache(kinds.endpoints),
    endpointSlices: cache(kinds.endpointSlices),
    deployments: cache(kinds.deployments),
    replicaSets: cache(kinds.replicaSets),
    daemonSets: cache(kinds.daemonSets),
    autoscalers: cache(kinds.autoscalers),
  };
  const loops: Loop[] = [];
  return {
    ...options,
    caches,
    now: () => timestamp(clock.now()),
    loop: (work) => {
      const loop = createLoop({ clock, signal, onError }, work);
      loops.push(loop);
      return loop;
    },
    start: async () => {
      await Promise.all(Object.values(caches).map((informer) => informer.start(signal)));
      for (const loop of loops) loop.start();
    },
  };
}

/** Namespace and name of a key of an informer. */
export function keyFrom(key: string): ObjectKey {
  const [namespace = "", name = ""] = key.split("/");
  return namespace === "" ? { name } : { namespace, name };
}

/** The objects of an informer in one namespace, by name. */
export function within<T extends KubeObject>(informer: Informer<T>, namespace: string | undefined): readonly T[] {
  return informer
    .list()
    .filter(({ metadata }) => metadata.namespace === namespace)
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** Adds the key of each object that changes. */
export function follow<T extends KubeObject>(informer: Informer<T>, loop: Loop): void {
  informer.onChange(({ object }) => {
    loop.add(keyOf(object.metadata));
  });
}

/**
 * Writes an object's status if it differs. Answers with the object as it is then.
 * @throws Conflict when the object has changed since
 */
export async function writeStatus<T extends KubeObject & { readonly status?: unknown }>(
  { client }: World,
  resource: Resource<T>,
  informer: Informer<T>,
  live: T,
  status: NoInfer<T["status"]>,
): Promise<T> {
  if (equal(status, live.status)) return live;
  return write(informer, () => client.replace(resource, { ...live, status }, { subresource: "status" }));
}

/** Writes, and learns what the API server made of it. */
export async function write<T extends KubeObject>(informer: Informer<T>, request: () => Promise<T>): Promise<T> {
  const written = await request();
  informer.learn(written);
  return written;
}

/** A number as statuses have it that leave zeros out. */
export function count(value: number): number | undefined {
  return value === 0 ? undefined : value;
}
