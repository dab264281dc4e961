import type { Clock } from "../clock.ts";
import { Unreachable } from "../http.ts";

/**
 * Waits `ms` milliseconds for the work at most. Work that is late goes on unseen, unless it heeds its signal, which is
 * aborted then with the same reason.
 * @throws Unreachable with the message, when the work is late
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  message: string,
  work: (late: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const deadline = new Promise<never>((_, reject) => {
    late.signal.addEventListener("abort", () => {
      reject(late.signal.reason as Error);
    });
  });
  const cancel = clock.after(ms, () => {
    late.abort(new Unreachable(message));
  });
  try {
    return await Promise.race([work(late.signal), deadline]);
  } finally {
    cancel();
  }
}
