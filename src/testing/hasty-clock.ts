import type { Clock } from "../clock.ts";

/** A clock on which nobody waits: a delay ends at once, and time has moved on by it. */
export interface HastyClock extends Clock {
  /** All delays that were asked for, in milliseconds. */
  readonly delays: readonly number[];
}

/** `startAt` is in milliseconds since the Unix epoch. */
export function hastyClock(startAt = 0): HastyClock {
  const delays: number[] = [];
  let now = startAt;
  return {
    delays,
    now: () => now,
    jitter: () => 0.5,
    after: (ms, run) => {
      delays.push(ms);
      const due = setImmediate(() => {
        now += ms;
        run();
      });
      return () => {
        clearImmediate(due);
      };
    },
  };
}
