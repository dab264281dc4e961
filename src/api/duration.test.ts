import { expect, test } from "vitest";
import { parseDuration } from "./duration.ts";
import { InvalidSpec } from "./errors.ts";

test.each([
  ["0", 0],
  ["-0", 0],
  ["5s", 5000],
  ["30s", 30_000],
  ["1m", 60_000],
  ["1m30s", 90_000],
  ["90m", 5_400_000],
  ["1h", 3_600_000],
  ["1h15m30.918s", 4_530_918],
  ["500ms", 500],
  ["1.5h", 5_400_000],
  ["1.005s", 1005],
  [".5s", 500],
  ["5.s", 5000],
  ["-1m30s", -90_000],
  ["+5s", 5000],
  ["10us", 0.01],
  ["10\u00b5s", 0.01],
  ["10\u03bcs", 0.01],
  ["1ns", 0.000001],
  ["1h1ns", 3_600_000.000001],
  ["1s1h", 3_601_000],
  ["00030s", 30_000],
])("%s is %d ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  "",
  "-",
  "+",
  ".",
  "s",
  ".s",
  "3000",
  "1",
  "1d",
  "1 s",
  " 1s",
  "1s ",
  "1m30",
  "1.5.5s",
  "--1s",
  "1S",
  "1e3s",
])("%j is no duration", (text) => {
  expect(() => parseDuration(text)).toThrow(
    new InvalidSpec(`invalid duration "${text}": write numbers and units, such as 30s or 1m30s`),
  );
});

test("durations end where Go's do, after about 292 years", () => {
  expect(parseDuration("2562047h")).toBe(9_223_369_200_000);
  expect(() => parseDuration("2562048h")).toThrow(InvalidSpec);
});
