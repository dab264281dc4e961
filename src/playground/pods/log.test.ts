import { expect, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import { createContainerLog } from "./log.ts";
import type { ContainerLog, LogOptions } from "./log.ts";

async function linesOf(log: ContainerLog, options: LogOptions = {}, signal?: AbortSignal): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of log.read(options, signal)) lines.push(line);
  return lines;
}

/** A line a second, from second 0 on. */
async function written(...lines: readonly string[]): Promise<ContainerLog> {
  const clock = createVirtualClock();
  const log = createContainerLog(() => clock.now());
  for (const line of lines) {
    log.write("stdout", `${line}\n`);
    await clock.advance(1000);
  }
  return log;
}

test.each<[string, LogOptions, readonly string[]]>([
  ["all", {}, ["a\n", "b\n", "c\n"]],
  ["the end", { tailLines: 2 }, ["b\n", "c\n"]],
  ["nothing", { tailLines: 0 }, []],
  ["since a time", { since: 1000 }, ["b\n", "c\n"]],
  ["both", { since: 1000, tailLines: 1 }, ["c\n"]],
  ["times", { tailLines: 1, timestamps: true }, ["1970-01-01T00:00:02.000000000Z c\n"]],
])("%s", async (_, options, lines) => {
  expect(await linesOf(await written("a", "b", "c"), options)).toEqual(lines);
});

test("streams have their own lines, and the last one needs no end", async () => {
  const log = createContainerLog(() => 0);
  log.write("stdout", "one, ");
  log.write("stderr", "oh no\nand");
  log.write("stdout", "two\nthree");
  expect(await linesOf(log)).toEqual(["oh no\n", "one, two\n"]);
  log.end();
  expect(await linesOf(log)).toEqual(["oh no\n", "one, two\n", "three\n", "and\n"]);
});

test("only the end is kept, and a line without end is broken", async () => {
  const log = createContainerLog(() => 0, 8);
  log.write("stdout", "1234\n5678\n");
  log.write("stdout", "90\n");
  expect(await linesOf(log)).toEqual(["5678\n", "90\n"]);
  log.write("stdout", "x".repeat(20_000));
  log.write("stdout", "y\n");
  expect(await linesOf(log)).toEqual(["y\n"]);
});

test("a follower gets what is written later, up to the end", async () => {
  const log = createContainerLog(() => 0);
  log.write("stdout", "before\n");
  const followed = linesOf(log, { follow: true });
  log.write("stdout", "during\n");
  await new Promise(setImmediate);
  log.write("stdout", "later\n");
  log.end();
  expect(await followed).toEqual(["before\n", "during\n", "later\n"]);
});

test("a follower can leave", async () => {
  const log = createContainerLog(() => 0);
  const leave = new AbortController();
  const followed = linesOf(log, { follow: true }, leave.signal);
  log.write("stdout", "line\n");
  await new Promise(setImmediate);
  leave.abort();
  expect(await followed).toEqual(["line\n"]);
});
