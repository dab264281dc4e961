import { expect, test } from "vitest";
import { revertReplicas, startReplicas } from "./scaling.ts";
import type { Sizes } from "./scaling.ts";

test.each<[string, Sizes, number, number]>([
  ["a target with pods", { target: 4, primary: 3, scalerMinimum: 2 }, 4, 3],
  ["an idle target with an autoscaler", { target: 0, primary: 3, scalerMinimum: 2 }, 2, 3],
  ["an idle target whose autoscaler goes down to none", { target: 0, primary: 3, scalerMinimum: 0 }, 1, 3],
  ["an idle target without autoscaler", { target: 0, primary: 3, scalerMinimum: undefined }, 3, 3],
  ["an idle target with an idle primary", { target: 0, primary: 0, scalerMinimum: undefined }, 1, 1],
  ["an idle target without primary", { target: 0, primary: undefined, scalerMinimum: undefined }, 1, 1],
])("%s", (_, sizes, start, revert) => {
  expect(startReplicas(sizes)).toBe(start);
  expect(revertReplicas(sizes)).toBe(revert);
});
