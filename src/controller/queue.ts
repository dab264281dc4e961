import type { Clock } from "../clock.ts";

/** Work by key: a key is never worked on twice at once, and what comes in meanwhile is one more turn. */
export interface Queue {
  add(key: string): void;
  /** Adds the key at this time (milliseconds since the epoch), in place of any time given before. */
  addAt(key: string, at: number): void;
  forget(key: string): void;
  /** Resolves when nothing is being worked on. */
  idle(): Promise<void>;
  /** Works on nothing more. */
  stop(): void;
}

export function createQueue(clock: Clock, work: (key: string) => Promise<void>): Queue {
  const working = new Map<string, { again: boolean }>();
  const timers = new Map<string, () => void>();
  const waiting: (() => void)[] = [];
  let stopped = false;

  function cancelTimer(key: string): void {
    timers.get(key)?.();
    timers.delete(key);
  }

  function add(key: string): void {
    if (stopped) return;
    const present = working.get(key);
    if (present !== undefined) {
      present.again = true;
      return;
    }
    const turn = { again: false };
    working.set(key, turn);
    void work(key).finally(() => {
      working.delete(key);
      if (turn.again) add(key);
      if (working.size === 0) for (const resolve of waiting.splice(0)) resolve();
    });
  }

  return {
    add,
    addAt: (key, at) => {
      cancelTimer(key);
      if (stopped) return;
      const cancel = clock.after(Math.max(0, at - clock.now()), () => {
        timers.delete(key);
        add(key);
      });
      timers.set(key, cancel);
    },
    forget: cancelTimer,
    idle: () =>
      working.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push(resolve);
          }),
    stop: () => {
      stopped = true;
      for (const key of [...timers.keys()]) cancelTimer(key);
    },
  };
}
