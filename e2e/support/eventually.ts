import { setTimeout as sleep } from "node:timers/promises";

export interface Patience {
  /** Give up after this long, in milliseconds. */
  readonly timeoutMs: number;
  /** Pause between two looks, in milliseconds. Default 500. */
  readonly everyMs?: number;
}

/**
 * Looks again and again until the check neither throws nor gives `undefined`, and gives what it found.
 * @throws Error naming what was waited for, for how long, and what the last look said.
 */
export async function eventually<Found>(
  what: string,
  check: () => Promise<Found | undefined>,
  { timeoutMs, everyMs = 500 }: Patience,
): Promise<Found> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let last: unknown;
    try {
      const found = await check();
      if (found !== undefined) return found;
      last = "nothing found";
    } catch (error) {
      last = error;
    }
    if (Date.now() + everyMs > deadline) {
      const why = last instanceof Error ? last.message : String(last);
      throw new Error(`${what}: not within ${timeoutMs / 1000} s; the last look said: ${why}`, { cause: last });
    }
    await sleep(everyMs);
  }
}
