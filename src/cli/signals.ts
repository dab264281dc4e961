/** A process, as far as ending it goes: Node's own, or a stand-in. */
export interface Endable {
  on(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  exit(code: number): void;
}

/** Aborted by the first SIGINT or SIGTERM, which is told of. The second ends the process at once, with code 1. */
export function stopSignal(process: Endable, onFirst: (signal: string) => void): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) {
        process.exit(1);
        return;
      }
      onFirst(signal);
      stop.abort();
    });
  }
  return stop.signal;
}
