import type { Clock } from "../clock.ts";
import { Unreachable } from "../http.ts";
import { canonicalJson, isRecord } from "../kubernetes/canonical.ts";
import { ApiError } from "../kubernetes/errors.ts";
import type { KubeObject } from "../kubernetes/objects.ts";
import type { ApiRequest, ApiResponse, Transport } from "../kubernetes/transport.ts";

/** What goes wrong with a request. `served`: it was carried out, and only its answer is lost. */
export type Fault =
  { readonly kind: "answer"; readonly status: number } | { readonly kind: "hang" | "cut"; readonly served: boolean };

/** A change of an object, by whomever. */
export interface Written {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** The name in URLs, such as `deployments`. */
  readonly plural: string;
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
}

/**
 * A Kubernetes API in memory, for objects of any group, version and plural, without their schemas and defaults. It
 * knows get, list, watch, create, replace, merge patches and delete with finalizers, and the subresource status. It
 * selects by namespace only, and lists in one page.
 */
export interface MemoryApi {
  /** The connection of one client. `fault` is asked about each of its requests. */
  connect(fault?: (request: ApiRequest) => Fault | undefined): Transport;
  /** Calls back after each change. */
  onWrite(listener: (written: Written) => void): void;
}

type Stored = KubeObject & { readonly status?: unknown };

/** What a path names. */
interface Place {
  readonly plural: string;
  /** What the ids of all objects in the collection begin with. */
  readonly within: string;
  readonly namespace: string;
  /** Empty for the collection. */
  readonly name: string;
  readonly subresource: string;
  readonly query: URLSearchParams;
}

export function createMemoryApi(clock: Clock): MemoryApi {
  const objects = new Map<string, Stored>();
  /** The change that made version 1, and so on. */
  const history: (Written & { readonly id: string })[] = [];
  const listeners: ((written: Written) => void)[] = [];
  let pulse = Promise.withResolvers<undefined>();

  const time = (): string => new Date(clock.now()).toISOString();
  const wakeWatches = (): void => {
    pulse.resolve(undefined);
    pulse = Promise.withResolvers();
  };

  function live({ within, plural, name }: Place): Stored {
    const object = objects.get(within + name);
    if (object === undefined) throw new ApiError(`${plural} "${name}" not found`, 404, "NotFound");
    return object;
  }

  function write({ within, plural }: Place, type: Written["type"], content: Stored): Stored {
    const metadata = { ...content.metadata, resourceVersion: String(history.length + 1) };
    const object = { ...content, metadata };
    const id = within + metadata.name;
    const written = { type, plural, object, previous: objects.get(id) };
    if (type === "DELETED") objects.delete(id);
    else objects.set(id, object);
    history.push({ ...written, id });
    for (const listener of listeners) listener(written);
    wakeWatches();
    return object;
  }

  function create(place: Place, { status: _, ...given }: Stored): Stored {
    const { plural, within, namespace } = place;
    const { name } = given.metadata;
    if (objects.has(within + name)) throw new ApiError(`${plural} "${name}" already exists`, 409, "AlreadyExists");
    const born = { namespace, uid: `uid-${history.length + 1}`, creationTimestamp: time(), generation: 1 };
    return write(place, "ADDED", { ...given, metadata: { ...given.metadata, ...born } });
  }

  /** Replaces the part of an object that the path names. */
  function replace(place: Place, given: Stored): Stored {
    const old = live(place);
    const { labels: _1, annotations: _2, finalizers: _3, ownerReferences: _4, ...ofServer } = old.metadata;
    if ((given.metadata.resourceVersion ?? ofServer.resourceVersion) !== ofServer.resourceVersion) {
      throw new ApiError(`${place.plural} "${place.name}" has been modified`, 409, "Conflict");
    }
    const next: Stored =
      place.subresource === "status"
        ? { ...old, status: given.status }
        : { ...given, status: old.status, metadata: { ...given.metadata, ...ofServer } };
    if (canonicalJson(next) === canonicalJson(old)) return old;
    const generation = (ofServer.generation ?? 0) + (contentOf(next) === contentOf(old) ? 0 : 1);
    const gone = ofServer.deletionTimestamp !== undefined && (next.metadata.finalizers ?? []).length === 0;
    return write(place, gone ? "DELETED" : "MODIFIED", { ...next, metadata: { ...next.metadata, generation } });
  }

  function remove(place: Place): Stored {
    const old = live(place);
    if ((old.metadata.finalizers ?? []).length === 0) return write(place, "DELETED", old);
    if (old.metadata.deletionTimestamp !== undefined) return old;
    const generation = (old.metadata.generation ?? 0) + 1;
    return write(place, "MODIFIED", { ...old, metadata: { ...old.metadata, deletionTimestamp: time(), generation } });
  }

  function list({ within }: Place): unknown {
    const items = [...objects].filter(([id]) => id.startsWith(within)).map(([, object]) => object);
    return { metadata: { resourceVersion: String(history.length) }, items };
  }

  async function* watch({ within, query }: Place, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const end = clock.now() + 1000 * Number(query.get("timeoutSeconds"));
    const cancel = clock.after(end - clock.now(), wakeWatches);
    signal.addEventListener("abort", wakeWatches);
    try {
      let at = Number(query.get("resourceVersion"));
      while (clock.now() < end) {
        signal.throwIfAborted();
        const change = history[at];
        if (change === undefined) await pulse.promise;
        else at++;
        if (change?.id.startsWith(within) === true) yield encode({ type: change.type, object: change.object });
      }
    } finally {
      cancel();
      signal.removeEventListener("abort", wakeWatches);
    }
  }

  function serve({ method, path, headers = {}, body = "null", signal }: ApiRequest): ApiResponse {
    const place = placeOf(path);
    const given = JSON.parse(body) as Stored;
    switch (method) {
      case "GET":
        if (place.query.get("watch") === "true") return { status: 200, headers: {}, body: watch(place, signal) };
        return answer(200, place.name === "" ? list(place) : live(place));
      case "POST":
        return answer(201, create(place, given));
      case "PUT":
        return answer(200, replace(place, given));
      case "PATCH":
        if (headers["content-type"] !== "application/merge-patch+json") throw new ApiError("no merge patch", 415, "");
        return answer(200, replace(place, merge(live(place), given) as Stored));
      case "DELETE":
        return answer(200, remove(place));
    }
  }

  function attempt(request: ApiRequest): ApiResponse {
    try {
      return serve(request);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { status, reason, message } = error;
      return answer(status, { kind: "Status", code: status, reason, message });
    }
  }

  return {
    connect:
      (fault = () => undefined) =>
      async (request) => {
        const wrong = fault(request);
        if (wrong === undefined) return attempt(request);
        if (wrong.kind === "answer") return answer(wrong.status, { message: "as the test wants it" });
        if (wrong.served) attempt(request);
        if (wrong.kind === "cut") throw new Unreachable("the connection was cut");
        return new Promise((_, reject) => {
          request.signal.addEventListener("abort", () => {
            reject(request.signal.reason as Error);
          });
        });
      },
    onWrite: (listener) => {
      listeners.push(listener);
    },
  };
}

function placeOf(path: string): Place {
  const { pathname, searchParams } = new URL(path, "http://api");
  const parts = /^(\/api\/[^/]+|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/;
  const [, root = "", namespace = "", plural = "", name = "", subresource = ""] = parts.exec(pathname) ?? [];
  const within = `${root}/${plural}/${namespace === "" ? "" : `${namespace}/`}`;
  return { plural, within, namespace, name, subresource, query: searchParams };
}

/** RFC 7386. */
function merge(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const base = isRecord(target) ? target : {};
  const changed = Object.entries(patch).map(([key, value]) => [key, merge(base[key], value)] as const);
  const fields = Object.entries({ ...base, ...Object.fromEntries(changed) });
  return Object.fromEntries(fields.filter(([, value]) => value !== null));
}

/** What makes for a new generation when it changes. */
function contentOf(object: Stored): string {
  return canonicalJson({ ...object, metadata: undefined, status: undefined });
}

function answer(status: number, value: unknown): ApiResponse {
  return { status, headers: {}, body: chunks(encode(value)) };
}

async function* chunks(chunk: Uint8Array): AsyncIterable<Uint8Array> {
  yield chunk;
}

function encode(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}
