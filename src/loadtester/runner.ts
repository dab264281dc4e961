import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import { TaskFailed } from "./errors.ts";
import type { Task } from "./task.ts";

/** Runs tasks, each no longer than the timeout, and none longer than the runner itself. */
export interface Runner {
  /** Runs the task to its end: resolves and rejects as it does. Aborting the signal cuts it off. */
  run(task: Task, signal: AbortSignal): Promise<string>;
  /** Runs the task in the background, unless it is running already for this Canary. */
  start(canary: string, task: Task, log: Logger): void;
  /** Cuts off all tasks; resolves when they are gone. Later ones fail at once. */
  stop(): Promise<void>;
}

export function createRunner(clock: Clock, timeoutMs: number): Runner {
  const stopping = new AbortController();
  const running = new Set<Promise<unknown>>();
  const inBackground = new Set<string>();

  const run = async (task: Task, signal: AbortSignal): Promise<string> => {
    const timeout = new AbortController();
    const cancel = clock.after(timeoutMs, () => {
      timeout.abort(new TaskFailed(`timed out after ${timeoutMs / 1000} seconds`));
    });
    try {
      stopping.signal.throwIfAborted();
      return await task.run(AbortSignal.any([stopping.signal, timeout.signal, signal]));
    } finally {
      cancel();
    }
  };

  const track = async <T>(work: Promise<T>): Promise<T> => {
    running.add(work);
    try {
      return await work;
    } finally {
      running.delete(work);
    }
  };

  return {
    run: (task, signal) => track(run(task, signal)),

    start: (canary, task, log) => {
      const key = `${canary} ${task.description}`;
      if (inBackground.has(key)) {
        log.info(`skipped, is already running: ${task.description}`);
        return;
      }
      inBackground.add(key);
      void track(run(task, stopping.signal))
        .catch((error: unknown) => {
          log.error(error instanceof Error ? error.message : String(error));
        })
        .finally(() => inBackground.delete(key));
    },

    stop: async () => {
      stopping.abort(new TaskFailed("the load tester is shutting down"));
      await Promise.allSettled(running);
    },
  };
}
