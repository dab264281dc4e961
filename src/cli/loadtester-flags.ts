import { Command, Option } from "commander";
import { duration, port, regexp } from "./flags.ts";
import { describeFlag, goNote } from "./help.ts";
import { withLogFlags } from "./log-flags.ts";
import type { LogFlags } from "./log-flags.ts";
import { version } from "./version.ts";

/** The flags of the load tester that have an effect. */
export interface LoadTesterFlags extends LogFlags {
  readonly port: number;
  /** Milliseconds. */
  readonly timeout: number;
  /** Empty for all namespaces. */
  readonly namespaceRegexp: string;
}

/** `headgate loadtester`: the flags of Flagger's load tester by their names, with their defaults. */
export function loadtesterCommand(run: (flags: LoadTesterFlags) => Promise<void>): Command {
  const command = new Command("loadtester")
    .description("Serve the gates and tasks that Canaries' webhooks call")
    .configureHelp({ optionDescription: describeFlag })
    .option("--port <number>", "port to listen on", port, 9090)
    .addOption(new Option("--timeout <duration>", "bound on each task").argParser(duration).default(3_600_000, "1h"))
    .option("--namespace-regexp <pattern>", "serve only Canaries of namespaces that match", regexp, "");
  withLogFlags(command).version(version, "--version", "print the version");
  return command.addHelpText("after", goNote).action(run);
}
