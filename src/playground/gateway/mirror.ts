import type { ClientRequest } from "node:http";
import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Clock } from "../../clock.ts";
import type { Upstream } from "./decide.ts";
import type { Pods } from "./pods.ts";
import type { Outcome } from "./rule.ts";
import type { Outgoing } from "./send.ts";

/** What is copied: a request and, where it has one, its body while it comes. */
export interface Original extends Pick<Outgoing, "method" | "path" | "headers"> {
  readonly body: Readable | undefined;
}

/** Copies that may be under way at once, and how long each may take: what is beyond that is not copied. */
const mostAtOnce = 128;
const longestMs = 60_000;

/** Most bytes of a body that wait for a slow receiver before the copy is given up. */
const mostBehind = 1024 * 1024;

const tooLate: Outcome = { status: 504, cause: "timeout" };

/** Sends copies of requests. Nobody waits for their answers, which are read and dropped. */
export function createMirror(pods: Pods, clock: Clock): (original: Original, to: Upstream) => Promise<void> {
  let underWay = 0;

  return async ({ method, path, headers, body }, to) => {
    if (underWay >= mostAtOnce) return;
    underWay += 1;
    const ended = new AbortController();
    const cancel = clock.after(longestMs, () => {
      ended.abort(tooLate);
    });
    const write = (request: ClientRequest) => {
      if (body === undefined) request.end();
      else copy(body, request);
    };
    const outgoing = { method, path, headers, write, signal: ended.signal, repeatable: false };
    try {
      await pods.send(to, outgoing, new Set(), async (sent) => {
        if (sent.kind === "answer") await finished(sent.answer.resume());
        else if (sent.kind === "upgraded") sent.socket.destroy();
      });
    } catch {
      // The receiver broke off, which concerns nobody.
    } finally {
      cancel();
      underWay -= 1;
    }
  };
}

/** Copies a body while somebody else reads it, without slowing that down. */
function copy(body: Readable, request: ClientRequest): void {
  const add = (chunk: Buffer): void => {
    request.write(chunk);
    if (request.writableLength > mostBehind) request.destroy(new Error("does not keep up"));
  };
  const end = (): void => {
    request.end();
  };
  const leave = (): void => {
    if (!body.readableEnded) request.destroy();
  };
  body.on("data", add).once("end", end).once("close", leave);
  request.once("close", () => {
    body.off("data", add).off("end", end).off("close", leave);
  });
}
