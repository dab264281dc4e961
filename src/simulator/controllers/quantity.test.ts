import { expect, test } from "vitest";
import { milliOf, quantityOf } from "./quantity.ts";

test.each([
  ["250m", 250],
  ["1", 1000],
  [2, 2000],
  ["0.1", 100],
  ["1.5", 1500],
  ["64Mi", 64 * 2 ** 20 * 1000],
  ["1k", 1_000_000],
  ["1e3", 1_000_000],
  ["100n", 1],
  ["some", 0],
])("%s is %d thousandths", (quantity, milli) => {
  expect(milliOf(quantity)).toBe(milli);
});

test.each([
  [0, "0"],
  [35, "35m"],
  [1500, "1500m"],
  [2000, "2"],
  [12_345_000, "12345"],
  [3_000_000, "3k"],
  [67_108_864_000, "67108864"],
])("%d thousandths are written as %s", (milli, quantity) => {
  expect(quantityOf(milli)).toBe(quantity);
});
