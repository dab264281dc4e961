import { expect, test } from "vitest";
import { parseSamples, parseSeries, valueAt } from "./series.ts";

test.each([
  ["99.5", [99.5, 99.5, 99.5]],
  ["empty", ["empty", "empty", "empty"]],
  ["100@0s,90@2m", [100, 100, 90]],
  ["90@2m, 100@0", [100, 100, 90]],
  ["-1e3@1m,empty@119.5s", ["empty", -1000, "empty"]],
])("%s at 0 s, 60 s and 2 min", (text, values) => {
  const series = parseSeries(text);
  expect([0, 60, 120].map((seconds) => valueAt(series, seconds))).toEqual(values);
});

test.each([
  ["", "is no value: write a number, or empty for none"],
  ["1,", "is no value: write a number, or empty for none"],
  ["t * 2", '"t * 2" is no value: write a number, or empty for none'],
  ["Infinity", '"Infinity" is no value: write a number, or empty for none'],
  ["1@soon", 'invalid duration "soon": write numbers and units, such as 30s or 1m30s'],
  ["1@2m@3", '"1@2m@3": write VALUE@TIME, such as 90@2m'],
])('"%s" is no series', (text, message) => {
  expect(() => parseSeries(text)).toThrow(message);
});

test("reads samples from CSV", () => {
  const csv = "time,errors,latency\r\n0,1,\r\n\r\n1m30s, 2, 3.5\r\n60,4,empty\n";
  expect(Object.fromEntries(parseSamples(csv))).toEqual({
    errors: [
      { from: 0, value: 1 },
      { from: 60, value: 4 },
      { from: 90, value: 2 },
    ],
    latency: [
      { from: 0, value: "empty" },
      { from: 60, value: "empty" },
      { from: 90, value: 3.5 },
    ],
  });
});

test.each([
  ["", "the first line must be time,NAME,NAME..."],
  ["time\n1\n", "the first line must be time,NAME,NAME..."],
  ["time,a,a\n1,2,3\n", "there are two columns a: leave one out"],
  ["time,a\n0,1\n1,2,3\n", "sample 2 has 3 columns, the first line has 2"],
  ["time,a\n0,1\n1,many\n", 'sample 2: "many" is no value: write a number, or empty for none'],
  ["time,a\nnow,1\n", 'sample 1: invalid duration "now": write numbers and units, such as 30s or 1m30s'],
])("refuses the samples %j", (csv, message) => {
  expect(() => parseSamples(csv)).toThrow(message);
});
