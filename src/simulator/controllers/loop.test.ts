import { expect, test } from "vitest";
import { Conflict, Forbidden } from "../../kubernetes/errors.ts";
import { createVirtualClock } from "../../virtual-clock.ts";
import { createLoop } from "./loop.ts";

function open(work: (key: string) => Promise<void> = async () => undefined) {
  const clock = createVirtualClock();
  const stop = new AbortController();
  const turns: string[] = [];
  const errors: unknown[] = [];
  const loop = createLoop({ clock, signal: stop.signal, onError: (error) => errors.push(error) }, async (key) => {
    turns.push(`${key}@${clock.now()}`);
    await work(key);
  });
  return { clock, stop, turns, errors, loop };
}

test("works on keys in order, once it has started; a key that comes twice is worked on once", async () => {
  const { clock, loop, turns } = open();
  for (const key of ["b", "a", "b"]) loop.add(key);
  await clock.advance(10);
  loop.start();
  await clock.advance(10);
  loop.add("b");
  await clock.advance(0);
  expect(turns).toEqual(["b@10", "a@10", "b@20"]);
});

test("of several times for a key the earliest counts", async () => {
  const { clock, loop, turns } = open();
  loop.start();
  for (const ms of [30, 20, 40]) loop.addAfter("a", ms);
  await clock.advance(100);
  expect(turns).toEqual(["a@20"]);
});

test.each([
  ["an error is told, and tried again after growing pauses", new Error("no"), ["a@0", "a@10", "a@30", "a@70"], 4],
  ["a conflict is not told", new Conflict("changed", 409, "Conflict"), ["a@0", "a@10", "a@30", "a@70"], 0],
  ["what is forbidden is not tried again", new Forbidden("ending", 403, "Forbidden"), ["a@0"], 0],
])("%s", async (_, error, expected, told) => {
  const { clock, loop, turns, errors } = open(() => Promise.reject(error));
  loop.start();
  loop.add("a");
  await clock.advance(100);
  expect([turns, errors.length]).toEqual([expected, told]);
});

test("does nothing more once it is stopped", async () => {
  const { clock, loop, turns, stop } = open();
  loop.start();
  loop.addAfter("a", 10);
  stop.abort();
  loop.add("b");
  loop.addAfter("c", 10);
  await clock.advance(100);
  expect(turns).toEqual([]);
});
