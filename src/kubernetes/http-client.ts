import type { Clock } from "../clock.ts";
import { sleep } from "../clock.ts";
import { Unreachable } from "../http.ts";
import { fieldManager } from "./client.ts";
import type { KubeClient, Patch, Selection, WatchEvent } from "./client.ts";
import { AlreadyExists, ApiError, Conflict, Forbidden, Gone, Invalid, NotFound, TooManyRequests } from "./errors.ts";
import type { KubeObject, ObjectKey } from "./objects.ts";
import { apiVersionOf } from "./resources.ts";
import type { Resource } from "./resources.ts";
import type { ApiRequest, ApiResponse, Transport } from "./transport.ts";

const requestTimeoutMs = 30_000;
const pageSize = 500;
/** How often a request is tried again that the API server was too busy to serve. */
const busyRetries = 4;

const patchTypes: Readonly<Record<Patch["type"], string>> = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  apply: "application/apply-patch+yaml",
};

interface ListAnswer<T> {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly T[];
}

interface Status {
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
}

/** The Kubernetes API over a transport. */
export function createClient(transport: Transport, clock: Clock): KubeClient {
  async function call<T>(request: Omit<ApiRequest, "signal">): Promise<T> {
    for (let retry = 0; ; retry++) {
      try {
        return await callOnce<T>(request);
      } catch (error) {
        if (!(error instanceof TooManyRequests) || retry === busyRetries) throw error;
        await sleep(clock, error.retryAfterMs * (1 + Math.random()));
      }
    }
  }

  async function callOnce<T>(request: Omit<ApiRequest, "signal">): Promise<T> {
    const abort = new AbortController();
    const cancel = clock.after(requestTimeoutMs, () => {
      abort.abort(new Unreachable(`API server: no answer to ${request.method} ${request.path} in time`));
    });
    try {
      const answer = await transport({ ...request, signal: abort.signal });
      const body = await readJson(answer, request);
      if (answer.status >= 300) throw errorOf(answer, body as Status, request);
      return body as T;
    } finally {
      cancel();
    }
  }

  return {
    get: (resource, key) => call({ method: "GET", path: pathOf(resource, key) }),

    list: async <T extends KubeObject>(resource: Resource<T>, selection: Selection = {}) => {
      const items: T[] = [];
      let next = "";
      for (;;) {
        const query = { ...selectors(selection), limit: `${pageSize}`, ...(next !== "" && { continue: next }) };
        const page = await call<ListAnswer<T>>({
          method: "GET",
          path: `${collectionOf(resource, selection.namespace)}?${new URLSearchParams(query).toString()}`,
        });
        items.push(...page.items);
        next = page.metadata.continue ?? "";
        if (next === "") return { items, resourceVersion: page.metadata.resourceVersion };
      }
    },

    watch: async function* <T extends KubeObject>(
      resource: Resource<T>,
      { from, signal, ...selection }: Selection & { readonly from: string; readonly signal: AbortSignal },
    ): AsyncIterable<WatchEvent<T>> {
      const query = {
        ...selectors(selection),
        watch: "true",
        allowWatchBookmarks: "true",
        resourceVersion: from,
        timeoutSeconds: `${300 + Math.floor(Math.random() * 300)}`,
      };
      const request = {
        method: "GET" as const,
        path: `${collectionOf(resource, selection.namespace)}?${new URLSearchParams(query).toString()}`,
      };
      const answer = await transport({ ...request, signal });
      if (answer.status >= 300) throw errorOf(answer, (await readJson(answer, request)) as Status, request);
      for await (const line of linesOf(answer.body)) {
        const event = parseJson(line, request) as { readonly type: string; readonly object: unknown };
        if (event.type === "ERROR") throw statusError(event.object as Status, 500, "watch", undefined);
        const object = event.object as T;
        yield event.type === "BOOKMARK"
          ? { type: "BOOKMARK", resourceVersion: object.metadata.resourceVersion ?? from }
          : { type: event.type as "ADDED" | "MODIFIED" | "DELETED", object };
      }
    },

    create: (resource, object) =>
      call({
        method: "POST",
        path: `${collectionOf(resource, object.metadata.namespace)}?fieldManager=${fieldManager}`,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ apiVersion: apiVersionOf(resource), kind: resource.kind, ...object }),
      }),

    replace: (resource, object, { subresource } = {}) =>
      call({
        method: "PUT",
        path: `${pathOf(resource, object.metadata, subresource)}?fieldManager=${fieldManager}`,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ apiVersion: apiVersionOf(resource), kind: resource.kind, ...object }),
      }),

    patch: (resource, key, patch, { subresource } = {}) =>
      call({
        method: "PATCH",
        path: `${pathOf(resource, key, subresource)}?fieldManager=${fieldManager}${patch.type === "apply" ? "&force=true" : ""}`,
        headers: { "content-type": patchTypes[patch.type] },
        body: JSON.stringify(patch.body),
      }),

    delete: async (resource, key, { uid } = {}) => {
      await call({
        method: "DELETE",
        path: pathOf(resource, key),
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          kind: "DeleteOptions",
          apiVersion: "v1",
          ...(uid !== undefined && { preconditions: { uid } }),
        }),
      });
    },
  };
}

function collectionOf({ group, version, plural, namespaced }: Resource, namespace: string | undefined): string {
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  return namespaced && namespace !== undefined && namespace !== ""
    ? `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`
    : `${root}/${plural}`;
}

function pathOf(resource: Resource, { namespace, name }: ObjectKey, subresource?: string): string {
  const path = `${collectionOf(resource, namespace)}/${encodeURIComponent(name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

function selectors({ labelSelector, fieldSelector }: Selection): Record<string, string> {
  return {
    ...(labelSelector !== undefined && { labelSelector }),
    ...(fieldSelector !== undefined && { fieldSelector }),
  };
}

async function readJson(answer: ApiResponse, request: Omit<ApiRequest, "signal">): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return parseJson(Buffer.concat(chunks).toString("utf8"), request, answer.status);
}

function parseJson(text: string, { method, path }: Omit<ApiRequest, "signal">, status = 200): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    // An intermediary, or a server that is starting, may answer a failure in plain text.
    if (status >= 300) return { message: text.slice(0, 200) };
    throw new Unreachable(`API server: the answer to ${method} ${path} is not JSON: ${text.slice(0, 100)}`, { cause });
  }
}

/** The lines of a stream, whatever way it is cut into chunks. */
async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") yield line;
  }
}

function errorOf(answer: ApiResponse, status: Status, { method, path }: Omit<ApiRequest, "signal">): ApiError {
  const after = Number(answer.headers["retry-after"]);
  return statusError(
    { code: answer.status, ...status },
    answer.status,
    `${method} ${path}`,
    after > 0 ? after : undefined,
  );
}

function statusError(status: Status, code: number, what: string, retryAfter: number | undefined): ApiError {
  const { reason = "", code: actual = code } = status;
  const message = `${status.message ?? `status ${actual}`} (${what.split("?")[0] ?? what})`;
  switch (actual) {
    case 400:
    case 422:
      return new Invalid(message, actual, reason);
    case 401:
    case 403:
      return new Forbidden(message, actual, reason);
    case 404:
      return new NotFound(message, actual, reason);
    case 409:
      return reason === "AlreadyExists"
        ? new AlreadyExists(message, actual, reason)
        : new Conflict(message, actual, reason);
    case 410:
      return new Gone(message, actual, reason);
    case 429:
    case 503:
      return new TooManyRequests(message, reason, (retryAfter ?? 1) * 1000);
    default:
      return new ApiError(message, actual, reason);
  }
}
