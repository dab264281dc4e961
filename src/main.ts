#!/usr/bin/env node
import { Command } from "commander";
import { withTwoDashes } from "./cli/flags.ts";
import { generateCommand } from "./cli/generate.ts";
import { loadtesterCommand } from "./cli/loadtester.ts";
import { operatorCommand } from "./cli/operator.ts";
import { version } from "./cli/version.ts";

const program = new Command("headgate")
  .description("Progressive delivery for Kubernetes")
  .version(version)
  .addCommand(operatorCommand())
  .addCommand(loadtesterCommand())
  .addCommand(generateCommand());

try {
  await program.parseAsync([...process.argv.slice(0, 2), ...withTwoDashes(process.argv.slice(2))]);
} catch (error) {
  process.stderr.write(`headgate: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
