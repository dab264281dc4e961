import { expect, test } from "vitest";
import type { LintOptions } from "./rule.ts";
import { blueGreen, canary, linesOf, successRate } from "./testing.ts";

type Row = readonly [
  what: string,
  objects: Parameters<typeof linesOf>[0],
  options: Partial<LintOptions>,
  found: readonly string[],
];

test.each<Row>([
  [
    "interval-unreadable",
    [canary({ analysis: { interval: "30sec" } })],
    {},
    [
      "app.yaml:18 warning Canary test/podinfo spec.analysis.interval (interval-unreadable)",
      '"30sec" is no duration, and counts as 1m.',
      "Write minutes and seconds, such as 30s or 1m30s.",
    ],
  ],
  [
    "interval-floor",
    [canary({ analysis: { interval: "5s", metrics: [{ ...successRate, interval: "30s" }] } })],
    {},
    [
      "app.yaml:18 warning Canary test/podinfo spec.analysis.interval (interval-floor)",
      "The operator takes 5s for its least interval, 10s: releases take longer than this says.",
      "Write 10s or more, or lower the operator's flag -analysis-interval-floor and this one's.",
    ],
  ],
  [
    "nothing: a lower floor",
    [canary({ analysis: { interval: "5s", metrics: [{ ...successRate, interval: "20s" }] } })],
    { intervalFloorMs: 1000 },
    [],
  ],
  [
    "threshold-one",
    [canary({ analysis: { threshold: 0 } })],
    {},
    [
      "app.yaml:19 warning Canary test/podinfo spec.analysis.threshold (threshold-one)",
      "With a threshold of 0 one failed check, such as a query that times out, rolls the release back.",
      "Allow for a blip: write 2 or more.",
    ],
  ],
  [
    "threshold-late",
    [canary({ analysis: { threshold: 10 } })],
    {},
    [
      "app.yaml:19 warning Canary test/podinfo spec.analysis.threshold (threshold-late)",
      "A release that fails every check is taken back after 10 of them, about 10m0s; a good one needs 5, about 5m0s.",
      "Write a threshold below 5: failed checks do not count as steps, they add up.",
    ],
  ],
  [
    "threshold-late: iterations",
    [blueGreen({ analysis: { threshold: 6 } })],
    {},
    [
      "app.yaml:17 warning Canary test/podinfo spec.analysis.threshold (threshold-late)",
      "A release that fails every check is taken back after 6 of them, about 6m0s; a good one needs 5, about 5m0s.",
      "Write a threshold below 5: failed checks do not count as steps, they add up.",
    ],
  ],
  [
    "deadline",
    [canary({ progressDeadlineSeconds: 0 })],
    {},
    [
      "app.yaml:27 error Canary test/podinfo spec.progressDeadlineSeconds (deadline)",
      "Pods that are not ready at once count as stuck, and the release is rolled back.",
      "Write the seconds that new pods need to become ready, or take it out for 600.",
    ],
  ],
])("%s", (_, objects, options, found) => {
  expect(linesOf(objects, options)).toEqual(found);
});
