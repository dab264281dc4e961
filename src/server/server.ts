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
