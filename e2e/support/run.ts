import { spawn } from "node:child_process";

export interface RunOptions {
  /** Bound on the whole run, in milliseconds; the process is killed after it. Default 60 s. */
  readonly timeoutMs?: number;
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to standard input. */
  readonly input?: string;
}

/** How a process ended: `code` is null when a signal ended it. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command did not end with code 0, or not in time. The message has the command and the end of what it said. */
class CommandFailed extends Error {
  override readonly name = "CommandFailed";
}

/**
 * Runs a command to its end, whatever its exit code.
 * @throws CommandFailed when it cannot be started or passes the deadline.
 */
export async function attempt(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { timeoutMs = 60_000, cwd, env, input } = options;
  const shown = [command, ...args].join(" ");
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: "pipe" });
    let stdout = "";
    let stderr = "";
    const deadline = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new CommandFailed(`${shown}: not done within ${timeoutMs / 1000} s\n${lastLines(stdout + stderr)}`));
    }, timeoutMs);
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.stdin.on("error", () => undefined); // it may end without reading its input
    child.stdin.end(input);
    child.on("error", (cause) => {
      clearTimeout(deadline);
      reject(new CommandFailed(`${shown}: ${cause.message}`, { cause }));
    });
    child.on("close", (code) => {
      clearTimeout(deadline);
      resolve({ code, stdout, stderr });
    });
  });
}

/**
 * Runs a command that has to succeed, and gives what it wrote to standard output.
 * @throws CommandFailed
 */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await attempt(command, args, options);
  if (code === 0) return stdout;
  const said = lastLines(stderr === "" ? stdout : stderr);
  throw new CommandFailed(`${[command, ...args].join(" ")}: exit code ${String(code)}\n${said}`);
}

function lastLines(text: string): string {
  return text.trimEnd().split("\n").slice(-20).join("\n");
}
