import type { AddressInfo } from "node:net";
import { once } from "node:events";
import type { Logger } from "pino";
import { systemClock } from "../clock.ts";
import { createHttp } from "../http.ts";
import { runProcess } from "./process.ts";
import { createLoadTester } from "./server.ts";

/** The flags of the load tester, besides those on logs. */
export interface LoadTesterFlags {
  /** `-port`: where it listens, on all addresses; 0 for any free port. */
  readonly port: number;
  /** `-timeout`: how long a task may take, in milliseconds. */
  readonly timeoutMs: number;
  /** `-namespace-regexp`: which namespaces' Canaries are served; empty for all. */
  readonly namespaceRegexp: string;
}

/** Serves until the signal is aborted, then cuts off what still runs. */
export async function serveLoadTester(flags: LoadTesterFlags, log: Logger, signal: AbortSignal): Promise<void> {
  const app = createLoadTester({
    clock: systemClock,
    http: createHttp(),
    runProcess,
    log,
    timeoutMs: flags.timeoutMs,
    ...(flags.namespaceRegexp !== "" && { namespaceRegexp: new RegExp(flags.namespaceRegexp) }),
  });
  await app.ready();
  // Without an address, Node listens on IPv6 and IPv4, or on IPv4 alone where there is no IPv6.
  app.server.listen(flags.port);
  await once(app.server, "listening");
  log.info(`load tester listening on port ${(app.server.address() as AddressInfo).port}`);
  if (!signal.aborted) await once(signal, "abort");
  await app.close();
  log.info("load tester stopped");
}
