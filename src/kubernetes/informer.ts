import type { Clock } from "../clock.ts";
import { sleep } from "../clock.ts";
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
  /** Lists and watches until the signal is aborted. Resolves once the first list has come, or the resource is missing. */
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

const shortestPauseMs = 1000;
const longestPauseMs = 30_000;
/** A missing resource (its CRD is not installed) is looked for this often. */
const missingPauseMs = 60_000;
/** The server ends a watch within ten minutes: silence for longer is a dead connection. */
const silenceMs = 11 * 60_000;

export function createInformer<T extends KubeObject, Kept extends KubeObject = T>(
  client: KubeClient,
  clock: Clock,
  resource: Resource<T>,
  { transform, onError = () => undefined, ...selection }: InformerOptions<T, Kept>,
): Informer<T, Kept> {
  const objects = new Map<string, Kept>();
  const listeners: ((change: Change<Kept>) => void)[] = [];
  let synced = false;

  const tell = (change: Change<Kept>): void => {
    for (const listener of listeners) listener(change);
  };

  function set(raw: T): void {
    const object = transform(withoutManagedFields(raw));
    const key = keyOf(object.metadata);
    const previous = objects.get(key);
    if (previous !== undefined && !isNewer(object, previous)) return;
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
    for (const [key, object] of objects) if (!present.has(key)) remove(object);
    for (const item of items) set(item);
    synced = true;
    return resourceVersion;
  }

  /** Follows the watch until it ends; returns where the next one goes on. */
  async function follow(from: string, signal: AbortSignal): Promise<string> {
    const silence = new AbortController();
    let cancel = clock.after(silenceMs, () => {
      silence.abort();
    });
    let at = from;
    try {
      const watch = client.watch(resource, { ...selection, from, signal: AbortSignal.any([signal, silence.signal]) });
      for await (const event of watch) {
        cancel();
        cancel = clock.after(silenceMs, () => {
          silence.abort();
        });
        at = event.type === "BOOKMARK" ? event.resourceVersion : (event.object.metadata.resourceVersion ?? at);
        if (event.type === "DELETED") remove(event.object);
        else if (event.type !== "BOOKMARK") set(event.object);
      }
    } finally {
      cancel();
    }
    return at;
  }

  async function run(signal: AbortSignal, listed: () => void): Promise<void> {
    let pause = shortestPauseMs;
    let at: string | undefined;
    const stopped = (): boolean => signal.aborted;
    while (!stopped()) {
      try {
        at ??= await list();
        listed();
        at = await follow(at, signal);
        pause = shortestPauseMs;
      } catch (error) {
        if (stopped()) return;
        if (error instanceof Gone) {
          at = undefined;
          continue;
        }
        onError(error);
        if (error instanceof NotFound) listed();
        await sleep(clock, error instanceof NotFound ? missingPauseMs : pause * (0.5 + Math.random()), signal).catch(
          () => undefined,
        );
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
        run(signal, resolve).catch(reject);
      }),
    get: (key) => objects.get(keyOf(key)),
    list: () => [...objects.values()],
    onChange: (listener) => {
      listeners.push(listener);
    },
    learn: set,
  };
}

/** `NAMESPACE/NAME`. */
export function keyOf({ namespace = "", name }: ObjectKey): string {
  return `${namespace}/${name}`;
}

/** Kubernetes guarantees since 1.35 that resource versions of one resource can be compared as integers. */
function isNewer(object: KubeObject, known: KubeObject): boolean {
  if (object.metadata.uid !== known.metadata.uid) return true;
  return BigInt(object.metadata.resourceVersion ?? 0) > BigInt(known.metadata.resourceVersion ?? 0);
}

function withoutManagedFields<T extends KubeObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata as T["metadata"] & { readonly managedFields?: unknown };
  return { ...object, metadata };
}
