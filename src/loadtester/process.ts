import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import type { Readable } from "node:stream";

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

/** How long the output of a killed process is read. */
const drainMs = 250;
/** Bytes of output that are kept. */
const mostOutput = 1024 * 1024;

export const runProcess: RunProcess = (program, args, signal) =>
  new Promise((resolve) => {
    const output = keepEnd(mostOutput);
    const end = (ok: boolean, how: string): void => {
      resolve(
        signal.aborted
          ? { ok: false, how: (signal.reason as Error).message, output: output.text() }
          : { ok, how, output: output.text() },
      );
    };
    const child = start(program, args, (error) => {
      // The second when a folder of PATH may not be read.
      const missing = error.code === "ENOENT" || error.code === "EACCES";
      end(false, missing ? `${program} not found in PATH` : error.message);
    });
    // Without a process, there are no streams either.
    child?.once("spawn", () => {
      child.stdout.on("data", output.add);
      child.stderr.on("data", output.add);
      const kill = (): void => {
        if (child.pid !== undefined) killGroup(child.pid);
        // What was written is still to be read, but a process that has left the group may hold the pipes forever.
        setTimeout(() => {
          child.stdout.destroy();
          child.stderr.destroy();
        }, drainMs);
      };
      child.once("close", (status, killedBy) => {
        signal.removeEventListener("abort", kill);
        end(status === 0, status === null ? `killed by ${killedBy ?? "a signal"}` : `exit status ${status}`);
      });
      signal.addEventListener("abort", kill, { once: true });
      if (signal.aborted) kill();
    });
  });

/** Node tells of some failures by an event and throws others, such as that of arguments that are too long. */
function start(
  program: string,
  args: readonly string[],
  onError: (error: NodeJS.ErrnoException) => void,
): ChildProcessByStdio<null, Readable, Readable> | undefined {
  try {
    // Detached, it leads a process group of its own, which can be killed as a whole.
    const child = spawn(program, args, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
    return child.once("error", onError);
  } catch (error) {
    onError(error instanceof Error ? error : new Error(String(error)));
    return undefined;
  }
}

/** There is nobody to kill when all of the group have gone, and nothing to be done about those of another user. */
function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // As the comment above says.
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
