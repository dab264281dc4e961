import { Command, Option } from "commander";
import { duration } from "./flags.ts";

/** The flags of a rehearsal. */
export interface RehearseFlags {
  /** Files of manifests. */
  readonly filename: readonly string[];
  /** Each `name=expr`. */
  readonly metric: readonly string[];
  /** File of samples; empty for none. */
  readonly metrics: string;
  /** Each `name=status`. */
  readonly hook: readonly string[];
  /** In milliseconds. */
  readonly podStartup: number;
  /** In milliseconds; undefined for the worst moment. */
  readonly failAt?: number;
  readonly output: "text" | "json";
}

const notes = `
A metric says a number, "empty", steps, or an expression of t, the seconds since the first analysis, and weight, the
users whom the canary has, in percent:
--metric request-success-rate=100@0s,90@2m
--metric "request-success-rate=t < 2m ? 100 : 90 - weight / 10"

Exit code: 0 when the release would be promoted, 1 when it would not, 2 when the input cannot be used.`;

/** `headgate rehearse`: what a release would do. `exit` ends the process. */
export function rehearseCommand(run: (flags: RehearseFlags) => Promise<void>): Command {
  return new Command("rehearse")
    .description("Play a release of each Canary in files, without a cluster and in no time")
    .requiredOption("-f, --filename <file>", "manifests: Canaries and what they refer to; may be given again", collect)
    .option("--metric <name=expr>", "what a metric says; may be given again", collect, [])
    .option("--metrics <file>", "what metrics say: CSV with the columns time,NAME,NAME", "")
    .option("--hook <name=status>", "what a webhook answers; may be given again", collect, [])
    .addOption(
      new Option("--pod-startup <duration>", "how long pods take to be ready").argParser(duration).default(3000, "3s"),
    )
    .option("--fail-at <duration>", "when a bad revision turns bad; default: the worst moment", duration)
    .addOption(new Option("-o, --output <format>", "text or json").choices(["text", "json"]).default("text"))
    .addHelpText("after", notes)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(run);
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
