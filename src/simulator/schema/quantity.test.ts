import { expect, test } from "vitest";
import { canonicalQuantity, nanoOf } from "./quantity.ts";

test.each([
  ["0", "0"],
  ["0.5", "500m"],
  [".5", "500m"],
  ["1.", "1"],
  ["1000m", "1"],
  ["1500m", "1500m"],
  ["2000", "2k"],
  ["0.1n", "1n"],
  ["-0.1n", "-1n"],
  ["1024Mi", "1Gi"],
  ["1536Mi", "1536Mi"],
  ["1.5Gi", "1536Mi"],
  ["0.5Ki", "512"],
  ["100Ki", "100Ki"],
  ["64Mi", "64Mi"],
  ["128974848", "128974848"],
  ["129e6", "129e6"],
  ["129000e3", "129e6"],
  ["1E2", "100"],
  ["1E", "1E"],
  ["+5", "5"],
  ["-2k", "-2k"],
  ["nonsense", "nonsense"],
])("%s is written %s", (text, canonical) => {
  expect(canonicalQuantity(text)).toBe(canonical);
});

test.each([
  ["100m", 100_000_000n],
  [2, 2_000_000_000n],
  ["1Ki", 1_024_000_000_000n],
  ["", undefined],
  ["5 m", undefined],
  ["1e", undefined],
  [null, undefined],
])("%j in billionths", (quantity, nano) => {
  expect(nanoOf(quantity)).toBe(nano);
});
