import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";

export interface PrometheusOptions {
  /** The executable: see `findPrometheus`. */
  readonly program: string;
  /** For its configuration, its data and its log. */
  readonly folder: string;
  /** Its port on 127.0.0.1; 0 for any free one. */
  readonly port: number;
  /** URL that gives the pods to scrape: see `scrapeTargets`. */
  readonly discovery: string;
  /** Each `HOST:PORT`, scraped beside the pods. */
  readonly others: readonly string[];
  /** Seconds between two scrapes of a target. */
  readonly everySeconds: number;
}

/** A real Prometheus, as a process of its own. */
export interface Prometheus {
  /** Without a slash at the end. */
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Prometheus did not start, or there is none. The message says what to do. */
export class NoPrometheus extends Error {
  override readonly name = "NoPrometheus";
}

/** Where `make demo` puts a Prometheus that is taken from the system's packages without installing them. */
export const unpackedPrometheus = join(
  process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"),
  "headgate/prometheus/usr/bin/prometheus",
);

/**
 * The Prometheus of the PATH, else the one that `make demo` has unpacked.
 * @throws NoPrometheus
 */
export function findPrometheus(path: string = process.env["PATH"] ?? ""): string {
  const candidates = [...path.split(delimiter).map((folder) => join(folder, "prometheus")), unpackedPrometheus];
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found !== undefined) return found;
  throw new NoPrometheus(
    "there is no prometheus on the PATH. Install it (Debian: apt-get install prometheus, macOS: brew install prometheus), " +
      "or run `make demo`, which takes it from the system's packages",
  );
}

/**
 * Starts Prometheus and waits until it answers.
 * @throws NoPrometheus with the end of its log when it does not
 */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  const { program, folder } = options;
  const port = options.port === 0 ? await freePort() : options.port;
  await mkdir(folder, { recursive: true });
  const config = join(folder, "prometheus.yml");
  await writeFile(config, stringify(configuration(options)));
  const child = spawn(
    program,
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      "--storage.tsdb.retention.time=2h",
      `--web.listen-address=127.0.0.1:${port}`,
      "--log.level=warn",
    ],
    // In a process group of its own, which can be ended as a whole.
    { cwd: folder, stdio: ["ignore", "ignore", "pipe"], detached: true },
  );
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log = (log + text).slice(-4000);
  });
  let broken: Error | undefined;
  child.once("error", (error) => {
    broken = error;
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 300; tries++) {
    const { pid } = child;
    if (broken !== undefined || child.exitCode !== null || pid === undefined) break;
    if (await answers(`${url}/-/ready`)) return { url, pid, stop: () => end(child) };
    await sleep(100);
  }
  await end(child);
  throw new NoPrometheus(`${program} did not start: ${broken?.message ?? log}`);
}

function configuration({ everySeconds, discovery, others }: PrometheusOptions): unknown {
  return {
    global: { scrape_interval: `${everySeconds}s`, scrape_timeout: `${everySeconds}s` },
    scrape_configs: [
      { job_name: "pods", http_sd_configs: [{ url: discovery, refresh_interval: "1s" }] },
      ...(others.length === 0 ? [] : [{ job_name: "gateway", static_configs: [{ targets: others }] }]),
    ],
  };
}

/** Prometheus does not say which port it has when it may choose one. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
}

/** SIGTERM, and SIGKILL five seconds later; resolves when the process has ended. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const kill = setTimeout(() => child.kill("SIGKILL"), 5000);
  await ended;
  clearTimeout(kill);
}
