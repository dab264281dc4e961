import type { ApiRequest, Transport } from "../../kubernetes/transport.ts";
import type { StoredObject } from "../resource.ts";
import type { Status } from "./status.ts";
import type { WatchEvent } from "./watch.ts";

/** An answer, read to its end. */
export interface Answered {
  readonly status: number;
  readonly body: unknown;
  readonly warnings: readonly string[];
}

/** A client for tests: whole requests, whole answers. */
export interface TestClient {
  readonly send: (method: ApiRequest["method"], path: string, body?: unknown, type?: string) => Promise<Answered>;
  readonly get: (path: string, accept?: string) => Promise<Answered>;
  /** As `send`, for what is expected to be done: the object of the answer. */
  readonly done: (method: ApiRequest["method"], path: string, body?: unknown, type?: string) => Promise<StoredObject>;
  /** Begins a watch. The list grows as events come; `stop` ends it. */
  readonly watch: (
    path: string,
    accept?: string,
  ) => Promise<{ readonly events: readonly WatchEvent[]; readonly stop: () => void }>;
}

/** A name for the client, which becomes the manager of the fields that it writes. */
const agent = "test/1.0";

export function createTestClient(transport: Transport): TestClient {
  async function request(
    method: ApiRequest["method"],
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: unknown,
  ): Promise<Answered> {
    const answer = await transport({
      method,
      path,
      headers: { "user-agent": agent, ...headers },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      signal: new AbortController().signal,
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.body) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const { warning = [] } = answer.headers;
    return {
      status: answer.status,
      body: text.startsWith("{") ? (JSON.parse(text) as unknown) : text,
      warnings: typeof warning === "string" ? [warning] : warning,
    };
  }

  const send: TestClient["send"] = (method, path, body, type = "application/json") =>
    request(method, path, { "content-type": type }, body);

  return {
    send,
    get: (path, accept = "application/json") => request("GET", path, { accept }),
    done: async (method, path, body, type) => {
      const { status, body: object } = await send(method, path, body, type);
      if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(object)}`);
      return object as StoredObject;
    },
    watch: async (path, accept = "application/json") => {
      const stop = new AbortController();
      const answer = await transport({ method: "GET", path, headers: { accept }, signal: stop.signal });
      const events: WatchEvent[] = [];
      const follow = async (): Promise<void> => {
        for await (const line of answer.body) events.push(JSON.parse(Buffer.from(line).toString()) as WatchEvent);
      };
      void follow().catch(() => undefined);
      return {
        events,
        stop: () => {
          stop.abort(new Error("enough"));
        },
      };
    },
  };
}

/** The object without what differs from one server to the next, and without its managed fields. */
export function plainly({ metadata, ...object }: StoredObject): unknown {
  const { uid: _1, resourceVersion: _2, ...rest } = metadata;
  const { managedFields: _3, ...shown } = rest as typeof rest & { readonly managedFields?: unknown };
  return { ...object, metadata: shown };
}

/** When the tests begin, for their clocks. */
export const began = Date.parse("2026-01-01T00:00:00Z");

/** The Status of a request that was refused. */
export const failure = (
  code: number,
  reason: string,
  message: string,
  details?: object,
): Status & { readonly code: number } => ({
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Failure",
  message,
  ...(reason !== "" && { reason }),
  ...(details !== undefined && { details }),
  code,
});
