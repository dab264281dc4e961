import type { Clock } from "../../clock.ts";
import { Conflict, Forbidden, NotFound } from "../../kubernetes/errors.ts";

/** Work by key, one key at a time, in the order in which they came. What comes in twice is worked on once. */
export interface Loop {
  add(key: string): void;
  /** Adds the key in `ms` milliseconds; of several times, the earliest counts. */
  addAfter(key: string, ms: number): void;
  /** Begins to work: on what has been added before, too. */
  start(): void;
}

export interface LoopOptions {
  readonly clock: Clock;
  /** Once it is aborted, nothing more is begun. */
  readonly signal: AbortSignal;
  /** Told of what went wrong, but for objects that have changed meanwhile. The key is tried again. */
  readonly onError: (error: unknown) => void;
}

/** Pauses before another try double from the shortest to the longest, in milliseconds. */
const shortestPauseMs = 10;
const longestPauseMs = 10_000;

export function createLoop({ clock, signal, onError }: LoopOptions, work: (key: string) => Promise<void>): Loop {
  const line = new Set<string>();
  const timers = new Map<string, { readonly due: number; readonly cancel: () => void }>();
  const pauses = new Map<string, number>();
  let open = false;
  let busy = false;

  async function serve(): Promise<void> {
    if (busy || !open) return;
    busy = true;
    for (const key of line) {
      if (signal.aborted) break;
      line.delete(key);
      try {
        await work(key);
        pauses.delete(key);
      } catch (error) {
        // In a namespace that is being deleted nothing can be created: there is nothing left to do.
        if (error instanceof Forbidden) continue;
        if (!(error instanceof Conflict || error instanceof NotFound)) onError(error);
        const pause = pauses.get(key) ?? shortestPauseMs;
        pauses.set(key, Math.min(longestPauseMs, 2 * pause));
        addAfter(key, pause);
      }
    }
    busy = false;
  }

  function add(key: string): void {
    if (signal.aborted) return;
    line.add(key);
    void serve();
  }

  function addAfter(key: string, ms: number): void {
    const due = clock.now() + ms;
    const planned = timers.get(key);
    if (signal.aborted || (planned !== undefined && planned.due <= due)) return;
    planned?.cancel();
    const cancel = clock.after(ms, () => {
      timers.delete(key);
      add(key);
    });
    timers.set(key, { due, cancel });
  }

  signal.addEventListener("abort", () => {
    for (const { cancel } of timers.values()) cancel();
  });
  return {
    add,
    addAfter,
    start: () => {
      open = true;
      void serve();
    },
  };
}
