import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { fastify } from "fastify";
import type { FastifyInstance } from "fastify";
import type { Registry } from "prom-client";

/**
 * `/healthz` says that the process lives, `/readyz` that it has seen the cluster, `/metrics` how it does, in
 * Prometheus' text format.
 */
export function createServer(registry: Registry, ready: () => boolean): FastifyInstance {
  const server = fastify({ requestTimeout: 5000, keepAliveTimeout: 15_000 });
  server.get("/healthz", () => "OK");
  server.get("/readyz", (_, reply) => (ready() ? reply.send("OK") : reply.code(503).send("waiting for the caches")));
  server.get("/metrics", async (_, reply) => reply.type(registry.contentType).send(await registry.metrics()));
  return server;
}

/** Listens on all addresses; on any free port when it is 0. Rejects when it cannot. @returns the port */
export async function listen(server: FastifyInstance, port: number): Promise<number> {
  await server.ready();
  // Without an address, Node listens on IPv6 and IPv4, or on IPv4 alone where there is no IPv6.
  server.server.listen(port);
  await once(server.server, "listening");
  return (server.server.address() as AddressInfo).port;
}
