import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

/** A request as the double of a server got it. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the double answers: status 200 and no body unless it says otherwise. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A real HTTP server on 127.0.0.1 that stands in for somebody else's. Stopped by `await using`. */
export interface Loopback extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, or https. */
  readonly url: string;
  /** All requests so far, in the order of arrival. */
  readonly received: readonly Received[];
}

/** Never answers. */
export const silence = (): Promise<Answer> => new Promise<Answer>(() => undefined);

/**
 * Starts a server on a free port. `answer` is asked for every request; `index` counts them from 0. With `tls` it speaks
 * HTTPS with this key and certificate, in PEM.
 */
export async function startLoopback(
  answer: (request: Received, index: number) => Answer | Promise<Answer>,
  tls?: { readonly key: string; readonly cert: string },
): Promise<Loopback> {
  const received: Received[] = [];
  const listener: RequestListener = (request, response) => {
    void read(request).then(async (got) => {
      const { status = 200, headers = {}, body = "" } = await answer(got, received.push(got) - 1);
      response.writeHead(status, headers).end(body);
    });
  };
  const server: Server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  const port = await listen(server);
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    received,
    [Symbol.asyncDispose]: () => stop(server),
  };
}

async function read(request: IncomingMessage): Promise<Received> {
  const chunks = await request.toArray();
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    headers: request.headers,
    body: Buffer.concat(chunks as Buffer[]).toString(),
  };
}

/** The port that the server got. */
function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
