import Fastify from "fastify";
import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import type { Logger } from "pino";
import { collectDefaultMetrics, Registry } from "prom-client";
import type { Clock } from "../clock.ts";
import type { Http } from "../http.ts";
import { ForbiddenNamespace, InvalidTask } from "./errors.ts";
import { parsePayload } from "./payload.ts";
import type { Payload } from "./payload.ts";
import type { RunProcess } from "./process.ts";
import { createRunner } from "./runner.ts";
import { isTrue } from "./task.ts";
import { taskKind } from "./tasks.ts";

export interface LoadTesterOptions {
  readonly clock: Clock;
  readonly http: Http;
  readonly runProcess: RunProcess;
  readonly log: Logger;
  /** How long a task may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Canaries of namespaces that it does not match somewhere are refused; undefined allows all. */
  readonly namespaceRegexp?: RegExp;
}

/**
 * The load tester: gates that people open and close, and tasks, both for webhooks of Canaries. Bodies are those of
 * webhooks, whatever content type and method come with them. Gates are kept in memory: after a restart all are closed.
 * Closing the server cuts off its tasks.
 */
export function createLoadTester(options: LoadTesterOptions): FastifyInstance {
  const { clock, timeoutMs, namespaceRegexp, log } = options;
  const app = Fastify();
  const runner = createRunner(clock, timeoutMs);
  const openGates = new Set<string>();
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });

  const read = (body: unknown): Payload => {
    const payload = parsePayload(body);
    if (namespaceRegexp?.test(payload.namespace) === false) {
      throw new ForbiddenNamespace(`namespace ${payload.namespace} is not served here`);
    }
    return payload;
  };

  const serveGate = (path: string, keyOf: (payload: Payload) => string): void => {
    app.all(`${path}/check`, (request, reply) => {
      const open = openGates.has(keyOf(read(request.body)));
      return open ? reply.send("Approved") : reply.code(403).send("Forbidden");
    });
    app.all(`${path}/open`, (request, reply) => {
      const key = keyOf(read(request.body));
      openGates.add(key);
      log.info(`${key} gate opened`);
      return reply.code(202).send();
    });
    app.all(`${path}/close`, (request, reply) => {
      const key = keyOf(read(request.body));
      openGates.delete(key);
      log.info(`${key} gate closed`);
      return reply.code(202).send();
    });
  };

  const serveTask = async (body: unknown, reply: FastifyReply): Promise<FastifyReply> => {
    const { name, namespace, metadata } = read(body);
    const canary = `${name}.${namespace}`;
    const canaryLog = log.child({ canary });
    const kind = taskKind(metadata);
    const task = kind.create(metadata, { ...options, log: canaryLog });
    if (kind.background) {
      runner.start(canary, task, canaryLog);
      return reply.code(202).send();
    }
    const output = await runner.run(task);
    return reply.send(isTrue(metadata["returnCmdOutput"]) ? output : "");
  };

  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_, body, done) => {
    done(null, body);
  });
  app.setErrorHandler((error: FastifyError, _, reply) => {
    log.error(error.message);
    return reply.code(statusOf(error)).type("text/plain; charset=utf-8").send(error.message);
  });
  app.addHook("preClose", () => runner.stop());

  app.all("/healthz", (_, reply) => reply.send("OK"));
  app.all("/metrics", async (_, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));
  app.all("/gate/approve", (_, reply) => reply.send("OK"));
  app.all("/gate/halt", (_, reply) => reply.code(403).send("Forbidden"));
  serveGate("/gate", ({ name, namespace }) => `${name}.${namespace}`);
  serveGate("/rollback", ({ name, namespace }) => `rollback.${name}.${namespace}`);
  app.all("/*", (request, reply) => serveTask(request.body, reply));
  return app;
}

function statusOf(error: FastifyError): number {
  if (error instanceof InvalidTask) return 400;
  if (error instanceof ForbiddenNamespace) return 403;
  return error.statusCode ?? 500;
}
