import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ApiRequest, ApiResponse, Transport } from "../../kubernetes/transport.ts";
import { mediaTypeOf } from "./decode.ts";
import { answer as answerTo } from "./output.ts";
import { fromProtobuf, protobufType } from "./protobuf/decode.ts";
import { StatusError } from "./status.ts";

/** A front for clients in other processes. Stopped by `await using`, watches included. */
export interface HttpFront extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
}

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/**
 * Serves a transport over HTTP on 127.0.0.1, without logins: to be reached from this machine only.
 * `port` is a free one when left out.
 */
export async function serveHttp(
  transport: Transport,
  { port = 0 }: { readonly port?: number } = {},
): Promise<HttpFront> {
  const closing = new AbortController();
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.on("close", () => {
      gone.abort(new Error("the client has gone"));
    });
    const signal = AbortSignal.any([gone.signal, closing.signal]);
    exchange(transport, request, response, signal).catch(() => {
      // The answer has begun, or there is nobody to read it.
      response.destroy();
    });
  });
  // Longer than clients keep a connection, so that none is closed under a request.
  server.keepAliveTimeout = 90_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      closing.abort(new Error("the server stops"));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function exchange(
  transport: Transport,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const { method = "", url = "", headers } = request;
  if (!methods.includes(method)) {
    response.writeHead(405).end();
    return;
  }
  const body = Buffer.concat((await request.toArray()) as Buffer[]);
  const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  const sent = { method: method as ApiRequest["method"], path: url, headers: given, body: body.toString(), signal };
  const answer = await serve(transport, sent, body);
  response.writeHead(answer.status, headersOf(answer));
  // A watch that has nothing to tell is open all the same.
  response.flushHeaders();
  for await (const chunk of answer.body) {
    if (!response.write(chunk)) await drained(response, signal);
  }
  response.end();
}

/** Protocol buffers become JSON on the way in. The answer is JSON in any case, which all clients take. */
async function serve(transport: Transport, request: ApiRequest, body: Buffer): Promise<ApiResponse> {
  const { headers = {} } = request;
  if (mediaTypeOf(headers["content-type"]) !== protobufType || body.length === 0) return transport(request);
  try {
    const json = JSON.stringify(fromProtobuf(body));
    return await transport({ ...request, headers: { ...headers, "content-type": "application/json" }, body: json });
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return answerTo(error.status.code, error.status);
  }
}

function headersOf({ headers }: ApiResponse): Record<string, string | string[]> {
  const given = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Record<string, string | string[]>;
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    response.once("drain", resolve);
    signal.addEventListener("abort", () => {
      reject(signal.reason as Error);
    });
  });
}
