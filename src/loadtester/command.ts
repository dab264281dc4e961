import { TaskFailed } from "./errors.ts";
import { required } from "./task.ts";
import type { TaskKind, Tools } from "./task.ts";

type CommandLine = readonly [program: string, ...args: string[]];

/** Runs a program; `command` is what the user wrote to have it run. */
export async function runCommand(
  { log, runProcess }: Tools,
  command: string,
  [program, ...args]: CommandLine,
  signal: AbortSignal,
): Promise<string> {
  log.info(`command starting ${command}`);
  const { ok, how, output } = await runProcess(program, args, signal);
  if (!ok) throw new TaskFailed(`command ${command} failed: ${output}: ${how}`);
  log.info(`command finished ${command}`);
  return output;
}

/** A kind of task that runs `metadata.cmd` while the webhook waits, and logs what it prints. */
export function foregroundCommand(type: string, lineOf: (command: string) => CommandLine): TaskKind {
  return {
    type,
    background: false,
    create: (metadata, tools) => {
      const command = required(metadata, "cmd");
      return {
        description: command,
        run: async (signal) => {
          const output = await runCommand(tools, command, lineOf(command), signal);
          tools.log.info(output);
          return output;
        },
      };
    },
  };
}

/** The words of a command, as a program without a shell gets them: quotes mean nothing. */
export function words(command: string): readonly string[] {
  return command.split(/\s+/).filter((word) => word !== "");
}
