import { expect, test } from "vitest";
import { hold, servedRoutes } from "./maintain.ts";
import { footing, lines, now, observe, primary, ready, running, share, target, waiting } from "./testing.ts";

const [missing, whole] = [{ readiness: waiting }, { readiness: ready }];

test.each([
  ["misses all its pods", 50, { ...missing, available: 0 }, 4, 100],
  ["misses some, and has too few for its share", 50, { ...missing, available: 1 }, 4, 100],
  ["misses some, and has enough for its share", 50, { ...missing, available: 2 }, 4, 50],
  ["misses all its pods, and has few users", 1, { ...missing, available: 0 }, 4, 100],
  ["misses all its pods, as the primary does", 50, { ...missing, available: 0 }, 0, 50],
  ["has all the few pods that it is to have", 50, { ...whole, available: 1 }, 4, 50],
  ["is to have no pods", 50, { ...whole, available: 0 }, 4, 100],
] as const)("of a canary that %s, the share of %i %", (_, canary, pods, available, expected) => {
  const seen = observe({ status: running({}, share(canary)), seen: { ...target(pods), ...primary({ available }) } });
  expect(servedRoutes(seen).primary).toBe(expected);
});

test("what is held changes nothing, but that users leave a canary that misses pods", () => {
  const status = running({ canaryWeight: 50 }, share(50));
  const at = (available: number) => hold(observe({ status, seen: target({ readiness: waiting, available }) }), "wait");
  expect(at(1)).toMatchObject({ status, wakeAt: now + 60_000 });
  expect(at(0)).toMatchObject({ status, wakeAt: now + 60_000 });
  expect(lines(at(1).effects)).toEqual([...footing, "route 50/50", "Warning: wait"]);
  expect(lines(at(0).effects)).toEqual([...footing, "route 100/0", "Warning: wait"]);
});
