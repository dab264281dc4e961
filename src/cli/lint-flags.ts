import { Command, Option } from "commander";
import { duration, list } from "./flags.ts";
import { describeFlag } from "./help.ts";

/** The flags of lint. */
export interface LintFlags {
  /** Files, folders, and `-` for standard input. */
  readonly filename: readonly string[];
  readonly output: "text" | "json";
  /** Whether a warning is a failure, too. */
  readonly strict: boolean;
  /** Empty when it is not known. */
  readonly meshProvider: string;
  /** Milliseconds. */
  readonly analysisIntervalFloor: number;
  readonly selectorLabels: readonly string[];
  readonly noCrossNamespaceRefs: boolean;
}

const selectorLabels = "app,name,app.kubernetes.io/name";

const note = `
Example, before the files are applied:

  headgate lint -f deploy/
  kustomize build overlays/production | headgate lint -f - --mesh-provider gatewayapi:v1 --strict

A Canary is looked at together with its target, autoscaler, MetricTemplates and AlertProviders, as far as
they are in the files. The last four flags are the operator's own: give them the same values.

Exit code: 0 when nothing is wrong, 1 when there is an error (with --strict also for a warning), 2 when
something cannot be read. docs/lint.md lists all rules.`;

/** `headgate lint`: mistakes in Canaries, found without a cluster. */
export function lintCommand(run: (flags: LintFlags) => Promise<void>): Command {
  const crossNamespace = new Option("--no-cross-namespace-refs", "refuse references to other namespaces").default(
    false,
  );
  crossNamespace.negate = false;
  return new Command("lint")
    .description("Find mistakes in Canaries and what belongs to them, without a cluster")
    .configureHelp({ optionDescription: describeFlag })
    .requiredOption("-f, --filename <files...>", "files, folders with all in them, - for standard input")
    .addOption(new Option("-o, --output <format>", "text or json").choices(["text", "json"]).default("text"))
    .option("--strict", "fail on warnings, too", false)
    .option("--mesh-provider <name>", "mesh or ingress of Canaries that name none; not known unless given", "")
    .addOption(
      new Option("--analysis-interval-floor <duration>", "least analysis interval")
        .argParser(duration)
        .default(duration("10s"), "10s"),
    )
    .addOption(
      new Option("--selector-labels <list>", "labels that tell pods apart, first match wins")
        .argParser(list)
        .default(list(selectorLabels), selectorLabels),
    )
    .addOption(crossNamespace)
    .addHelpText("after", note)
    .action(run);
}
