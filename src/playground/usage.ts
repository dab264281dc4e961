import type { Clock } from "../clock.ts";
import type { ContainerUsage } from "./pods/usage.ts";

/** What pods use, as a metrics server knows it: CPU in cores over the last while, memory in bytes. */
export interface UsageSamples {
  of(namespace: string, pod: string): { readonly cpu: number; readonly memory: number } | undefined;
}

interface Sample {
  readonly at: number;
  readonly cpuSeconds: number;
  readonly memory: number;
}

export interface SamplingOptions {
  readonly clock: Clock;
  /** Milliseconds between two samples. */
  readonly everyMs: number;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Told of a sample that could not be taken; the next is tried all the same. */
  readonly onError: (error: unknown) => void;
}

/** Asks for the usage of all containers again and again. */
export function sampleUsage(
  usage: () => Promise<readonly ContainerUsage[]>,
  { clock, everyMs, signal, onError }: SamplingOptions,
): UsageSamples {
  let [before, last] = [new Map<string, Sample>(), new Map<string, Sample>()];

  async function sample(): Promise<void> {
    const containers = await usage();
    const at = clock.now();
    const next = new Map<string, Sample>();
    for (const { namespace, pod, cpuSeconds, rssBytes } of containers) {
      const key = `${namespace}/${pod}`;
      const { cpuSeconds: cpu = 0, memory = 0 } = next.get(key) ?? {};
      next.set(key, { at, cpuSeconds: cpu + cpuSeconds, memory: memory + rssBytes });
    }
    [before, last] = [last, next];
  }

  function again(): void {
    if (signal.aborted) return;
    clock.after(everyMs, () => void sample().catch(onError).finally(again));
  }
  again();

  return {
    of: (namespace, pod) => {
      const [old, now] = [before.get(`${namespace}/${pod}`), last.get(`${namespace}/${pod}`)];
      if (old === undefined || now === undefined || now.at <= old.at) return undefined;
      return { cpu: Math.max(0, (now.cpuSeconds - old.cpuSeconds) / ((now.at - old.at) / 1000)), memory: now.memory };
    },
  };
}
