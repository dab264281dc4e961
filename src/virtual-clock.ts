import type { Clock } from "./clock.ts";

/** A clock that stands still until it is told to move on. The same calls give the same run, every time. */
export interface VirtualClock extends Clock {
  /**
   * Moves on by `ms` milliseconds: runs every timer that falls due on the way, also those that others set meanwhile, in
   * the order of their times and, at the same time, in the order in which they were set. Before the first, between two
   * and after the last, promises settle: whatever goes on without a timer or the network has happened.
   */
  advance(ms: number): Promise<void>;
}

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

/** Of the generator by Park and Miller, whose numbers look like chance and always come in the same order. */
const mostChance = 2 ** 31 - 1;

/** `start` is in milliseconds since the Unix epoch. */
export function createVirtualClock(start = 0): VirtualClock {
  /** Sorted by time; those of the same time in the order in which they were set. */
  const timers: Timer[] = [];
  let now = start;
  let chance = 1;
  return {
    now: () => now,
    jitter: () => {
      chance = (chance * 16_807) % mostChance;
      return chance / mostChance;
    },
    after: (ms, run) => {
      const timer = { due: now + Math.max(0, ms), run };
      const later = timers.findIndex(({ due }) => due > timer.due);
      timers.splice(later === -1 ? timers.length : later, 0, timer);
      return () => {
        const index = timers.indexOf(timer);
        if (index !== -1) timers.splice(index, 1);
      };
    },
    advance: async (ms) => {
      const end = now + ms;
      await settle();
      for (let [next] = timers; next !== undefined && next.due <= end; [next] = timers) {
        timers.shift();
        now = next.due;
        next.run();
        await settle();
      }
      now = end;
    },
  };
}

/** Node runs all promise callbacks before the next turn of its event loop. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
