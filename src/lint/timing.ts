import { parseDuration } from "../api/duration.ts";
import { formatDuration } from "../goformat.ts";
import { analysesOf, analysisOf } from "./lookup.ts";
import { rule } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** Milliseconds; undefined for what is no duration. */
export function msOf(text: string): number | undefined {
  try {
    return parseDuration(text);
  } catch {
    return undefined;
  }
}

/** How long a release takes, and how soon it is given up. */
export const timingRules: readonly Rule[] = [
  rule(
    {
      id: "interval-unreadable",
      severity: "warning",
      finds: "an interval that the schema lets pass and that is no duration, such as `30sec`",
    },
    ({ spec: { analysis } }) => {
      const { interval = "" } = analysis;
      if (msOf(interval) !== undefined) return [];
      const problem = `${JSON.stringify(interval)} is no duration, and counts as 1m.`;
      return [{ path: "spec.analysis.interval", problem, fix: "Write minutes and seconds, such as 30s or 1m30s." }];
    },
  ),
  rule(
    {
      id: "interval-floor",
      severity: "warning",
      finds: "an interval below `--analysis-interval-floor`",
    },
    ({ spec: { analysis } }, { intervalFloorMs }) => {
      const { interval = "" } = analysis;
      const floor = formatDuration(intervalFloorMs);
      return (msOf(interval) ?? intervalFloorMs) < intervalFloorMs
        ? [
            {
              path: "spec.analysis.interval",
              problem: `The operator takes ${interval} for its least interval, ${floor}: releases take longer than this says.`,
              fix: `Write ${floor} or more, or lower the operator's flag -analysis-interval-floor and this one's.`,
            },
          ]
        : [];
    },
  ),
  rule(
    {
      id: "threshold-one",
      severity: "warning",
      finds: "a threshold at which the first failed check rolls back",
    },
    ({ spec: { analysis } }) => {
      const { threshold = 1 } = analysis;
      return threshold <= 1
        ? [
            {
              path: "spec.analysis.threshold",
              problem: `With a threshold of ${threshold} one failed check, such as a query that times out, rolls the release back.`,
              fix: "Allow for a blip: write 2 or more.",
            },
          ]
        : [];
    },
  ),
  rule(
    {
      id: "threshold-late",
      severity: "warning",
      finds: "a threshold of more failed checks than a good release has analyses",
    },
    (canary, scene) => {
      const analysis = analysisOf(canary, scene);
      const { threshold, intervalMs } = analysis;
      const analyses = analysesOf(analysis);
      if (analyses === 0 || threshold <= analyses) return [];
      const [bad, good] = [formatDuration(threshold * intervalMs), formatDuration(analyses * intervalMs)];
      return [
        {
          path: "spec.analysis.threshold",
          problem: `A release that fails every check is taken back after ${threshold} of them, about ${bad}; a good one needs ${analyses}, about ${good}.`,
          fix: `Write a threshold below ${analyses}: failed checks do not count as steps, they add up.`,
        },
      ];
    },
  ),
  rule(
    {
      id: "deadline",
      severity: "error",
      finds: "a `progressDeadlineSeconds` that is not above 0",
    },
    ({ spec }) =>
      (spec.progressDeadlineSeconds ?? 600) > 0
        ? []
        : [
            {
              path: "spec.progressDeadlineSeconds",
              problem: "Pods that are not ready at once count as stuck, and the release is rolled back.",
              fix: "Write the seconds that new pods need to become ready, or take it out for 600.",
            },
          ],
  ),
];
