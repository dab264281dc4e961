import { pino } from "pino";
import type { Logger } from "pino";

export type Log = Logger;

/** JSON lines on standard error with the keys that Flagger's have: level, ts, msg. Unknown levels mean info. */
export function createLog(level: string): Log {
  const known = ["debug", "info", "warn", "error"].includes(level) ? level : "info";
  return pino(
    {
      level: known,
      base: null,
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
