import fc from "fast-check";
import { expect, test } from "vitest";
import { observe } from "./testing.ts";
import { nextStep } from "./weights.ts";

const of = (analysis: { stepWeight?: number; stepWeights?: number[] }) => observe({ analysis }).analysis;

/** The weights that a run goes through until all requests go to the canary. */
function weights(analysis: Parameters<typeof of>[0]): number[] {
  const seen: number[] = [];
  for (let weight = 0; weight < 100 && seen.length < 200;) {
    weight = Math.min(100, weight + nextStep(of(analysis), weight));
    seen.push(weight);
  }
  return seen;
}

test.each([
  ["equal steps", { stepWeight: 40 }, [40, 80, 100]],
  ["a list, then all", { stepWeights: [1, 2, 10, 80] }, [1, 2, 10, 80, 100]],
  ["a list that ends at 100", { stepWeights: [10, 20, 100] }, [10, 20, 100]],
  ["stepWeight goes before a list", { stepWeight: 50, stepWeights: [1, 2] }, [50, 100]],
])("%s", (_, analysis, expected) => {
  expect(weights(analysis)).toEqual(expected);
});

test("any list is gone through in order and ends with all requests", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 20 }), (steps) => {
      const stepWeights = steps.toSorted((a, b) => a - b);
      expect(weights({ stepWeights })).toEqual([...stepWeights, 100]);
    }),
  );
});

test("no step configured means no step", () => {
  expect(nextStep(of({ stepWeights: [] }), 0)).toBe(0);
});
