import { request as httpRequest } from "node:http";
import type { Agent, ClientRequest, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Address } from "./balancer.ts";
import type { Headers } from "./headers.ts";
import type { Outcome } from "./rule.ts";

/** A request to one endpoint. */
export interface Outgoing {
  readonly to: Address;
  readonly agent: Agent;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Headers;
  /** Ends the exchange; the reason is an `Outcome`. */
  readonly signal: AbortSignal;
  /** Writes the body and ends the request. */
  readonly write: (request: ClientRequest) => void;
  /** Whether the request may be sent again when a connection that was kept alive turns out to be closed. */
  readonly repeatable: boolean;
}

export type Sent =
  | { readonly kind: "answer"; readonly answer: IncomingMessage }
  | { readonly kind: "upgraded"; readonly answer: IncomingMessage; readonly socket: Duplex; readonly head: Buffer }
  | { readonly kind: "failed"; readonly outcome: Outcome; readonly why: string };

/** Sends a request. Resolves when the head of the answer is there, or when there will be none. */
export function send(outgoing: Outgoing): Promise<Sent> {
  const { to, method, path, headers, agent, signal, repeatable } = outgoing;
  return new Promise((resolve) => {
    const fail = (outcome: Outcome, { message }: Error): void => {
      resolve({ kind: "failed", outcome, why: `${to.host}:${to.port}: ${message}` });
    };
    try {
      const request = httpRequest({ ...to, method, path, headers: toNode(headers), agent, signal, setHost: false });
      request.once("response", (answer) => {
        resolve({ kind: "answer", answer });
      });
      request.once("upgrade", (answer, socket, head) => {
        resolve({ kind: "upgraded", answer, socket, head });
      });
      request.on("error", (error: NodeJS.ErrnoException) => {
        const isStale = request.reusedSocket && ["ECONNRESET", "EPIPE"].includes(error.code ?? "");
        if (isStale && repeatable && !signal.aborted) resolve(send(outgoing));
        else fail(failureOf(error, signal), error);
      });
      outgoing.write(request);
    } catch (error) {
      // A route has put something in that cannot be sent, such as a path with a space.
      fail({ status: 500, cause: "answer" }, error as Error);
    }
  });
}

function failureOf(error: NodeJS.ErrnoException, signal: AbortSignal): Outcome {
  if (signal.aborted) return signal.reason as Outcome;
  return { status: 503, cause: error.syscall === "connect" ? "connect" : "reset" };
}

/** Headers as Node takes them. */
export function toNode(headers: Headers): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, lines]) => [name, lines.length === 1 ? (lines[0] ?? "") : [...lines]]),
  );
}

/** Whether a message has a body, by its headers. Source: RFC 9112, 6.3. */
export function hasBody(headers: Headers): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"]?.[0] ?? 0) > 0;
}

/** The headers of a message that came in. */
export function headersOf(message: IncomingMessage): Headers {
  return message.headersDistinct as Headers;
}

/** How a try went. */
export function outcomeOf(sent: Sent): Outcome {
  return sent.kind === "failed" ? sent.outcome : { status: sent.answer.statusCode ?? 502, cause: "answer" };
}
