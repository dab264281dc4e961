import { expect, test } from "vitest";
import { tryCrashPoints } from "./crash-points.ts";
import { strategies } from "./strategies.ts";

test.each(Object.keys(strategies))(
  "%s: a release ends as without a crash, whatever write comes before one",
  { timeout: 120_000 },
  async (strategy) => {
    const { tried, broken } = await tryCrashPoints(strategy, ["crash after"]);
    expect(broken).toEqual([]);
    expect(tried).toBeGreaterThan(40);
  },
);
