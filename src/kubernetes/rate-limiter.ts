import type { Clock } from "../clock.ts";

export interface Rate {
  /** Requests per second in the long run; more than 0. */
  readonly qps: number;
  /** Requests that may go at once after a rest; at least 1. */
  readonly burst: number;
}

/** Resolves when a request may go. An urgent one goes ahead of all that wait, but for urgent ones before it. */
export type RateLimiter = (urgent: boolean) => Promise<void>;

/** A bucket of `burst` tokens: a request takes one, and `qps` of them come back every second. */
export function createRateLimiter(clock: Clock, { qps, burst }: Rate): RateLimiter {
  const urgent: (() => void)[] = [];
  const others: (() => void)[] = [];
  let tokens = burst;
  let countedAt = clock.now();
  let waking = false;

  function serve(): void {
    const now = clock.now();
    // The time of day may be set back.
    tokens = Math.min(burst, tokens + (Math.max(0, now - countedAt) / 1000) * qps);
    countedAt = now;
    while (tokens >= 1) {
      const go = urgent.shift() ?? others.shift();
      if (go === undefined) return;
      tokens--;
      go();
    }
    if (waking || urgent.length + others.length === 0) return;
    waking = true;
    clock.after(Math.ceil(((1 - tokens) / qps) * 1000), () => {
      waking = false;
      serve();
    });
  }

  return (isUrgent) =>
    new Promise((resolve) => {
      (isUrgent ? urgent : others).push(resolve);
      serve();
    });
}
