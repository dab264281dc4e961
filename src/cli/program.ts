import { Command } from "commander";
import { generateCommand } from "./generate.ts";
import { loadtesterCommand } from "./loadtester-flags.ts";
import type { LoadTesterFlags } from "./loadtester-flags.ts";
import { operatorCommand } from "./operator-flags.ts";
import type { OperatorFlags } from "./operator-flags.ts";
import { playgroundCommand } from "./playground-flags.ts";
import type { PlaygroundFlags } from "./playground-flags.ts";
import { readArguments } from "./arguments.ts";
import { version } from "./version.ts";

/** What the program can be. */
export interface Roles {
  readonly operator: (flags: OperatorFlags) => Promise<void>;
  readonly loadtester: (flags: LoadTesterFlags) => Promise<void>;
  readonly playground: (flags: PlaygroundFlags) => Promise<void>;
}

/**
 * Does what the arguments, those after the program's name, ask for. What they ask for wrongly is said on standard error
 * and ends the process.
 */
export async function runProgram({ operator, loadtester, playground }: Roles, args: readonly string[]): Promise<void> {
  const roles = [operatorCommand(operator), loadtesterCommand(loadtester)];
  const program = new Command("headgate").description("Progressive delivery for Kubernetes").version(version);
  for (const command of [...roles, playgroundCommand(playground), generateCommand()]) program.addCommand(command);
  await program.parseAsync(readArguments(roles, args), { from: "user" });
}
