import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { systemClock } from "../../clock.ts";
import { killFamilies, signalGroup } from "./kill.ts";

/** A program and all that it is given. */
export interface Program {
  /** The first is the program: a path, or a name that is found on the PATH of the variables. */
  readonly command: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly folder: string;
}

/** How a process ended. */
export interface Exit {
  /** 128 and the signal's number for one that a signal ended. */
  readonly code: number;
  /** Why it could not be started; then the code is 128. */
  readonly failure?: string;
}

/** A running process with a group of its own. */
export interface PodProcess {
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
  /** Resolves when it has ended and all its output has been heard. What it leaves in its group is killed. */
  readonly ended: Promise<Exit>;
  /** Signals it and its group. */
  signal(signal: NodeJS.Signals): void;
  /** Kills it and all that it started, also in groups of their own. */
  kill(): Promise<void>;
}

export type Output = (stream: "stdout" | "stderr", text: string) => void;

export type StartProcess = (program: Program, output: Output) => PodProcess;

/** How long after a process's end its output may still come, in milliseconds: others may hold the pipe's other end. */
const lastOutputMs = 1000;

export const startProcess: StartProcess = ({ command, environment, folder }, output) => {
  const [file = "", ...args] = command;
  const child = spawn(file, args, {
    cwd: folder,
    env: Object.fromEntries(environment),
    // It leads a process group of its own, which can be signalled as a whole.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  hear(child.stdout, "stdout", output);
  hear(child.stderr, "stderr", output);
  const { pid } = child;
  const ended = new Promise<Exit>((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      resolve({ code: 128, failure: reasonOf(error, file) });
    });
    child.once("exit", (code, signal) => {
      if (pid !== undefined) signalGroup(pid, "SIGKILL");
      const cancel = systemClock.after(lastOutputMs, () => {
        child.stdout.destroy();
        child.stderr.destroy();
      });
      child.once("close", () => {
        cancel();
        resolve({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]) });
      });
    });
  });
  return {
    pid,
    ended,
    signal: (signal) => {
      if (pid !== undefined && child.exitCode === null && child.signalCode === null) signalGroup(pid, signal);
    },
    kill: async () => {
      if (pid !== undefined && child.exitCode === null && child.signalCode === null) await killFamilies([pid]);
    },
  };
};

function hear(stream: Readable, name: "stdout" | "stderr", output: Output): void {
  stream.setEncoding("utf8").on("data", (text: string) => {
    output(name, text);
  });
}

function reasonOf({ code, message }: NodeJS.ErrnoException, file: string): string {
  return code === "ENOENT" ? `exec: "${file}": executable file not found in $PATH` : message;
}
