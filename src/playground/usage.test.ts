import { expect, test } from "vitest";
import { createVirtualClock } from "../virtual-clock.ts";
import { sampleUsage } from "./usage.ts";

test("CPU is what was used between the last two samples, memory what is used now, of all containers of a pod", async () => {
  const clock = createVirtualClock();
  let seconds = 0;
  const usage = () => {
    seconds += 1;
    const container = (name: string, cpuSeconds: number, rssBytes: number) => ({
      ...{ namespace: "test", pod: "podinfo-1", container: name },
      ...{ cpuSeconds, rssBytes },
    });
    return Promise.resolve([container("podinfod", seconds, 100), container("sidecar", seconds * 2, 50)]);
  };
  const stop = new AbortController();
  const onError = (error: unknown): void => expect.unreachable(String(error));
  const samples = sampleUsage(usage, { clock, everyMs: 5000, signal: stop.signal, onError });
  expect(samples.of("test", "podinfo-1")).toBeUndefined();
  await clock.advance(10_000);
  expect(samples.of("test", "podinfo-1")).toEqual({ cpu: 0.6, memory: 150 });
  expect(samples.of("test", "another")).toBeUndefined();
  stop.abort();
  await clock.advance(60_000);
  expect(seconds).toBeLessThanOrEqual(3);
});
