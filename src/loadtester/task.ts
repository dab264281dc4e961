import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import type { Http } from "../http.ts";
import { InvalidTask } from "./errors.ts";
import type { Metadata } from "./payload.ts";
import type { RunProcess } from "./process.ts";

/** One piece of work that a webhook asks for. */
export interface Task {
  /** What it does. While a task runs, its Canary's background tasks with the same words are not started. */
  readonly description: string;
  /**
   * Resolves with what it printed; rejects with an error that says why it failed, which is what the signal's reason says
   * soon after that is aborted.
   */
  run(signal: AbortSignal): Promise<string>;
}

/** What tasks work with. */
export interface Tools {
  readonly clock: Clock;
  readonly http: Http;
  readonly runProcess: RunProcess;
  /** Tells for which Canary it logs. */
  readonly log: Logger;
}

/** A kind of task, chosen by `metadata.type`. */
export interface TaskKind {
  readonly type: string;
  /** Whether the webhook is answered at once, or only when the task has ended. */
  readonly background: boolean;
  /** @throws InvalidTask when the metadata does not say what to do */
  create(metadata: Metadata, tools: Tools): Task;
}

/**
 * The value of a key that the task cannot do without.
 * @throws InvalidTask
 */
export function required(metadata: Metadata, key: string): string {
  const value = metadata[key];
  if (value === undefined) throw new InvalidTask(`${key} not found in metadata`);
  return value;
}

/** Whether the value of a flag means yes, as Go's strconv.ParseBool has it. */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && ["1", "t", "T", "TRUE", "true", "True"].includes(value);
}
