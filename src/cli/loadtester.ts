import { serveLoadTester } from "../loadtester/serve.ts";
import { createLog } from "../log.ts";
import type { LoadTesterFlags } from "./loadtester-flags.ts";
import { stopSignal } from "./signals.ts";
import type { Endable } from "./signals.ts";

/** Serves until the process is told to stop. */
export async function startLoadTester(flags: LoadTesterFlags, process: Endable): Promise<void> {
  const { port, timeout: timeoutMs, namespaceRegexp, logLevel, zapEncoding } = flags;
  const log = createLog({ level: logLevel, encoding: zapEncoding });
  const stop = stopSignal(process, (signal) => {
    log.info(`${signal}: ending the tasks under way`);
  });
  await serveLoadTester({ port, timeoutMs, namespaceRegexp }, log, stop);
}
