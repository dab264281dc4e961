import { expect, test } from "vitest";
import { formatDuration, formatExponent, formatFixed, formatFloat } from "./goformat.ts";

// All expected texts are what Go 1.26 prints.
test.each([
  [0, "0"],
  [-0, "-0"],
  [99, "99"],
  [-99.5, "-99.5"],
  [0.1, "0.1"],
  [100_000, "100000"],
  [999_999, "999999"],
  [1_000_000, "1e+06"],
  [1_234_567.5, "1.2345675e+06"],
  [0.0001, "0.0001"],
  [0.00001, "1e-05"],
  [1e100, "1e+100"],
  [1 / 3, "0.3333333333333333"],
  [Infinity, "+Inf"],
  [-Infinity, "-Inf"],
  [NaN, "NaN"],
])("formats %d with %%v as %s", (value, text) => {
  expect(formatFloat(value)).toBe(text);
});

test.each([
  [16.8141, 2, "16.81"],
  [99.125, 2, "99.12"],
  [99.375, 2, "99.38"],
  [-0.125, 2, "-0.12"],
  [99.005, 2, "99.00"],
  [0.005, 2, "0.01"],
  [2.675, 2, "2.67"],
  [-0.001, 2, "-0.00"],
  [100, 2, "100.00"],
  [0.5, 0, "0"],
  [1.5, 0, "2"],
  [99.5, 0, "100"],
  [1e21, 2, "1000000000000000000000.00"],
  [-1e22, 0, "-10000000000000000000000"],
  [Infinity, 2, "+Inf"],
])("formats %d to %d decimals as %s", (value, digits, text) => {
  expect(formatFixed(value, digits)).toBe(text);
});

test.each([
  [123_456.789, 6, "1.234568e+05"],
  [0.125, 3, "1.250e-01"],
  [316.25, 3, "3.162e+02"],
  [-476.75, 3, "-4.768e+02"],
  [2.5, 0, "2e+00"],
  [-1e100, 1, "-1.0e+100"],
  [-0, 1, "-0.0e+00"],
  [NaN, 1, "NaN"],
])("formats %d with an exponent and %d decimals as %s", (value, digits, text) => {
  expect(formatExponent(value, digits)).toBe(text);
});

test.each([
  [0, "0s"],
  [1, "1ms"],
  [999, "999ms"],
  [1000, "1s"],
  [1234, "1.234s"],
  [1500, "1.5s"],
  [60_000, "1m0s"],
  [61_001, "1m1.001s"],
  [3_600_000, "1h0m0s"],
  [3_661_001, "1h1m1.001s"],
  [90_061_001, "25h1m1.001s"],
  [-1500, "-1.5s"],
  [-3_600_000, "-1h0m0s"],
  [Infinity, "+Inf"],
])("formats %d ms as %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
