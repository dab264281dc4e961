import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { checkout, stateDirectory } from "../cluster/layout.ts";
import { programPath } from "../cluster/programs.ts";
import { eventually } from "./eventually.ts";
import { attempt, run } from "./run.ts";
import type { Outcome, RunOptions } from "./run.ts";

/** A playground as a process of its own, and the programs that one uses with it. */
export interface RunningPlayground extends AsyncDisposable {
  /** A folder for files of the suite; gone at the end. */
  readonly folder: string;
  /** Path. */
  readonly kubeconfig: string;
  /** URLs. */
  readonly gateway: string;
  readonly prometheus: string;
  /**
   * kubectl, which has to succeed; gives what it wrote to standard output.
   * @throws CommandFailed
   */
  readonly kubectl: (args: readonly string[], options?: RunOptions) => Promise<string>;
  /** kubectl, however it ends. */
  readonly tryKubectl: (args: readonly string[], options?: RunOptions) => Promise<Outcome>;
  /** kubectl that goes on until it is told to stop, for a minute at most. */
  readonly streamKubectl: (args: readonly string[]) => Stream;
  /**
   * Helm, with its repositories and caches in the folder.
   * @throws CommandFailed
   */
  readonly helm: (args: readonly string[]) => Promise<string>;
  /**
   * GET through the gateway, with curl; gives the body.
   * @throws CommandFailed when the status is not below 400
   */
  readonly call: (url: string) => Promise<string>;
  /** Ids of all its processes: those that have its folder in their environment, as all that it starts have. */
  readonly processes: () => Promise<readonly number[]>;
  /** Sends SIGTERM, and waits until it has ended: SIGKILL follows 20 seconds later. */
  readonly end: () => Promise<Remains>;
}

/** A program that writes while it runs. */
export interface Stream extends AsyncDisposable {
  /** What it has written to standard output so far. */
  output(): string;
  /** Resolves with its exit code when it has ended; null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** How it ended, and what of it is left. */
export interface Remains {
  readonly code: number | null;
  readonly processes: readonly number[];
  /** Names of its temporary folders. */
  readonly folders: readonly string[];
}

/** A playground ends after this, whatever becomes of the suite. */
const mostSeconds = 600;

/**
 * Starts `headgate playground` with the Prometheus of the harness, and waits until it is ready. Its output is in `log`, a
 * file among the logs of the harness, afterwards.
 */
export async function startPlayground(log: string, flags: readonly string[] = []): Promise<RunningPlayground> {
  const folder = await mkdtemp(join(tmpdir(), "headgate-e2e-"));
  const temporary = join(folder, "tmp");
  await mkdir(temporary);
  const limit = ["--foreground", "--kill-after=20", String(mostSeconds)];
  const program = [process.execPath, join(checkout, "src/main.ts"), "playground", ...flags];
  const child = spawn("timeout", [...limit, ...program], {
    env: { ...process.env, TMPDIR: temporary, PATH: [stateDirectory.bin, process.env["PATH"]].join(delimiter) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once("close", resolve);
    child.once("error", (error) => {
      output += error.message;
      resolve(null);
    });
  });

  const processes = (): Promise<readonly number[]> => processesWith(temporary);
  const end = async (): Promise<Remains> => {
    child.kill("SIGTERM");
    const code = await ended;
    await mkdir(stateDirectory.logs, { recursive: true });
    await writeFile(join(stateDirectory.logs, log), output);
    const folders = (await readdir(temporary)).filter((name) => name.startsWith("headgate-"));
    return { code, processes: await processes(), folders };
  };
  await using started = new AsyncDisposableStack();
  started.defer(() => rm(folder, { recursive: true, force: true }));
  started.defer(async () => {
    if (child.exitCode === null && child.signalCode === null) await end();
  });

  const read = (pattern: RegExp): string => {
    const found = pattern.exec(output)?.[1];
    if (found === undefined) throw new Error(`the playground does not say ${String(pattern)}, but:\n${output}`);
    return found;
  };
  const ready = async (): Promise<string> => read(/^(Ctrl-C) ends it/m);
  await eventually("the playground is ready", ready, { timeoutMs: 60_000, everyMs: 100 });

  const kubeconfig = read(/KUBECONFIG=(\S+)/);
  const where = ["--kubeconfig", kubeconfig];
  const gateway = read(/curl -x (\S+)/);
  const prometheus = read(/open (\S+)/);
  const helmHome = {
    HELM_CACHE_HOME: join(folder, "helm/cache"),
    HELM_CONFIG_HOME: join(folder, "helm/config"),
    HELM_DATA_HOME: join(folder, "helm/data"),
  };
  const running = started.move();
  return {
    folder,
    kubeconfig,
    gateway,
    prometheus,
    kubectl: (args, options) => run(programPath("kubectl"), [...where, ...args], options),
    tryKubectl: (args, options) => attempt(programPath("kubectl"), [...where, ...args], options),
    streamKubectl: (args) => startStream(programPath("kubectl"), [...where, ...args]),
    helm: (args) => run(programPath("helm"), [...where, ...args], { env: helmHome, timeoutMs: 120_000 }),
    call: (url) => run("curl", ["--silent", "--show-error", "--fail", "--max-time", "5", "--proxy", gateway, url]),
    processes,
    end,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function startStream(program: string, args: readonly string[]): Stream {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"], timeout: 60_000 });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    output: () => output,
    ended,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await ended;
    },
  };
}

async function processesWith(text: string): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  // one may end meanwhile, and a zombie has no environment
  const environments = pids.map((pid) => readFile(`/proc/${pid}/environ`, "utf8").catch(() => ""));
  const having = (await Promise.all(environments)).map((environment) => environment.includes(text));
  return pids.filter((_, index) => having[index]).map(Number);
}
