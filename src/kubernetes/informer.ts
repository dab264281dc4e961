import type { Clock } from "../clock.ts";
import { sleep } from "../clock.ts";
import { Unreachable } from "../http.ts";
import type { KubeClient, Selection } from "./client.ts";
import { Gone, NotFound } from "./errors.ts";
import type { KubeObject, ObjectKey } from "./objects.ts";
import type { Resource } from "./resources.ts";

export type Change<T extends KubeObject> =
  | { readonly kind: "set"; readonly object: T; readonly previous: T | undefined }
  | { readonly kind: "deleted"; readonly object: T };

/** A cache of all objects of one resource, kept up to date by a watch. `Kept` is what is kept of an object. */
export interface Informer<T extends KubeObject, Kept extends KubeObject = T> {
  /** Whether the first list has come. */
  readonly synced: boolean;
  /**
   * Lists and watches until the signal is aborted. Resolves once the first list has come, the resource is missing or
   * the signal is aborted.
   */
  start(signal: AbortSignal): Promise<void>;
  get(key: ObjectKey): Kept | undefined;
  list(): readonly Kept[];
  onChange(listener: (change: Change<Kept>) => void): void;
  /** Takes in the answer to a write, so that the cache is never behind what this process wrote. */
  learn(object: T): void;
}

export interface InformerOptions<T extends KubeObject, Kept extends KubeObject = T> extends Selection {
  /** Keeps what is read. `managedFields` is dropped in any case. */
  readonly transform: (object: T) => Kept;
  /** Told of every failure; the informer goes on by itself. */
  readonly onError?: (error: unknown) => void;
}

/** Pauses after failures double from the shortest to the longest, each within half and one and a half of that. */
const shortestPauseMs = 1000;
const longestPauseMs = 30_000;
/** A missing resource (its CRD is not installed) is looked for this often. */
const missingPauseMs = 60_000;
/** The server sends a bookmark every minute: a watch that is silent for longer than this is begun anew. */
const silenceMs = 3 * 60_000;

export function createInformer<T extends KubeObject, Kept extends KubeObject = T>(
  client: KubeClient,
  clock: Clock,
  resource: Resource<T>,
  { transform, onError = () => undefined, ...selection }: InformerOptions<T, Kept>,
): Informer<T, Kept> {
  const objects = new Map<string, Kept>();
  const listeners: ((change: Change<Kept>) => void)[] = [];
  let synced = false;
  /** All changes up to this resource version are known; undefined before the first list, and when it is too old. */
  let at: string | undefined;
  let pause = shortestPauseMs;

  const tell = (change: Change<Kept>): void => {
    for (const listener of listeners) listener(change);
  };

  function set(raw: T): void {
    const object = transform(withoutManagedFields(raw));
    const key = keyOf(object.metadata);
    const previous = objects.get(key);
    if (previous !== undefined && !isAfter(object, previous.metadata.resourceVersion)) return;
    objects.set(key, object);
    tell({ kind: "set", object, previous });
  }

  function remove(object: KubeObject): void {
    const key = keyOf(object.metadata);
    const known = objects.get(key);
    if (known === undefined || known.metadata.uid !== object.metadata.uid) return;
    objects.delete(key);
    tell({ kind: "deleted", object: known });
  }

  async function list(): Promise<string> {
    const { items, resourceVersion } = await client.list(resource, selection);
    const present = new Set(items.map(({ metadata }) => keyOf(metadata)));
    for (const [key, object] of objects) {
      // What was learned meanwhile is newer than the list.
      if (!present.has(key) && !isAfter(object, resourceVersion)) remove(object);
    }
    for (const item of items) set(item);
    synced = true;
    return resourceVersion;
  }

  /** Follows the watch until it ends or falls silent. */
  async function follow(from: string, signal: AbortSignal): Promise<void> {
    const silence = new AbortController();
    const listen = (): (() => void) =>
      clock.after(silenceMs, () => {
        silence.abort();
      });
    const began = clock.now();
    let cancel = listen();
    try {
      const watch = client.watch(resource, { ...selection, from, signal: AbortSignal.any([signal, silence.signal]) });
      for await (const event of watch) {
        cancel();
        cancel = listen();
        pause = shortestPauseMs;
        at = event.type === "BOOKMARK" ? event.resourceVersion : (event.object.metadata.resourceVersion ?? at);
        if (event.type === "DELETED") remove(event.object);
        else if (event.type !== "BOOKMARK") set(event.object);
      }
    } catch (error) {
      if (!silence.signal.aborted) throw error;
    } finally {
      cancel();
    }
    if (at === from && clock.now() - began < shortestPauseMs) {
      throw new Unreachable(`the watch of ${resource.plural} ended as soon as it had begun`);
    }
  }

  async function run(signal: AbortSignal, listed: () => void): Promise<void> {
    const stopped = (): boolean => signal.aborted;
    while (!stopped()) {
      try {
        at ??= await list();
        listed();
        await follow(at, signal);
      } catch (error) {
        if (stopped()) return;
        if (!(error instanceof Gone)) onError(error);
        if (error instanceof Gone || error instanceof NotFound) at = undefined;
        if (error instanceof NotFound) listed();
        const ms = error instanceof NotFound ? missingPauseMs : pause * (0.5 + clock.jitter());
        await sleep(clock, ms, signal).catch(() => undefined);
        pause = Math.min(longestPauseMs, pause * 2);
      }
    }
  }

  return {
    get synced() {
      return synced;
    },
    start: (signal) =>
      new Promise((resolve, reject) => {
        run(signal, resolve).then(resolve, reject);
      }),
    get: (key) => objects.get(keyOf(key)),
    list: () => [...objects.values()],
    onChange: (listener) => {
      listeners.push(listener);
    },
    learn: (object) => {
      // Older than what the watch has told, and not there: deleted meanwhile.
      const isLate = at !== undefined && !isAfter(object, at);
      if (!isLate || objects.has(keyOf(object.metadata))) set(object);
    },
  };
}

/** `NAMESPACE/NAME`. */
export function keyOf({ namespace = "", name }: ObjectKey): string {
  return `${namespace}/${name}`;
}

/** Kubernetes guarantees since 1.35 that resource versions of one resource can be compared as integers. */
function isAfter({ metadata }: KubeObject, version = "0"): boolean {
  return BigInt(metadata.resourceVersion ?? 0) > BigInt(version);
}

function withoutManagedFields<T extends KubeObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata as T["metadata"] & { readonly managedFields?: unknown };
  return { ...object, metadata };
}
