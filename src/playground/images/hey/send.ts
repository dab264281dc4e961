import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import type { Sample } from "./load.ts";

export interface SendOptions {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly timeoutMs: number;
  readonly keepAlive: boolean;
  /** Variables such as HTTP_PROXY and NO_PROXY. */
  readonly proxyEnv: NodeJS.ProcessEnv;
}

/** Sends the same request again and again, each on a connection that is free or a new one. Never rejects. */
export function createSender(options: SendOptions): () => Promise<Sample> {
  const { url, method, headers, body, timeoutMs, keepAlive, proxyEnv } = options;
  const secure = url.protocol === "https:";
  const agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive, proxyEnv });
  const send = secure ? httpsRequest : httpRequest;
  const length = body.length > 0 ? { "content-length": String(body.length) } : {};
  return () =>
    new Promise((resolve) => {
      const began = performance.now();
      const since = (start: number): number => (performance.now() - start) / 1000;
      let [connect, lookup, write, sentAt] = [0, 0, 0, began];
      const request = send(url, {
        method,
        headers: { ...headers, ...length },
        agent,
        rejectUnauthorized: false,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const fail = (error: Error): void => {
        const late = error.name === "TimeoutError" || error.name === "AbortError";
        resolve({ error: late ? `${method} ${url.href}: timed out` : `${method} ${url.href}: ${error.message}` });
      };
      request.once("socket", (socket: Socket) => {
        if (request.reusedSocket) return;
        socket.once("lookup", () => {
          lookup = since(began);
        });
        socket.once("connect", () => {
          connect = since(began);
        });
      });
      request.once("finish", () => {
        sentAt = performance.now();
        write = Math.max(0, since(began) - connect);
      });
      request.once("response", (response) => {
        const wait = since(sentAt);
        const answeredAt = performance.now();
        response.once("error", fail).resume();
        response.once("end", () => {
          const { statusCode: status = 0 } = response;
          const bytes = Number(response.headers["content-length"] ?? 0);
          resolve({ status, total: since(began), connect, lookup, write, wait, read: since(answeredAt), bytes });
        });
      });
      request.once("error", fail).end(body);
    });
}
