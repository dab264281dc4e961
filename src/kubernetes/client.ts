import type { KubeObject, ObjectKey } from "./objects.ts";
import type { Resource } from "./resources.ts";

/** How the client names itself to the API server: the field manager of what it writes. */
export const fieldManager = "headgate";

/** A partial change to an object: a merge patch (RFC 7386). */
export interface Patch {
  readonly type: "merge";
  readonly body: unknown;
}

export interface Selection {
  /** Only this namespace; all of them when left out. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface RequestOptions {
  /** For what brings users back to safety, or keeps the lead: goes ahead of all that waits for the rate limiter. */
  readonly urgent?: boolean;
}

export interface WriteOptions extends RequestOptions {
  readonly subresource?: "status";
}

/** A change that a watch reports. A bookmark carries only a resource version. */
export type WatchEvent<T extends KubeObject> =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: T }
  | { readonly type: "BOOKMARK"; readonly resourceVersion: string };

/**
 * The Kubernetes API. Every call rejects with a class of errors.ts when the API server says no,
 * and with `Unreachable` when it says nothing.
 */
export interface KubeClient {
  get<T extends KubeObject>(resource: Resource<T>, key: ObjectKey, options?: RequestOptions): Promise<T>;
  /** All pages. `resourceVersion` is where a watch goes on. */
  list<T extends KubeObject>(
    resource: Resource<T>,
    selection?: Selection,
  ): Promise<{ readonly items: readonly T[]; readonly resourceVersion: string }>;
  /** Ends when the server closes it or the signal is aborted; throws `Gone` when `from` is too old. */
  watch<T extends KubeObject>(
    resource: Resource<T>,
    options: Selection & { readonly from: string; readonly signal: AbortSignal },
  ): AsyncIterable<WatchEvent<T>>;
  create<T extends KubeObject>(resource: Resource<T>, object: T, options?: RequestOptions): Promise<T>;
  /** Replaces the object; with `metadata.resourceVersion` set, only if it is still at that version. */
  replace<T extends KubeObject>(resource: Resource<T>, object: T, options?: WriteOptions): Promise<T>;
  patch<T extends KubeObject>(resource: Resource<T>, key: ObjectKey, patch: Patch, options?: WriteOptions): Promise<T>;
  delete(resource: Resource, key: ObjectKey, options?: RequestOptions & { readonly uid?: string }): Promise<void>;
}
