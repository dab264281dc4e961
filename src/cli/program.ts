import { Command } from "commander";
import { generateCommand } from "./generate.ts";
import { lintCommand } from "./lint-flags.ts";
import type { LintFlags } from "./lint-flags.ts";
import { loadtesterCommand } from "./loadtester-flags.ts";
import type { LoadTesterFlags } from "./loadtester-flags.ts";
import { operatorCommand } from "./operator-flags.ts";
import type { OperatorFlags } from "./operator-flags.ts";
import { playgroundCommand } from "./playground-flags.ts";
import type { PlaygroundFlags } from "./playground-flags.ts";
import { proveCommand } from "./prove-flags.ts";
import type { ProveFlags } from "./prove-flags.ts";
import { rehearseCommand } from "./rehearse-flags.ts";
import type { RehearseFlags } from "./rehearse-flags.ts";
import { readArguments } from "./arguments.ts";
import { version } from "./version.ts";

/** What the program can be. */
export interface Roles {
  readonly operator: (flags: OperatorFlags) => Promise<void>;
  readonly loadtester: (flags: LoadTesterFlags) => Promise<void>;
  readonly playground: (flags: PlaygroundFlags) => Promise<void>;
  readonly lint: (flags: LintFlags) => Promise<void>;
  readonly prove: (flags: ProveFlags) => Promise<void>;
  readonly rehearse: (flags: RehearseFlags) => Promise<void>;
}

/**
 * Does what the arguments, those after the program's name, ask for. What they ask for wrongly is said on standard error
 * and ends the process.
 */
export async function runProgram(run: Roles, args: readonly string[]): Promise<void> {
  const roles = [operatorCommand(run.operator), loadtesterCommand(run.loadtester)];
  const tools = [
    playgroundCommand(run.playground),
    lintCommand(run.lint),
    rehearseCommand(run.rehearse),
    proveCommand(run.prove),
    generateCommand(),
  ];
  const program = new Command("headgate").description("Progressive delivery for Kubernetes").version(version);
  for (const command of [...roles, ...tools]) program.addCommand(command);
  await program.parseAsync(readArguments(roles, args), { from: "user" });
}
