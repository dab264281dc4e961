import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import { sleep, systemClock } from "../../clock.ts";
import { InvalidFlag } from "./flags.ts";
import { createPodinfo } from "./podinfo/app.ts";
import { createPodinfoMetrics } from "./podinfo/metrics.ts";
import { readSettings } from "./podinfo/settings.ts";
import type { PodinfoSettings } from "./podinfo/settings.ts";

// A sample application with the API, the flags and the metrics of podinfo, as far as releases are tried with them. It
// runs as a process of its own.

/** How long it serves on after it was told to end, in milliseconds: probes and proxies have to notice first. */
const farewellMs = 3000;
/** How long requests under way may take then. */
const lastRequestsMs = 5000;

function log(message: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ level: "info", ts: new Date().toISOString(), msg: message, ...fields })}\n`);
}

function settingsOf(): PodinfoSettings {
  try {
    return readSettings(process.argv.slice(2), process.env);
  } catch (error) {
    if (!(error instanceof InvalidFlag)) throw error;
    process.stderr.write(`Error: ${error.message}\n`);
    return process.exit(2);
  }
}

async function serve(listener: RequestListener, port: number): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 30_000 }, listener);
  server.listen(port);
  await once(server, "listening");
  return server;
}

const settings = settingsOf();
const podinfo = createPodinfo({
  settings,
  metrics: createPodinfoMetrics(),
  environment: process.env,
  random: Math.random,
  sleep: (ms) => sleep(systemClock, ms),
  exit: (code) => process.exit(code),
  log,
});
const { version, port, metricsPort, debug } = settings;
log("Starting podinfo", { version, port: String(port) });
const servers = [await serve(podinfo.main, port)];
if (metricsPort !== 0) servers.push(await serve(podinfo.metrics, metricsPort));

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    podinfo.retire();
    log("Shutting down HTTP/HTTPS server", { timeout: lastRequestsMs / 1000 });
    systemClock.after(debug ? 0 : farewellMs, () => {
      for (const server of servers) server.close();
      systemClock.after(lastRequestsMs, () => process.exit(0));
      void Promise.all(servers.map((server) => once(server, "close"))).then(() => process.exit(0));
    });
  });
}
