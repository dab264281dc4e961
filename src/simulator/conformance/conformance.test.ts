import { afterAll, beforeAll, describe, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import { createApiServer } from "../apiserver.ts";
import { controllerManager, runControllers } from "../controllers/controllers.ts";
import { createSimulatedPods } from "../controllers/simulated-pods.ts";
import { perform } from "./perform.ts";
import { topics } from "./suite.ts";

const clock = createVirtualClock(Date.parse("2026-01-02T03:04:05Z"));
const api = createApiServer({ clock });
const { transport } = api;
const ending = new AbortController();

beforeAll(async () => {
  await runControllers(
    {
      client: api.direct(controllerManager),
      clock,
      runtime: createSimulatedPods(clock, () => ({ kind: "runs", readyAfterMs: 0 })),
      usage: () => undefined,
      onError: () => undefined,
    },
    ending.signal,
  );
});

afterAll(() => {
  ending.abort();
});

for (const { name, behaviours } of topics) {
  describe(name, () => {
    for (const [sentence, behaviour] of Object.entries(behaviours)) {
      test(sentence, async () => {
        await perform(behaviour, { transport, clock, pause: (ms) => clock.advance(ms) });
      });
    }
  });
}
