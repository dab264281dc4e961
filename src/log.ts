import { pino } from "pino";
import type { DestinationStream, Logger } from "pino";

export type Log = Logger;

export interface LogOptions {
  /** debug, info, warning (or warn) or error; any other means info. */
  readonly level: string;
  /** `json` for an object per line; `console` for time, level and message in columns, then the other fields. */
  readonly encoding: "json" | "console";
}

const levels: Readonly<Record<string, string>> = { debug: "debug", warn: "warn", warning: "warn", error: "error" };

/** Lines with the keys and the format of time that Flagger's have: level, ts, msg. They go to standard error. */
export function createLog(
  { level, encoding }: LogOptions,
  sink: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Log {
  return pino(
    {
      level: levels[level] ?? "info",
      base: null,
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    encoding === "json" ? sink : inColumns(sink),
  );
}

function inColumns(sink: DestinationStream): DestinationStream {
  return {
    write: (line) => {
      const { ts, level, msg, ...fields } = JSON.parse(line) as Readonly<Record<string, unknown>>;
      const rest = Object.keys(fields).length === 0 ? [] : [JSON.stringify(fields)];
      sink.write(`${[ts, level, msg, ...rest].join("\t")}\n`);
    },
  };
}
