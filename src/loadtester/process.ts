import { spawn } from "node:child_process";

/** How a process ended. */
interface ProcessResult {
  /** It exited with status 0 by itself. */
  readonly ok: boolean;
  /** How it ended, in words, e.g. `exit status 1`. */
  readonly how: string;
  /** What it wrote to standard output and standard error, as it came; of very much, the end. */
  readonly output: string;
}

/** Runs a program, found in PATH. Aborting the signal kills it and all that it started; the signal's reason tells how. */
export type RunProcess = (program: string, args: readonly string[], signal: AbortSignal) => Promise<ProcessResult>;

/** Bytes of output that are kept. */
const mostOutput = 1024 * 1024;

export const runProcess: RunProcess = (program, args, signal) =>
  new Promise((resolve) => {
    // Detached, it leads a process group of its own, which can be killed as a whole.
    const child = spawn(program, args, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const output = keepEnd(mostOutput);
    child.stdout.on("data", output.add);
    child.stderr.on("data", output.add);

    const kill = (): void => {
      if (child.pid !== undefined) killGroup(child.pid);
      // A process that has left the group may hold the other ends of these forever.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const end = (ok: boolean, how: string): void => {
      signal.removeEventListener("abort", kill);
      resolve(
        signal.aborted
          ? { ok: false, how: (signal.reason as Error).message, output: output.text() }
          : { ok, how, output: output.text() },
      );
    };
    child.once("error", (error: NodeJS.ErrnoException) => {
      end(false, error.code === "ENOENT" ? `${program} not found in PATH` : error.message);
    });
    child.once("close", (status, killedBy) => {
      end(status === 0, status === null ? `killed by ${killedBy ?? "a signal"}` : `exit status ${status}`);
    });
    signal.addEventListener("abort", kill, { once: true });
    if (signal.aborted) kill();
  });

function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    // Nobody of the group is left.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** Takes any number of chunks and keeps about the last `most` bytes. */
function keepEnd(most: number): { readonly add: (chunk: Buffer) => void; readonly text: () => string } {
  const chunks: Buffer[] = [];
  let size = 0;
  let dropped = false;
  return {
    add: (chunk) => {
      chunks.push(chunk);
      size += chunk.length;
      for (let first = chunks[0]; first !== undefined && size - first.length >= most; first = chunks[0]) {
        size -= first.length;
        dropped = true;
        chunks.shift();
      }
    },
    text: () => (dropped ? "[...]\n" : "") + Buffer.concat(chunks).toString(),
  };
}
