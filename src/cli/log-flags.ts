import { Option } from "commander";
import type { Command } from "commander";
import type { LogOptions } from "../log.ts";
import { bool } from "./flags.ts";

/** The flags on logs that Flagger's programs share. */
export interface LogFlags {
  readonly logLevel: string;
  readonly zapEncoding: LogOptions["encoding"];
}

/** Adds the flags of `LogFlags`. */
export function withLogFlags(command: Command): Command {
  return command
    .option("--log-level <level>", "debug, info, warning or error; any other means info", "debug")
    .addOption(new Option("--zap-encoding <name>", "json or console").choices(["json", "console"]).default("json"))
    .option("--zap-replace-globals [bool]", "no effect: there is one logger", bool, false);
}
