import { expect, test } from "vitest";
import { sleep } from "./clock.ts";
import { createVirtualClock } from "./virtual-clock.ts";

test("runs timers in the order of their times, and of their setting at the same time", async () => {
  const clock = createVirtualClock(1000);
  const ran: string[] = [];
  const note = (name: string) => () => ran.push(`${name} ${clock.now()}`);
  clock.after(20, note("b"));
  clock.after(10, note("a"));
  clock.after(20, note("c"));
  clock.after(31, note("d"));
  clock.after(15, note("cancelled"))();
  await clock.advance(30);
  expect(ran).toEqual(["a 1010", "b 1020", "c 1020"]);
  expect(clock.now()).toBe(1030);
  await clock.advance(1);
  expect(ran.slice(3)).toEqual(["d 1031"]);
});

test("lets promises settle between two timers, and runs what they set", async () => {
  const clock = createVirtualClock();
  const woken: number[] = [];
  const loop = async (): Promise<void> => {
    for (;;) {
      await sleep(clock, 10);
      woken.push(clock.now());
    }
  };
  void loop();
  await clock.advance(35);
  expect(woken).toEqual([10, 20, 30]);
});
