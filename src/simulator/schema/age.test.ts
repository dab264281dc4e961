import { expect, test } from "vitest";
import { ageOf, humanDuration } from "./age.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

test.each([
  [-2 * second, "<invalid>"],
  [-500, "0s"],
  [0, "0s"],
  [119 * second, "119s"],
  [2 * minute, "2m"],
  [3 * minute + 12 * second, "3m12s"],
  [10 * minute + 30 * second, "10m"],
  [179 * minute, "179m"],
  [3 * hour, "3h"],
  [7 * hour + 5 * minute, "7h5m"],
  [8 * hour + 5 * minute, "8h"],
  [2 * day, "2d"],
  [2 * day + 4 * hour, "2d4h"],
  [8 * day + 4 * hour, "8d"],
  [2 * 365 * day, "2y"],
  [2 * 365 * day + 30 * day, "2y30d"],
  [9 * 365 * day + 30 * day, "9y"],
])("%d ms is %s", (ms, text) => {
  expect(humanDuration(ms)).toBe(text);
});

test.each([
  [undefined, "<unknown>"],
  ["", "<unknown>"],
  ["yesterday", "<invalid>"],
  ["1970-01-01T00:00:10Z", "50s"],
])("the age of %j", (time, text) => {
  expect(ageOf(time, minute)).toBe(text);
});
