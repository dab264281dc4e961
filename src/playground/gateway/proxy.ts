import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { join, reply } from "./answer.ts";
import type { Side } from "./answer.ts";
import { readFacts, readTunnel } from "./ask.ts";
import type { Tunnel } from "./ask.ts";
import { decide, refusal, upstreamOf } from "./decide.ts";
import { createForwarder } from "./forward.ts";
import { createPods } from "./pods.ts";
import type { PodsOptions } from "./pods.ts";
import type { Answer } from "./rule.ts";
import { headersOf } from "./send.ts";
import { bareResponse, firstChunk, ignore, isHttp } from "./socket.ts";
import { compile } from "./table.ts";
import type { GatewayObjects } from "./table.ts";

export interface ProxyOptions extends PodsOptions {
  /** Numbers from 0 to below 1 that choose among weights, such as `Math.random`. */
  readonly random: () => number;
}

/**
 * Stands in for kube-proxy, the cluster's DNS, a mesh and its gateway, all on one port of 127.0.0.1:
 *
 * - As a proxy, for `HTTP_PROXY=http://127.0.0.1:PORT`: Services by the names that the cluster's DNS gives them, hosts of
 *   routes by theirs. `http://NAMESPACE@127.0.0.1:PORT` tells the namespace of the caller, so that short names work. Also
 *   by CONNECT: HTTP in the tunnel is routed like any other, anything else goes to a pod of the Service as it is.
 * - As a server: by the `Host` of the request, which may be any host that a route serves.
 *
 * Any other host is refused: nothing leaves the machine.
 */
export interface Proxy {
  /** Takes in the objects as they are now. Requests under way go on as they were. */
  update(objects: GatewayObjects): void;
  /** Listens on 127.0.0.1, on any free port when it is 0. Rejects when it cannot. @returns the port */
  listen(port: number): Promise<number>;
  /** Ends all connections. */
  close(): Promise<void>;
}

export function createProxy({ random, ...options }: ProxyOptions): Proxy {
  let table = compile({
    services: [],
    endpointSlices: [],
    endpoints: [],
    gateways: [],
    httpRoutes: [],
    virtualServices: [],
  });
  const pods = createPods(options);
  const forward = createForwarder(pods, options.clock);
  const sockets = new Set<Duplex>();
  const tunnels = new WeakMap<Duplex, Tunnel>();
  // A change of protocol to HTTP/2 is declined: the request is served as it is.
  const shouldUpgradeCallback = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() !== "h2c";
  const server = createServer({ shouldUpgradeCallback, keepAliveTimeout: 65_000, requestTimeout: 0 });

  function serve(request: IncomingMessage, response: ServerResponse, upgrade?: Side): void {
    try {
      const headers = headersOf(request);
      const { method = "", url = "", socket } = request;
      const facts = readFacts({ method, url, headers, tunnel: tunnels.get(socket), ownPort: ownPort() });
      const decision = facts && decide(table, facts, random);
      if (decision?.kind === "forward") {
        const host = [facts?.headers["host"] ?? ""];
        void forward({ request, response, headers: { ...headers, host }, upgrade }, decision);
      } else {
        reply(response, decision ?? unclear(request));
      }
    } catch (error) {
      // A route has put something in that cannot be sent, such as a redirect to a path with letters beyond Latin-1.
      reply(response, { status: 500, headers: {}, text: (error as Error).message });
    }
  }

  /** The request is served on the bare connection, which ends with the answer or goes on in the other protocol. */
  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    serve(request, bareResponse(request, socket), { socket, head });
  }

  async function tunnel(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const wanted = readTunnel(request.url ?? "", headersOf(request));
    const refused = wanted && refusal(table, wanted);
    if (wanted === undefined || refused !== undefined) {
      reply(bareResponse(request, socket), refused ?? unclear(request));
      return;
    }
    socket.on("error", ignore);
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    const first = head.length > 0 ? head : await firstChunk(socket);
    if (isHttp(first)) {
      tunnels.set(socket, wanted);
      socket.unshift(first);
      server.emit("connection", socket);
      socket.resume();
      return;
    }
    const to = socket.destroyed ? undefined : upstreamOf(table, wanted);
    const picked = to && pods.pick(to);
    if (picked === undefined) {
      socket.destroy();
      return;
    }
    const pod = connect({ host: picked.address.host, port: picked.address.port });
    await join({ socket, head: first }, { socket: pod, head: Buffer.alloc(0) });
    picked.done();
  }

  function ownPort(): number {
    return (server.address() as AddressInfo).port;
  }

  server.on("request", (request, response) => {
    serve(request, response);
  });
  server.on("upgrade", upgrade);
  server.on("connect", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    tunnel(request, socket, head).catch(() => socket.destroy());
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });

  return {
    update: (objects) => {
      table = compile(objects);
    },
    listen: async (port) => {
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
      return ownPort();
    },
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      pods.close();
      await closed;
    },
  };
}

function unclear({ method = "", url = "" }: IncomingMessage): Answer {
  return { status: 400, headers: {}, text: `cannot make out what ${method} ${url} asks for` };
}
