import type { Clock } from "../clock.ts";
import { sleep } from "../clock.ts";
import { Unreachable } from "../http.ts";
import { isRecord } from "./canonical.ts";
import { fieldManager } from "./client.ts";
import type { KubeClient, RequestOptions, Selection, WatchEvent } from "./client.ts";
import { within } from "./deadline.ts";
import type { ApiError } from "./errors.ts";
import { Gone, TooManyRequests, apiErrorOf } from "./errors.ts";
import type { KubeObject, ObjectKey } from "./objects.ts";
import { createRateLimiter } from "./rate-limiter.ts";
import type { Rate } from "./rate-limiter.ts";
import { apiVersionOf } from "./resources.ts";
import type { Resource } from "./resources.ts";
import type { ApiRequest, ApiResponse, Transport } from "./transport.ts";

const requestTimeoutMs = 30_000;
const pageSize = 500;
/** How often a request is tried again that the API server was too busy to serve. */
const busyRetries = 4;
/** No request waits longer for its next try, whatever the API server asks for. */
const longestRetryMs = 30_000;

type Request = Omit<ApiRequest, "signal">;

interface ListAnswer<T> {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly T[];
}

interface Status {
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
}

/** The Kubernetes API over a transport. Watches do not count towards the rate of requests. */
export function createClient(
  transport: Transport,
  clock: Clock,
  { qps = 100, burst = 250 }: Partial<Rate> = {},
): KubeClient {
  const turn = createRateLimiter(clock, { qps, burst });

  async function call<T>(request: Request, { urgent = false }: RequestOptions = {}): Promise<T> {
    for (let retry = 0; ; retry++) {
      await turn(urgent);
      try {
        return await inTime(request, async (signal) => {
          const answer = await transport({ ...request, signal });
          const body = await readJson(answer, request);
          if (answer.status >= 300) throw errorOf(answer, body, request);
          if (!isRecord(body)) throw new Unreachable(`API server: the answer to ${nameOf(request)} is not an object`);
          return body as T;
        });
      } catch (error) {
        if (!(error instanceof TooManyRequests) || retry === busyRetries) throw error;
        await sleep(clock, Math.min(longestRetryMs, error.retryAfterMs) * (1 + clock.jitter()));
      }
    }
  }

  function inTime<T>(request: Request, work: (late: AbortSignal) => Promise<T>): Promise<T> {
    const message = `API server: no answer to ${nameOf(request)} within ${requestTimeoutMs / 1000} s`;
    return within(clock, requestTimeoutMs, message, work);
  }

  return {
    get: (resource, key, options) => call({ method: "GET", path: pathOf(resource, key) }, options),

    list: async <T extends KubeObject>(resource: Resource<T>, selection: Selection = {}) => {
      const pages: (readonly T[])[] = [];
      let page: Readonly<Record<string, string>> = { limit: `${pageSize}` };
      for (;;) {
        const query = new URLSearchParams({ ...selectors(selection), ...page }).toString();
        const request = {
          method: "GET" as const,
          path: `${collectionOf(resource, selection.namespace)}${query === "" ? "" : "?"}${query}`,
        };
        try {
          const { items, metadata } = await call<ListAnswer<T>>(request);
          if (!Array.isArray(items)) {
            throw new Unreachable(`API server: the answer to ${nameOf(request)} is not a list`);
          }
          pages.push(items);
          const { continue: next = "", resourceVersion } = metadata;
          if (next === "") return { items: pages.flat(), resourceVersion };
          page = { limit: `${pageSize}`, continue: next };
        } catch (error) {
          if (!(error instanceof Gone) || page["continue"] === undefined) throw error;
          // Anew, and in one piece, which cannot grow too old on the way.
          pages.length = 0;
          page = {};
        }
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
        timeoutSeconds: `${300 + Math.floor(clock.jitter() * 300)}`,
      };
      const request = {
        method: "GET" as const,
        path: `${collectionOf(resource, selection.namespace)}?${new URLSearchParams(query).toString()}`,
      };
      const answer = await inTime(request, async (late) => {
        const opened = await transport({ ...request, signal: AbortSignal.any([signal, late]) });
        if (opened.status >= 300) throw errorOf(opened, await readJson(opened, request), request);
        return opened;
      });
      for await (const line of linesOf(answer.body)) {
        const event = parseJson(line, request);
        if (!isRecord(event) || !isRecord(event["object"])) {
          throw new Unreachable(`API server: ${nameOf(request)} tells what is not an event: ${line.slice(0, 100)}`);
        }
        if (event["type"] === "ERROR") {
          const status: Status = event["object"];
          throw statusError(status, status.code ?? 500, nameOf(request));
        }
        const object = event["object"] as unknown as T;
        yield event["type"] === "BOOKMARK"
          ? { type: "BOOKMARK", resourceVersion: object.metadata.resourceVersion ?? from }
          : { type: event["type"] as "ADDED" | "MODIFIED" | "DELETED", object };
      }
    },

    create: (resource, object, options) =>
      call(
        {
          method: "POST",
          path: `${collectionOf(resource, object.metadata.namespace)}?fieldManager=${fieldManager}`,
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ apiVersion: apiVersionOf(resource), kind: resource.kind, ...object }),
        },
        options,
      ),

    replace: (resource, object, options) =>
      call(
        {
          method: "PUT",
          path: `${pathOf(resource, object.metadata, options?.subresource)}?fieldManager=${fieldManager}`,
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ apiVersion: apiVersionOf(resource), kind: resource.kind, ...object }),
        },
        options,
      ),

    patch: (resource, key, { body }, options) =>
      call(
        {
          method: "PATCH",
          path: `${pathOf(resource, key, options?.subresource)}?fieldManager=${fieldManager}`,
          headers: { "content-type": "application/merge-patch+json" },
          body: JSON.stringify(body),
        },
        options,
      ),

    delete: async (resource, key, { uid, ...options } = {}) => {
      await call(
        {
          method: "DELETE",
          path: pathOf(resource, key),
          headers: { "content-type": "application/json" },
          body: JSON.stringify({
            kind: "DeleteOptions",
            apiVersion: "v1",
            ...(uid !== undefined && { preconditions: { uid } }),
          }),
        },
        options,
      );
    },
  };
}

/** The request as messages name it: without the query. */
function nameOf({ method, path }: Request): string {
  return `${method} ${path.replace(/\?.*/, "")}`;
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

async function readJson(answer: ApiResponse, request: Request): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return parseJson(Buffer.concat(chunks).toString("utf8"), request, answer.status);
}

function parseJson(text: string, request: Request, status = 200): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    // An intermediary, or a server that is starting, may answer a failure in plain text.
    if (status >= 300) return { message: text.slice(0, 200) };
    throw new Unreachable(`API server: the answer to ${nameOf(request)} is not JSON: ${text.slice(0, 100)}`, { cause });
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

function errorOf({ status, headers }: ApiResponse, body: unknown, request: Request): ApiError {
  const after = Number(headers["retry-after"]);
  return statusError(isRecord(body) ? body : {}, status, nameOf(request), after > 0 ? after * 1000 : undefined);
}

function statusError(
  { message = "", reason = "" }: Status,
  code: number,
  what: string,
  retryAfterMs?: number,
): ApiError {
  return apiErrorOf(`${message === "" ? `status ${code}` : message} (${what})`, code, reason, retryAfterMs);
}
