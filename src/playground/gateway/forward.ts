import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../clock.ts";
import { relay, reply, switchProtocol } from "./answer.ts";
import type { Side } from "./answer.ts";
import type { Forward } from "./decide.ts";
import { edit, passedOn } from "./headers.ts";
import type { Headers } from "./headers.ts";
import { createMirror } from "./mirror.ts";
import type { Pods } from "./pods.ts";
import type { Outcome } from "./rule.ts";
import { hasBody, outcomeOf } from "./send.ts";
import type { Sent } from "./send.ts";

/** Somebody who waits for an answer. */
export interface Caller {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** As they came, but for `Host`, which is what was asked for. */
  readonly headers: Headers;
  /** The connection, where another protocol is asked for on it. */
  readonly upgrade: Side | undefined;
}

const tooLate: Outcome = { status: 504, cause: "timeout" };
/** The caller went away. */
const gone: Outcome = { status: 0, cause: "reset" };

/** Methods that may be repeated without a second effect. Source: RFC 9110, 9.2.2. */
const idempotent = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"];

/**
 * Sends requests to pods and brings their answers back. The promise resolves when the exchange is over, however it
 * ended. Bodies are not kept: a request that has one is tried once.
 */
export function createForwarder(pods: Pods, clock: Clock): (caller: Caller, decision: Forward) => Promise<void> {
  const mirror = createMirror(pods, clock);

  /** Ends the exchange after a time; returns what calls that off. */
  function bound(exchange: AbortController, ms: number | undefined): () => void {
    if (ms === undefined) return () => undefined;
    return clock.after(ms, () => {
      exchange.abort(tooLate);
    });
  }

  return async (caller, decision) => {
    const { request, response, upgrade } = caller;
    const { to, path, retries, timeoutMs, tryTimeoutMs } = decision;
    const { method = "GET" } = request;
    const headers = requestHeaders(caller, decision);
    const body = hasBody(caller.headers) ? request : undefined;
    if (upgrade === undefined) {
      for (const copy of decision.mirrors) void mirror({ method, path, headers, body }, copy);
    }
    const write = (outgoing: ClientRequest): void => {
      if (body === undefined) outgoing.end();
      else body.pipe(outgoing);
    };
    const repeatable = body === undefined && idempotent.includes(method);

    const exchange = new AbortController();
    response.once("close", () => {
      if (!response.writableFinished) exchange.abort(gone);
    });
    const cancel = bound(exchange, timeoutMs);
    const tried = new Set<string>();
    let triesLeft = 1 + (body === undefined ? retries.attempts : 0);
    while (triesLeft > 0) {
      triesLeft -= 1;
      const one = new AbortController();
      const cancelTry = bound(one, tryTimeoutMs);
      const signal = AbortSignal.any([exchange.signal, one.signal]);
      await pods.send(to, { method, path, headers, signal, write, repeatable }, tried, async (sent) => {
        const isAgain = triesLeft > 0 && !exchange.signal.aborted && retries.on(outcomeOf(sent));
        if (isAgain) {
          if (sent.kind === "answer") sent.answer.destroy();
          return;
        }
        triesLeft = 0;
        if (sent.kind === "upgraded") {
          cancel();
          cancelTry();
        }
        await deliver(caller, decision, sent);
      });
      cancelTry();
    }
    cancel();
  };
}

function requestHeaders({ headers, upgrade }: Caller, { headers: rules, host }: Forward): Headers {
  return edit(
    {
      ...passedOn(headers, { upgrade: upgrade !== undefined }),
      // Node frames the body by this or by its length.
      ...(headers["transfer-encoding"] !== undefined && { "transfer-encoding": ["chunked"] }),
      ...(host !== undefined && { host: [host] }),
    },
    rules.request,
  );
}

async function deliver({ response, upgrade }: Caller, { headers, to }: Forward, sent: Sent): Promise<void> {
  const { response: edits } = headers;
  try {
    switch (sent.kind) {
      case "failed":
        if (sent.outcome !== gone) reply(response, failure(sent.outcome, to.service, sent.why));
        return;
      case "answer":
        await relay(sent.answer, edits, response);
        return;
      case "upgraded":
        if (upgrade === undefined) throw new Error("nobody asked for another protocol");
        await switchProtocol(sent.answer, edits, upgrade, sent);
    }
  } catch {
    // Either side broke off in the middle of an answer: so must the other.
    response.destroy();
    if (sent.kind === "upgraded") sent.socket.destroy();
  }
}

function failure({ status, cause }: Outcome, service: string, why: string) {
  const text = cause === "timeout" ? `${service} did not answer in time` : why;
  return { status, headers: {}, text };
}
