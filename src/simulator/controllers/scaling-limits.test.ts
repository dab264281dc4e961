import { expect, test } from "vitest";
import { grant, nothing, remember } from "./scaling-limits.ts";
import type { ScalingMemory, Wish } from "./scaling-limits.ts";

const minute = 60_000;
const now = 60 * minute;

function wishOf(current: number, desired: number, behavior?: Wish["behavior"]): Wish {
  return { current, desired, min: 2, max: 100, behavior, now };
}

const wished = (...wishes: readonly [minutesAgo: number, replicas: number][]): ScalingMemory => ({
  ...nothing,
  wishes: wishes.map(([ago, replicas]) => ({ at: now - ago * minute, replicas })),
});

const granted = (wish: Wish, memory: ScalingMemory = nothing): string => {
  const { replicas, able, limited } = grant(wish, memory);
  return `${replicas} ${able.reason} ${limited.status === "True" ? "limited: " : ""}${limited.reason}`;
};

test.each([
  [2, 3, nothing, "3 ReadyForNewScale DesiredWithinRange"],
  [1, 9, nothing, "4 ReadyForNewScale limited: ScaleUpLimit"],
  [10, 90, nothing, "20 ReadyForNewScale limited: ScaleUpLimit"],
  [80, 200, nothing, "100 ReadyForNewScale limited: TooManyReplicas"],
  [10, 1, nothing, "2 ReadyForNewScale limited: TooFewReplicas"],
  [10, 3, wished([4, 8], [2, 5]), "8 ScaleDownStabilized DesiredWithinRange"],
  [10, 3, wished([6, 8], [2, 5]), "5 ScaleDownStabilized DesiredWithinRange"],
  [10, 12, wished([2, 5]), "12 ReadyForNewScale DesiredWithinRange"],
])("without a behaviour, of %d replicas and a wish for %d", (current, desired, memory, expected) => {
  expect(granted(wishOf(current, desired), memory)).toBe(expected);
});

const policy = (type: "Pods" | "Percent", value: number, periodSeconds = 60) => ({ type, value, periodSeconds });
const usualUp = { stabilizationWindowSeconds: 0, policies: [policy("Pods", 4, 15), policy("Percent", 100, 15)] };
const usualDown = { policies: [policy("Percent", 100, 15)] };
const changed = (secondsAgo: number, by: number): ScalingMemory => ({
  ...nothing,
  changes: [{ at: now - 1000 * secondsAgo, by }],
});

test.each<[string, number, number, Wish["behavior"], ScalingMemory, string]>([
  ["the usual: four more", 2, 9, { scaleUp: usualUp }, nothing, "6 ReadyForNewScale limited: ScaleUpLimit"],
  ["the usual: twice as many", 10, 90, { scaleUp: usualUp }, nothing, "20 ReadyForNewScale limited: ScaleUpLimit"],
  [
    "the nearest",
    10,
    90,
    { scaleUp: { ...usualUp, selectPolicy: "Min" } },
    nothing,
    "14 ReadyForNewScale limited: ScaleUpLimit",
  ],
  ["none", 10, 90, { scaleUp: { selectPolicy: "Disabled" } }, nothing, "10 ReadyForNewScale limited: ScaleUpLimit"],
  [
    "what was added in the period",
    6,
    20,
    { scaleUp: { policies: [policy("Pods", 4)] } },
    changed(30, 2),
    "8 ReadyForNewScale limited: ScaleUpLimit",
  ],
  [
    "what was added before the period",
    6,
    20,
    { scaleUp: { policies: [policy("Pods", 4)] } },
    changed(90, 2),
    "10 ReadyForNewScale limited: ScaleUpLimit",
  ],
  [
    "a window upwards",
    4,
    9,
    { scaleUp: { ...usualUp, stabilizationWindowSeconds: 180 } },
    wished([2, 5]),
    "5 ScaleUpStabilized DesiredWithinRange",
  ],
  ["fewer at once", 10, 1, { scaleDown: usualDown }, nothing, "2 ReadyForNewScale limited: TooFewReplicas"],
  ["fewer by window", 10, 3, { scaleDown: usualDown }, wished([4, 8]), "8 ScaleDownStabilized DesiredWithinRange"],
  [
    "fewer by tenths",
    10,
    3,
    { scaleDown: { stabilizationWindowSeconds: 0, policies: [policy("Percent", 10)] } },
    wished([4, 8]),
    "9 ReadyForNewScale limited: ScaleDownLimit",
  ],
  [
    "what was taken in the period",
    9,
    3,
    { scaleDown: { policies: [policy("Pods", 2)] } },
    changed(30, -1),
    "8 ReadyForNewScale limited: ScaleDownLimit",
  ],
])("a behaviour: %s", (_, current, desired, behavior, memory, expected) => {
  expect(granted(wishOf(current, desired, behavior), memory)).toBe(expected);
});

test("what can count no more is forgotten", () => {
  const behavior = { scaleUp: { policies: [policy("Pods", 4)] } };
  const memory: ScalingMemory = {
    wishes: [
      { at: now - 6 * minute, replicas: 1 },
      { at: now - 5 * minute, replicas: 2 },
    ],
    changes: [
      { at: now - 2 * minute, by: 1 },
      { at: now - minute, by: 2 },
    ],
  };
  expect(remember(wishOf(4, 6, behavior), memory, 5)).toEqual({
    wishes: [
      { at: now - 5 * minute, replicas: 2 },
      { at: now, replicas: 6 },
    ],
    changes: [
      { at: now - minute, by: 2 },
      { at: now, by: 1 },
    ],
  });
});
