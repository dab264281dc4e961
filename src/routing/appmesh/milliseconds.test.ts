import { expect, test } from "vitest";
import { InvalidSpec } from "../../api/errors.ts";
import { milliseconds } from "./milliseconds.ts";

test.each([
  ["15s", 15_000],
  ["1m30s", 90_000],
  ["1500us", 1],
  ["0", 0],
])("%s", (text, ms) => {
  expect(milliseconds(text, "spec.service.timeout")).toBe(ms);
});

test.each([
  ["soon", 'spec.service.timeout: invalid duration "soon": write numbers and units, such as 30s or 1m30s'],
  ["-1s", "spec.service.timeout: must not be below 0, as -1s is"],
])("%s is refused", (text, message) => {
  expect(() => milliseconds(text, "spec.service.timeout")).toThrow(new InvalidSpec(message));
});
