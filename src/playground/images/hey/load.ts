import { sleep } from "../../../clock.ts";
import type { Clock } from "../../../clock.ts";

/** How one request went; times in seconds. */
export type Sample =
  | {
      readonly status: number;
      readonly total: number;
      /** Until the connection stood; 0 for one that was there. */
      readonly connect: number;
      /** Until the name was looked up. */
      readonly lookup: number;
      readonly write: number;
      readonly wait: number;
      readonly read: number;
      /** Length of the answer, as its header says. */
      readonly bytes: number;
    }
  | { readonly error: string };

export interface LoadOptions {
  readonly workers: number;
  readonly perWorker: number;
  readonly durationMs: number;
  /** Requests a second of each worker; 0 for no bound. */
  readonly rate: number;
}

/**
 * Sends requests with so many workers, each waiting for its answer before the next. With a rate, a worker sends at each
 * tick of its own, the first of which comes one period after the start; a tick that finds it waiting is made up for once.
 * Ends after the last answer; aborting the signal ends it as the duration does.
 */
export async function runLoad(
  { workers, perWorker, durationMs, rate }: LoadOptions,
  clock: Clock,
  send: () => Promise<Sample>,
  signal: AbortSignal,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const over = new AbortController();
  const cancel = clock.after(durationMs, () => {
    over.abort();
  });
  const ending = AbortSignal.any([over.signal, signal]);
  const work = async (): Promise<void> => {
    const periodMs = rate > 0 ? 1000 / rate : 0;
    let tick = clock.now() + periodMs;
    for (let sent = 0; sent < perWorker && !ending.aborted; sent++) {
      if (rate > 0) {
        const pause = sleep(clock, Math.max(0, tick - clock.now()), ending);
        const ticked = await pause.then(
          () => true,
          () => false,
        );
        if (!ticked) return;
        tick = Math.max(tick + periodMs, clock.now());
      }
      samples.push(await send());
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  cancel();
  return samples;
}
