import { Command, Option } from "commander";
import { count } from "./flags.ts";

/** The flags of the proof. */
export interface ProveFlags {
  /** How many random releases to play. */
  readonly runs: number;
  /** Undefined for another one each time. */
  readonly seed?: number;
  /** The way to one plan: see `Failure`. */
  readonly path?: string;
  /** Whether crash points are tried. */
  readonly crashPoints: boolean;
}

const example = `
Releases are whole ones, by the operator as it is, on a Kubernetes in memory, in virtual time. The invariants of docs/safety.md
are checked after every write. What breaks one is shown with its seed, as short as it could be made.

  headgate prove --runs 10000
  headgate prove --seed 42 --path 3:1:0     one release that an earlier proof has shown`;

/** `headgate prove`: tries to break the invariants. */
export function proveCommand(run: (flags: ProveFlags) => Promise<void>): Command {
  return new Command("prove")
    .description("Try to break releases: crashes at every write, then random faults, users and revisions")
    .option("--runs <number>", "random releases", count, 1000)
    .option("--seed <number>", "the same seed gives the same releases (default: another one each time)", count)
    .addOption(
      new Option("--path <path>", "play one release only: what a failure has printed").implies({ crashPoints: false }),
    )
    .option("--no-crash-points", "random releases only")
    .addHelpText("after", example)
    .action(run);
}
