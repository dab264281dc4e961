import { expect, test } from "vitest";
import type { LintOptions } from "./rule.ts";
import { canary, linesOf, successRate } from "./testing.ts";

type Row = readonly [
  what: string,
  objects: Parameters<typeof linesOf>[0],
  options: Partial<LintOptions>,
  found: readonly string[],
];

test.each<Row>([
  [
    "metric-without-query",
    [canary({ analysis: { metrics: [{ name: "errors", thresholdRange: { max: 1 } }] } })],
    {},
    [
      "app.yaml:23 error Canary test/podinfo spec.analysis.metrics[0] (metric-without-query)",
      "errors is no builtin metric and has neither query nor templateRef: its check always fails.",
      "Name a MetricTemplate in templateRef, or use request-success-rate or request-duration.",
    ],
  ],
  [
    "metric-never-passes: over 100 per cent",
    [canary({ analysis: { metrics: [{ name: "request-success-rate", thresholdRange: { min: 101 } }] } })],
    {},
    [
      "app.yaml:24 error Canary test/podinfo spec.analysis.metrics[0].thresholdRange (metric-never-passes)",
      "No number that request-success-rate can give is accepted: every check fails, and every release is rolled back.",
      "Set min below max, for request-success-rate in per cent from 0 to 100, for request-duration in milliseconds.",
    ],
  ],
  [
    "metric-never-passes: min over max",
    [canary({ analysis: { metrics: [{ name: "errors", query: "errors", thresholdRange: { min: 2, max: 1 } }] } })],
    {},
    [
      "app.yaml:24 note Canary test/podinfo spec.analysis.metrics[0].query (old-threshold)",
      "query is deprecated.",
      "Move it to a MetricTemplate, named in templateRef.",
      "app.yaml:25 error Canary test/podinfo spec.analysis.metrics[0].thresholdRange (metric-never-passes)",
      "No number that errors can give is accepted: every check fails, and every release is rolled back.",
      "Set min below max.",
    ],
  ],
  [
    "metric-never-passes: below 0",
    [canary({ analysis: { metrics: [{ name: "request-duration", thresholdRange: { max: -1 } }] } })],
    {},
    [
      "app.yaml:24 error Canary test/podinfo spec.analysis.metrics[0].thresholdRange (metric-never-passes)",
      "No number that request-duration can give is accepted: every check fails, and every release is rolled back.",
      "Set min below max, for request-success-rate in per cent from 0 to 100, for request-duration in milliseconds.",
    ],
  ],
  [
    "metric-always-passes: no limit",
    [canary({ analysis: { metrics: [{ name: "request-success-rate" }] } })],
    {},
    [
      "app.yaml:23 warning Canary test/podinfo spec.analysis.metrics[0] (metric-always-passes)",
      "Every number that request-success-rate can give is accepted: a bad release is not noticed by it.",
      "Set thresholdRange, with min or max or both.",
    ],
  ],
  [
    "metric-always-passes: an empty range",
    [canary({ analysis: { metrics: [{ name: "request-duration", thresholdRange: {} }] } })],
    {},
    [
      "app.yaml:24 warning Canary test/podinfo spec.analysis.metrics[0].thresholdRange (metric-always-passes)",
      "Every number that request-duration can give is accepted: a bad release is not noticed by it.",
      "Set thresholdRange, with min or max or both.",
    ],
  ],
  [
    "metric-without-limit",
    [canary({ analysis: { metrics: [{ name: "request-duration" }] } })],
    {},
    [
      "app.yaml:23 warning Canary test/podinfo spec.analysis.metrics[0] (metric-without-limit)",
      "request-duration has no limit: any number above 0 fails.",
      "Set thresholdRange, with min or max or both.",
    ],
  ],
  [
    "success-rate-fraction",
    [canary({ analysis: { metrics: [{ name: "request-success-rate", thresholdRange: { min: 0.995 } }] } })],
    {},
    [
      "app.yaml:25 warning Canary test/podinfo spec.analysis.metrics[0].thresholdRange.min (success-rate-fraction)",
      "The success rate counts in per cent: 0.995 lets 99.005 of 100 requests fail.",
      "Write 99.5.",
    ],
  ],
  [
    "success-rate-max",
    [canary({ analysis: { metrics: [{ name: "request-success-rate", thresholdRange: { max: 1 } }] } })],
    {},
    [
      "app.yaml:25 warning Canary test/podinfo spec.analysis.metrics[0].thresholdRange.max (success-rate-max)",
      "A release without a single error fails the check: its success rate is 100.",
      "Write the limit as min.",
    ],
  ],
  [
    "duration-fraction",
    [canary({ analysis: { metrics: [{ name: "request-duration", thresholdRange: { max: 0.5 } }] } })],
    {},
    [
      "app.yaml:25 warning Canary test/podinfo spec.analysis.metrics[0].thresholdRange.max (duration-fraction)",
      "Durations count in whole milliseconds: 0.5 is cut down to 0.",
      "Write 500 if seconds were meant.",
    ],
  ],
  [
    "two-thresholds",
    [canary({ analysis: { metrics: [{ ...successRate, threshold: 98 }] } })],
    {},
    [
      "app.yaml:27 warning Canary test/podinfo spec.analysis.metrics[0].threshold (two-thresholds)",
      "thresholdRange counts, and threshold does not.",
      "Take threshold out.",
    ],
  ],
  [
    "old-threshold",
    [canary({ analysis: { metrics: [{ name: "errors", query: "errors", threshold: 5 }] } })],
    {},
    [
      "app.yaml:24 note Canary test/podinfo spec.analysis.metrics[0].query (old-threshold)",
      "query is deprecated.",
      "Move it to a MetricTemplate, named in templateRef.",
      "app.yaml:25 note Canary test/podinfo spec.analysis.metrics[0].threshold (old-threshold)",
      "threshold is deprecated.",
      "Write it as thresholdRange with max: 5.",
    ],
  ],
  [
    "two-queries",
    [canary({ analysis: { metrics: [{ ...successRate, templateRef: { name: "success" } }] } })],
    {},
    [
      "app.yaml:27 warning Canary test/podinfo spec.analysis.metrics[0].templateRef (two-queries)",
      "2 numbers are measured and held to the same limits: request-success-rate, templateRef.",
      "Make a metric of each, with a name of its own for those that are not builtin.",
    ],
  ],
  [
    "metric-interval",
    [canary({ analysis: { metrics: [{ ...successRate, interval: "1minute" }] } })],
    {},
    [
      "app.yaml:24 error Canary test/podinfo spec.analysis.metrics[0].interval (metric-interval)",
      '"1minute" is no time to look back over: the query fails, and with it the check.',
      "Write minutes and seconds, such as 30s or 1m.",
    ],
  ],
  [
    "metric-window",
    [canary({ analysis: { metrics: [{ ...successRate, interval: "6m" }] } })],
    {},
    [
      "app.yaml:24 warning Canary test/podinfo spec.analysis.metrics[0].interval (metric-window)",
      "request-success-rate looks back over 6m, and the whole analysis takes 5m0s: what was before the release counts, too.",
      "Shorten the metric's interval, or lengthen the analysis.",
    ],
  ],
  [
    "no-metrics",
    [canary({ analysis: { metrics: [] } })],
    {},
    [
      "app.yaml:17 warning Canary test/podinfo spec.analysis (no-metrics)",
      "No metric and no hook is asked: every revision whose pods become ready is promoted.",
      "Add metrics, such as request-success-rate, or a hook that tests the revision.",
    ],
  ],
  [
    "nothing: several metrics",
    [canary({ analysis: { metrics: [successRate, { name: "request-duration", thresholdRange: { max: 500 } }] } })],
    {},
    [],
  ],
])("%s", (_, objects, options, found) => {
  expect(linesOf(objects, options)).toEqual(found);
});
