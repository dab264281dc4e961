import Fastify from "fastify";
import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import type { Logger } from "pino";
import { collectDefaultMetrics, Registry } from "prom-client";
import type { Clock } from "../clock.ts";
import type { Http } from "../http.ts";
import { ForbiddenNamespace, InvalidTask, TaskFailed } from "./errors.ts";
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

/** How long a client may take to send its request, in milliseconds. */
const requestTimeoutMs = 30_000;
/** How long clients that are still sending are waited for when the server is closed, in milliseconds. */
const farewellMs = 1000;

/**
 * The load tester: gates that people open and close, and tasks, both for webhooks of Canaries. Bodies are those of
 * webhooks, whatever content type and method come with them. Gates are kept in memory: after a restart all are closed.
 * A task whose webhook waits for it is cut off when the webhook hangs up. Closing the server cuts off all tasks.
 */
export function createLoadTester(options: LoadTesterOptions): FastifyInstance {
  const { clock, timeoutMs, namespaceRegexp, log } = options;
  const app = Fastify({ requestTimeout: requestTimeoutMs });
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
    const output = await runner.run(task, hangUpOf(reply));
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
  let farewell = (): void => undefined;
  app.addHook("preClose", async () => {
    await runner.stop();
    farewell = clock.after(farewellMs, () => {
      app.server.closeAllConnections();
    });
  });
  app.addHook("onClose", async () => {
    farewell();
  });

  app.all("/healthz", (_, reply) => reply.send("OK"));
  app.all("/metrics", async (_, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));
  app.all("/gate/approve", (_, reply) => reply.send("OK"));
  app.all("/gate/halt", (_, reply) => reply.code(403).send("Forbidden"));
  serveGate("/gate", ({ name, namespace }) => `${name}.${namespace}`);
  serveGate("/rollback", ({ name, namespace }) => `rollback.${name}.${namespace}`);
  app.all("/*", (request, reply) => serveTask(request.body, reply));
  return app;
}

/** Aborted when the connection ends: if the answer has not been given by then, nobody waits for it any more. */
function hangUpOf({ raw }: FastifyReply): AbortSignal {
  const hangUp = new AbortController();
  raw.once("close", () => {
    hangUp.abort(new TaskFailed("the caller hung up"));
  });
  return hangUp.signal;
}

function statusOf(error: FastifyError): number {
  if (error instanceof InvalidTask) return 400;
  if (error instanceof ForbiddenNamespace) return 403;
  return error.statusCode ?? 500;
}
