import type { StoredObject } from "./resource.ts";

/** One change of one object. */
export interface Change {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** The resource version that the change made. */
  readonly version: number;
  /** Such as `deployments.apps`: all versions of a kind are stored as one collection. */
  readonly collection: string;
  /** See `keyOf`. */
  readonly key: string;
  /** As it is now; of a deleted one, the last of it at the version of its deletion. */
  readonly object: StoredObject;
  readonly previous: StoredObject | undefined;
}

/** The history of the changes after a version is not kept any more. */
export class Compacted extends Error {
  override readonly name = "Compacted";
  /** The oldest version whose following changes are all known. */
  readonly oldest: number;

  constructor(oldest: number) {
    super(`compacted up to version ${oldest}`);
    this.oldest = oldest;
  }
}

/**
 * All objects, and the latest changes of them in order. One counter gives the versions of them all. Objects are never
 * changed in place.
 */
export interface Store {
  /** The version of the last change. */
  readonly version: number;
  /** The names of all collections. */
  collections(): readonly string[];
  get(collection: string, key: string): StoredObject | undefined;
  /**
   * The objects of a collection by key, sorted by it, now or as they were at a version.
   * @throws Compacted
   */
  list(collection: string, at?: number): readonly (readonly [key: string, object: StoredObject])[];
  /** Stores an object, in place of the one that has the key. Returns it with its resource version. */
  put(collection: string, key: string, object: StoredObject): StoredObject;
  /** Removes the object of this key, which ends as `last`. Returns that with the version of the deletion. */
  remove(collection: string, key: string, last: StoredObject): StoredObject;
  /**
   * The changes of a collection after a version.
   * @throws Compacted
   */
  changesSince(collection: string, version: number): readonly Change[];
  /** Forgets the changes so far. */
  compact(): void;
  /** Calls back after each change, until the returned function is called. */
  onChange(listener: (change: Change) => void): () => void;
}

/** `NAMESPACE/NAME`, or the name alone where there is no namespace. Lists are sorted by it. */
export function keyOf(namespace: string, name: string): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}

/**
 * `historySize`: how many changes are kept at the least. `from`: the store whose objects it has at the beginning, and none
 * of whose changes.
 */
export function createStore(historySize = 10_000, from?: Store): Store {
  const collections = new Map(from?.collections().map((name) => [name, new Map(from.list(name))]));
  const listeners = new Set<(change: Change) => void>();
  /** The changes after version `oldest`, one version each. */
  let history: Change[] = [];
  let oldest = from?.version ?? 0;

  const objectsOf = (collection: string): Map<string, StoredObject> => {
    const known = collections.get(collection) ?? new Map<string, StoredObject>();
    collections.set(collection, known);
    return known;
  };

  function since(version: number): readonly Change[] {
    if (version < oldest) throw new Compacted(oldest);
    return history.slice(version - oldest);
  }

  function record(type: Change["type"], collection: string, key: string, content: StoredObject): StoredObject {
    const objects = objectsOf(collection);
    const version = oldest + history.length + 1;
    const object = { ...content, metadata: { ...content.metadata, resourceVersion: String(version) } };
    const change = { type, version, collection, key, object, previous: objects.get(key) };
    if (type === "DELETED") objects.delete(key);
    else objects.set(key, object);
    history.push(change);
    // Now and then many at once: one by one, each would move all that are left.
    if (history.length >= 2 * historySize) {
      oldest += history.length - historySize;
      history = history.slice(-historySize);
    }
    for (const listener of listeners) listener(change);
    return object;
  }

  return {
    get version() {
      return oldest + history.length;
    },
    collections: () => [...collections.keys()],
    get: (collection, key) => collections.get(collection)?.get(key),
    list: (collection, at) => {
      const objects = new Map(collections.get(collection));
      for (const change of at === undefined ? [] : since(at).toReversed()) {
        if (change.collection !== collection) continue;
        if (change.previous === undefined) objects.delete(change.key);
        else objects.set(change.key, change.previous);
      }
      return [...objects].sort(([a], [b]) => (a < b ? -1 : 1));
    },
    put: (collection, key, object) =>
      record(objectsOf(collection).has(key) ? "MODIFIED" : "ADDED", collection, key, object),
    remove: (collection, key, last) => record("DELETED", collection, key, last),
    changesSince: (collection, version) => since(version).filter((change) => change.collection === collection),
    compact: () => {
      oldest += history.length;
      history = [];
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
