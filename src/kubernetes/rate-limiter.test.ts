import { expect, test } from "vitest";
import { createVirtualClock } from "../virtual-clock.ts";
import { createRateLimiter } from "./rate-limiter.ts";

/** Requests by the millisecond in which they are asked for; a capital letter is urgent. */
type Asked = Readonly<Record<number, string>>;

/** Which requests went, and in which millisecond. */
async function go(qps: number, burst: number, asked: Asked): Promise<Asked> {
  const clock = createVirtualClock();
  const turn = createRateLimiter(clock, { qps, burst });
  const went = new Map<number, string>();
  for (const [at, names] of Object.entries(asked)) {
    await clock.advance(Number(at) - clock.now());
    for (const name of names) {
      void turn(name === name.toUpperCase()).then(() => went.set(clock.now(), `${went.get(clock.now()) ?? ""}${name}`));
    }
  }
  await clock.advance(10_000);
  return Object.fromEntries(went);
}

test.each<[string, number, number, Asked, Asked]>([
  ["a burst goes at once", 10, 3, { 0: "abc" }, { 0: "abc" }],
  ["what is more waits for its token", 10, 3, { 0: "abcdef" }, { 0: "abc", 100: "d", 200: "e", 300: "f" }],
  ["urgent ones go ahead, in their order", 10, 1, { 0: "abcXY" }, { 0: "a", 100: "X", 200: "Y", 300: "b", 400: "c" }],
  ["one that comes later goes ahead, too", 10, 1, { 0: "abc", 150: "X" }, { 0: "a", 100: "b", 200: "X", 300: "c" }],
  ["tokens come back in a rest", 10, 3, { 0: "abc", 200: "def" }, { 0: "abc", 200: "de", 300: "f" }],
  ["never more of them than the burst", 10, 2, { 0: "a", 5000: "bcd" }, { 0: "a", 5000: "bc", 5100: "d" }],
  ["parts of a token count", 300, 2, { 0: "abcde" }, { 0: "ab", 4: "c", 7: "d", 10: "e" }],
])("%s", async (_, qps, burst, asked, went) => {
  expect(await go(qps, burst, asked)).toEqual(went);
});

test("waits no longer when the time of day is set back", async () => {
  const clock = createVirtualClock(1_000_000);
  let back = 0;
  const turn = createRateLimiter({ ...clock, now: () => clock.now() - back }, { qps: 10, burst: 1 });
  await turn(false);
  const went: number[] = [];
  void turn(false).then(() => went.push(clock.now()));
  back = 500_000;
  await clock.advance(1000);
  expect(went).toEqual([1_000_200]);
});
