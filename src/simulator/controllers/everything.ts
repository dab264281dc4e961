import { createInformer } from "../../kubernetes/informer.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import type { Resource } from "../../kubernetes/resources.ts";
import type { World } from "./world.ts";

/** An object and its kind. Of the object only the metadata is kept. */
export interface Thing {
  readonly resource: Resource;
  readonly object: KubeObject;
}

export type ThingChange = Thing & { readonly kind: "set" | "deleted" };

/** All objects of all kinds, custom ones included: for those who must know whatever there is. */
export interface Everything {
  onChange(listener: (change: ThingChange) => void): void;
  /** The kind of that group and name, in whichever version; undefined when there is none. */
  resourceOf(apiVersion: string, kind: string): Resource | undefined;
  /** All kinds there are. */
  resources(): readonly Resource[];
  /** Resolves when the first lists of all kinds have come. Kinds that come and go later are followed, too. */
  start(): Promise<void>;
}

const definitions = "customresourcedefinitions";

export function createEverything({ client, clock, signal, onError }: World): Everything {
  const listeners: ((change: ThingChange) => void)[] = [];
  const watched = new Map<string, { readonly resource: Resource; readonly stop: AbortController }>();

  function follow(resource: Resource): Promise<void> {
    const stop = new AbortController();
    watched.set(nameOf(resource), { resource, stop });
    const informer = createInformer(client, clock, resource, {
      transform: ({ metadata }) => ({ metadata }),
      onError,
    });
    informer.onChange(({ kind, object }) => {
      for (const listener of listeners) listener({ kind, resource, object });
    });
    return informer.start(AbortSignal.any([signal, stop.signal]));
  }

  /** Begins to follow the kinds that have come, and leaves those that have gone. */
  async function refresh(): Promise<void> {
    const resources = (await client.resources()).filter(({ group }) => group !== "events.k8s.io");
    const names = new Set(resources.map(nameOf));
    for (const [name, { stop }] of watched) {
      if (names.has(name)) continue;
      stop.abort();
      watched.delete(name);
    }
    await Promise.all(resources.filter((resource) => !watched.has(nameOf(resource))).map(follow));
  }

  return {
    onChange: (listener) => {
      listeners.push(listener);
    },
    resources: () => [...watched.values()].map(({ resource }) => resource),
    resourceOf: (apiVersion, kind) => {
      const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
      const found = [...watched.values()].find(({ resource }) => resource.group === group && resource.kind === kind);
      return found?.resource;
    },
    start: async () => {
      listeners.push(({ resource }) => {
        if (resource.plural === definitions) refresh().catch(onError);
      });
      await refresh();
    },
  };
}

function nameOf({ group, version, plural }: Resource): string {
  return `${plural}.${version}.${group}`;
}
