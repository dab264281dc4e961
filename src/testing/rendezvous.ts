import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** A place where a process of a test shows that it runs, and waits to be let go. Closed by `await using`. */
export interface Rendezvous extends AsyncDisposable {
  /** A shell command that comes here, with a child of its own, and stays until it is let go or killed. */
  readonly command: string;
  /** The next process that comes. */
  arrival(): Promise<Guest>;
}

interface Guest {
  letGo(): void;
  /** Resolves when the process and its child are gone. */
  readonly gone: Promise<void>;
}

export async function openRendezvous(): Promise<Rendezvous> {
  const server = createServer();
  const sockets: Socket[] = [];
  const arrived: Guest[] = [];
  const awaited: ((guest: Guest) => void)[] = [];
  server.on("connection", (socket) => {
    sockets.push(socket);
    const guest = welcome(socket);
    const next = awaited.shift();
    if (next === undefined) arrived.push(guest);
    else next(guest);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    command: `bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port}; (read -r -u 3); :'`,
    arrival: () => {
      const guest = arrived.shift();
      return guest === undefined ? new Promise((resolve) => awaited.push(resolve)) : Promise.resolve(guest);
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The connection closes when the last process that holds it is gone. */
function welcome(socket: Socket): Guest {
  socket.resume();
  return {
    letGo: () => {
      socket.end();
    },
    gone: new Promise((resolve) => {
      socket.on("error", () => undefined);
      socket.once("close", () => {
        resolve();
      });
    }),
  };
}
