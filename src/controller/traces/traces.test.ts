import { expect, test } from "vitest";
import { blueGreenTraces } from "./blue-green.ts";
import { failureTraces } from "./failures.ts";
import { gateTraces } from "./gates.ts";
import { play } from "./play.ts";
import { weightedTraces } from "./weighted.ts";

const traces = [...weightedTraces, ...blueGreenTraces, ...gateTraces, ...failureTraces];

test.each(traces.map((trace) => [trace.name, trace] as const))("%s", async (_, trace) => {
  const turns = trace.turns.map(({ gives }) =>
    gives.flatMap((given) => (typeof given === "string" ? given : given.headgate)),
  );
  expect(await play(trace)).toEqual({ turns, after: [] });
});
