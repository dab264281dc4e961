import { expect, test } from "vitest";
import { familyOf, listProcesses, parsePs, parseStat } from "./process-table.ts";

test("a line of /proc, with any name", () => {
  const stat =
    "4242 (a) b (c) S 17 4200 4200 0 -1 4194560 20187 0 0 0 130 20 0 0 20 0 11 0 3471 1048576 2048 18446744073709551615 1 1";
  expect(parseStat(stat)).toEqual({ pid: 4242, parent: 17, group: 4200, cpuSeconds: 1.5, rssBytes: 2048 * 4096 });
});

test("lines of ps, from Linux and macOS", () => {
  expect(parsePs("    1     0     1  3204 1-02:03:04\n  742   740   700 14000   0:01.52\n\n")).toEqual([
    { pid: 1, parent: 0, group: 1, cpuSeconds: 93_784, rssBytes: 3204 * 1024 },
    { pid: 742, parent: 740, group: 700, cpuSeconds: 1.52, rssBytes: 14_000 * 1024 },
  ]);
});

test("a family is a group and all that it started", () => {
  const rows = [
    [1, 0, 1],
    [30, 20, 30],
    [20, 10, 10],
    [10, 1, 10],
    [31, 30, 30],
    [40, 1, 10],
    [50, 1, 50],
  ].map(([pid = 0, parent = 0, group = 0]) => ({ pid, parent, group, cpuSeconds: 0, rssBytes: 0 }));
  expect(familyOf(rows, 10).map(({ pid }) => pid)).toEqual([20, 10, 40, 30, 31]);
  expect(familyOf(rows, 60)).toEqual([]);
});

test("this process is among those of the machine", async () => {
  const own = (await listProcesses()).find(({ pid }) => pid === process.pid);
  expect(own).toMatchObject({ parent: process.ppid });
  expect(own?.cpuSeconds).toBeGreaterThan(0);
  expect(own?.rssBytes).toBeGreaterThan(1e6);
});
