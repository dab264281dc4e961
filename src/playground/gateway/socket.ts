import { ServerResponse } from "node:http";
import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** A connection that breaks off is closed, which whoever uses it sees. */
export const ignore = (): undefined => undefined;

/** The answer to a request whose connection the server has let go of: the connection ends with it. */
export function bareResponse(request: IncomingMessage, socket: Duplex): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  socket.on("error", ignore);
  // Node's server hands out no other kind of connection.
  if (socket instanceof Socket) response.assignSocket(socket);
  response.once("finish", () => {
    socket.end();
  });
  return response;
}

/** What comes first on a connection; empty when it closes before. Nothing more is read until it is resumed. */
export function firstChunk(socket: Duplex): Promise<Buffer> {
  return new Promise((resolve) => {
    const close = (): void => {
      resolve(Buffer.alloc(0));
    };
    socket.once("close", close);
    socket.once("data", (chunk: Buffer) => {
      socket.off("close", close).pause();
      resolve(chunk);
    });
  });
}

/** Whether this is how a request of HTTP/1 begins. */
export function isHttp(chunk: Buffer): boolean {
  const start = chunk.toString("latin1", 0, 24);
  return /^[A-Z]+ [^ ]/.test(start) && !start.startsWith("PRI * HTTP/2");
}
