import { Command } from "commander";
import { serveLoadTester } from "../loadtester/serve.ts";
import { createLog } from "../log.ts";
import { duration, port } from "./flags.ts";

interface Flags {
  readonly port: number;
  readonly timeout: number;
  readonly logLevel: string;
  readonly namespaceRegexp: string;
}

/** `headgate loadtester`: takes the flags of Flagger's load tester. */
export function loadtesterCommand(): Command {
  return new Command("loadtester")
    .description("Serve the gates and tasks that Canaries' webhooks call")
    .option("--port <number>", "port to listen on", port, 9090)
    .option("--timeout <duration>", "bound on each task", duration, 3_600_000)
    .option("--log-level <level>", "debug, info, warn or error", "info")
    .option("--namespace-regexp <pattern>", "namespaces to serve; all when empty", "")
    .action(async ({ port: listen, timeout: timeoutMs, namespaceRegexp, logLevel }: Flags) => {
      const stop = new AbortController();
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => {
          stop.abort();
        });
      }
      await serveLoadTester({ port: listen, timeoutMs, namespaceRegexp }, createLog(logLevel), stop.signal);
    });
}
