import type { Outcome } from "./handler.ts";
import type { Exit, Output, Program, StartProcess } from "./process.ts";

/** Runs a program to its end. Aborting the signal kills it and all that it started. */
export async function runToEnd(
  startProcess: StartProcess,
  program: Program,
  output: Output,
  signal: AbortSignal,
): Promise<Exit> {
  signal.throwIfAborted();
  const process = startProcess(program, output);
  const kill = (): void => {
    void process.kill();
  };
  signal.addEventListener("abort", kill, { once: true });
  try {
    return await process.ended;
  } finally {
    signal.removeEventListener("abort", kill);
  }
}

/** Characters of a failed command's output that are told. */
const mostOutput = 1024;

/** Runs a command as an exec probe does: it is right when it ends with 0, and tells what it said otherwise. */
export async function runCheck(startProcess: StartProcess, program: Program, signal: AbortSignal): Promise<Outcome> {
  let said = "";
  const keep = (_: unknown, text: string): void => {
    said = (said + text).slice(-mostOutput);
  };
  const { code, failure } = await runToEnd(startProcess, program, keep, signal);
  if (signal.aborted) return { ok: false, message: (signal.reason as Error).message };
  return code === 0
    ? { ok: true }
    : { ok: false, message: failure ?? `${said.trim()}: exit status ${code}`.replace(/^: /, "") };
}
