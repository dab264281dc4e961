import { expect, test } from "vitest";
import { createIdentitySource } from "./identity.ts";

test("the same seed gives the same identities", () => {
  const take = (seed: string) => {
    const source = createIdentitySource(seed);
    return [source.uid(), source.suffix(), source.uid()];
  };
  const [first, suffix, second] = take("a");
  expect(take("a")).toEqual([first, suffix, second]);
  expect(take("b")).not.toEqual([first, suffix, second]);
  expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(suffix).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  expect(first).not.toBe(second);
});
