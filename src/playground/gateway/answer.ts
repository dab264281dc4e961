import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { edit, passedOn } from "./headers.ts";
import type { HeaderEdits, Headers } from "./headers.ts";
import type { Answer } from "./rule.ts";
import { headersOf, toNode } from "./send.ts";

/** One side of a connection, and what came on it already. */
export interface Side {
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Answers in the gateway's own name, unless an answer has begun or nobody waits for it. */
export function reply(response: ServerResponse, { status, headers, text }: Answer): void {
  if (response.headersSent || response.destroyed) return;
  const body = text === "" ? "" : `${text}\n`;
  response.writeHead(status, { ...(body !== "" && { "content-type": "text/plain; charset=utf-8" }), ...headers });
  response.end(body);
}

/** Hands a pod's answer on, head first. Rejects when either side breaks off, after closing the other. */
export async function relay(answer: IncomingMessage, edits: HeaderEdits, response: ServerResponse): Promise<void> {
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, toNode(edited(answer, edits, false)));
  response.flushHeaders();
  await pipeline(answer, response);
}

/** Hands on the answer that changes the protocol, then whatever either side sends. Resolves when both have ended. */
export async function switchProtocol(
  answer: IncomingMessage,
  edits: HeaderEdits,
  caller: Side,
  pod: Side,
): Promise<void> {
  const { statusCode = 101, statusMessage = "" } = answer;
  const lines = Object.entries(edited(answer, edits, true)).flatMap(([name, values]) =>
    values.map((value) => `${name}: ${value}\r\n`),
  );
  caller.socket.write(`HTTP/1.1 ${statusCode} ${statusMessage}\r\n${lines.join("")}\r\n`, "latin1");
  await join(caller, pod);
}

/** Passes on what each side sends to the other. Resolves when both have ended or one has broken off. */
export async function join(one: Side, other: Side): Promise<void> {
  other.socket.write(one.head);
  one.socket.write(other.head);
  await Promise.allSettled([pipeline(one.socket, other.socket), pipeline(other.socket, one.socket)]);
}

function edited(answer: IncomingMessage, edits: HeaderEdits, upgrade: boolean): Headers {
  return edit(passedOn(headersOf(answer), { upgrade }), edits);
}
