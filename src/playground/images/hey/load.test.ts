import { expect, test } from "vitest";
import { sleep } from "../../../clock.ts";
import { createVirtualClock } from "../../../virtual-clock.ts";
import { runLoad } from "./load.ts";
import type { LoadOptions } from "./load.ts";

const usual: LoadOptions = { workers: 1, perWorker: Infinity, durationMs: 3_600_000, rate: 0 };

test.each<[string, Partial<LoadOptions>, number, readonly number[]]>([
  ["so many requests", { perWorker: 3 }, 10, [0, 10, 20]],
  ["two workers", { workers: 2, perWorker: 2 }, 10, [0, 0, 10, 10]],
  ["a rate", { rate: 10, durationMs: 350 }, 10, [100, 200, 300]],
  ["a rate for two", { workers: 2, rate: 10, durationMs: 250 }, 10, [100, 100, 200, 200]],
  ["a rate that answers are too slow for", { rate: 10, durationMs: 600 }, 150, [100, 250, 400, 550]],
  ["a duration", { durationMs: 25 }, 10, [0, 10, 20]],
])("%s", async (_, options, answerMs, sent) => {
  const clock = createVirtualClock();
  const times: number[] = [];
  const samples = runLoad(
    { ...usual, ...options },
    clock,
    async () => {
      times.push(clock.now());
      await sleep(clock, answerMs);
      return { error: "none" };
    },
    new AbortController().signal,
  );
  await clock.advance(10_000);
  expect(times).toEqual(sent);
  expect((await samples).length).toBe(sent.length);
});

test("it can be stopped", async () => {
  const clock = createVirtualClock();
  const stop = new AbortController();
  const samples = runLoad({ ...usual, rate: 1 }, clock, async () => ({ error: "none" }), stop.signal);
  await clock.advance(2500);
  stop.abort();
  expect(await samples).toHaveLength(2);
});
