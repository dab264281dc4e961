import type { Clock } from "../../clock.ts";
import { within } from "../../kubernetes/deadline.ts";
import { apiVersionOf } from "../../kubernetes/resources.ts";
import type { Resource } from "../../kubernetes/resources.ts";
import type { ApiRequest, Transport } from "../../kubernetes/transport.ts";
import type { StoredObject } from "../resource.ts";

/** An API server and its time. */
export interface Server {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Lets `ms` milliseconds go by on the server's clock. */
  readonly pause: (ms: number) => Promise<void>;
}

/** What the server said. `body` is parsed where it is JSON, and text otherwise. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

export type Query = Readonly<Record<string, string>>;

export interface CallOptions {
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  /** Such as `status`. */
  readonly subresource?: string;
  /** The namespace of the behaviour when left out; all of them when empty. */
  readonly namespace?: string;
}

export interface SendOptions extends Pick<CallOptions, "query" | "headers"> {
  /** Sent as it stands where it is text, and as JSON otherwise. */
  readonly body?: unknown;
}

/** A change, in one of the formats of PATCH. */
export interface Patch {
  readonly type: "json" | "merge" | "strategic" | "apply";
  readonly body: unknown;
}

export interface WatchEvent {
  readonly type: string;
  readonly object: StoredObject;
}

/** A watch that goes on until the behaviour is over. */
export interface Watch {
  /** All that has come so far. */
  readonly events: readonly WatchEvent[];
  /** Whether the server has ended it. */
  readonly ended: boolean;
  /** Waits for this many events and gives them. Rejects when they do not come in time. */
  take(count: number): Promise<readonly WatchEvent[]>;
}

/** What a behaviour works with: one API server, and a namespace of its own on it. */
export interface Api {
  readonly namespace: string;
  /** `path` is without the query. */
  send(method: ApiRequest["method"], path: string, options?: SendOptions): Promise<Answer>;
  get(resource: Resource, name: string, options?: CallOptions): Promise<Answer>;
  list(resource: Resource, options?: CallOptions): Promise<Answer>;
  /** `apiVersion` and `kind` are filled in where they are missing, here and below. */
  create(resource: Resource, object: object, options?: CallOptions): Promise<Answer>;
  replace(resource: Resource, object: StoredObject, options?: CallOptions): Promise<Answer>;
  patch(resource: Resource, name: string, patch: Patch, options?: CallOptions): Promise<Answer>;
  delete(resource: Resource, name: string, options?: CallOptions & { readonly body?: object }): Promise<Answer>;
  deleteAll(resource: Resource, options?: CallOptions): Promise<Answer>;
  /** Resolves once the server has accepted the watch. Rejects with what it said when it does not. */
  watch(resource: Resource, options?: CallOptions): Promise<Watch>;
  /** Looks again and again until the look neither throws nor gives `undefined`, for 30 s of the server's time at most. */
  eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T>;
  /** Work to do when the behaviour is over, however it ends. The last is done first. */
  afterwards(work: () => Promise<unknown>): void;
}

const contentTypes: Readonly<Record<Patch["type"], string>> = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
};

const requestTimeoutMs = 20_000;
const patienceMs = 30_000;
const firstPauseMs = 10;
const longestPauseMs = 250;

/** `closing` is aborted when the behaviour is over, and ends its watches. */
export function createApi(
  { transport, clock, pause }: Server,
  namespace: string,
  closing: AbortSignal,
  afterwards: Api["afterwards"],
): Api {
  const call = (
    method: ApiRequest["method"],
    resource: Resource,
    name: string | undefined,
    { query = {}, headers = {}, subresource, namespace: elsewhere = namespace }: CallOptions = {},
    body?: unknown,
  ): Promise<Answer> => send(method, pathOf(resource, elsewhere, name, subresource), { query, headers, body });

  async function send(
    method: ApiRequest["method"],
    path: string,
    { query = {}, headers = {}, body }: SendOptions = {},
  ): Promise<Answer> {
    const full = `${path}${queryOf(query)}`;
    return within(clock, requestTimeoutMs, `no answer to ${method} ${full}`, async (late) => {
      const answer = await transport({
        method,
        path: full,
        headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
        signal: AbortSignal.any([late, closing]),
      });
      return { status: answer.status, headers: answer.headers, body: await read(answer.body) };
    });
  }

  async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    let last: unknown = new Error("nothing found");
    for (let waited = 0, ms = firstPauseMs; waited <= patienceMs; waited += ms, ms = Math.min(ms * 2, longestPauseMs)) {
      try {
        const found = await look();
        if (found !== undefined) return found;
      } catch (error) {
        last = error;
      }
      await pause(ms);
    }
    const why = last instanceof Error ? last.message : String(last);
    throw new Error(`${what}: not within ${patienceMs / 1000} s; the last failure: ${why}`, { cause: last });
  }

  return {
    namespace,
    send,
    get: (resource, name, options) => call("GET", resource, name, options),
    list: (resource, options) => call("GET", resource, undefined, options),
    create: (resource, object, options) => call("POST", resource, undefined, options, completed(resource, object)),
    replace: (resource, object, options) =>
      call("PUT", resource, object.metadata.name, options, completed(resource, object)),
    patch: (resource, name, { type, body }, options = {}) =>
      call(
        "PATCH",
        resource,
        name,
        { ...options, headers: { "content-type": contentTypes[type], ...options.headers } },
        body,
      ),
    delete: (resource, name, { body, ...options } = {}) => call("DELETE", resource, name, options, body),
    deleteAll: (resource, options) => call("DELETE", resource, undefined, options),
    eventually,
    afterwards,

    watch: async (resource, { query = {}, headers = {}, namespace: elsewhere = namespace } = {}) => {
      const path = `${pathOf(resource, elsewhere)}${queryOf({ ...query, watch: "true" })}`;
      const answer = await within(clock, requestTimeoutMs, `no answer to the watch of ${path}`, (late) =>
        transport({ method: "GET", path, headers, signal: AbortSignal.any([late, closing]) }),
      );
      if (answer.status !== 200) {
        throw new Error(`watch of ${path}: ${answer.status}: ${JSON.stringify(await read(answer.body))}`);
      }
      const events: WatchEvent[] = [];
      let ended = false;
      const follow = async (): Promise<void> => {
        for await (const line of linesOf(answer.body)) events.push(JSON.parse(line) as WatchEvent);
      };
      follow()
        .catch(() => undefined)
        .finally(() => {
          ended = true;
        });
      return {
        events,
        get ended() {
          return ended;
        },
        take: (count) =>
          eventually(`${count} events of ${path}`, async () => {
            if (events.length >= count) return events.slice(0, count);
            throw new Error(`so far: ${JSON.stringify(events)}`);
          }),
      };
    },
  };
}

function completed(resource: Resource, object: object): object {
  return { apiVersion: apiVersionOf(resource), kind: resource.kind, ...object };
}

/** Without a name, the path of the collection. */
export function pathOf(resource: Resource, namespace: string, name?: string, subresource?: string): string {
  const { group, version, plural, namespaced } = resource;
  return [
    group === "" ? `/api/${version}` : `/apis/${group}/${version}`,
    ...(namespaced && namespace !== "" ? ["namespaces", namespace] : []),
    plural,
    ...(name === undefined ? [] : [name]),
    ...(subresource === undefined ? [] : [subresource]),
  ].join("/");
}

function queryOf(query: Query): string {
  const text = new URLSearchParams(query).toString();
  return text === "" ? "" : `?${text}`;
}

async function read(body: AsyncIterable<Uint8Array>): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines.filter((line) => line !== "");
  }
}
