import { expect, test } from "vitest";
import { createSuffixes, hashOf } from "./names.ts";

test("suffixes differ, and are the same in each run", () => {
  const [first, second] = [createSuffixes(), createSuffixes()];
  const all = Array.from({ length: 10_000 }, first);
  expect(new Set(all).size).toBe(10_000);
  expect(all.slice(0, 3)).toEqual([second(), second(), second()]);
  expect(all.every((suffix) => /^[b-df-hj-np-tv-xz2-9]{5}$/.test(suffix))).toBe(true);
});

test("equal values have the same hash, whatever the order of their fields", () => {
  expect(hashOf({ a: 1, b: undefined, c: [2] })).toBe(hashOf({ c: [2], a: 1 }));
  expect(hashOf({ a: 1 })).not.toBe(hashOf({ a: 2 }));
  expect(hashOf("some")).toMatch(/^[b-df-hj-np-tv-xz2-9]{10}$/);
});
