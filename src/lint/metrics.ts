import { judge } from "../analysis/verdict.ts";
import type { MetricKind } from "../analysis/verdict.ts";
import { isBuiltin } from "../api/builtin-metric.ts";
import type { Canary, MetricCheck } from "../api/canary.ts";
import { given } from "../api/given.ts";
import { formatDuration } from "../goformat.ts";
import { analysesOf, analysisOf } from "./lookup.ts";
import { rule } from "./rule.ts";
import type { About, Rule, Slip } from "./rule.ts";
import { msOf } from "./timing.ts";

/** A rule on one metric. The paths of its slips begin below the metric. */
function onMetric(about: About, find: (metric: MetricCheck, canary: Canary) => readonly Slip[]): Rule {
  return {
    ...about,
    find: (canary) =>
      (canary.spec.analysis.metrics ?? []).flatMap((metric, index) =>
        find(metric, canary).map((slip) => ({
          ...slip,
          path: `spec.analysis.metrics[${index}]${slip.path === "" ? "" : `.${slip.path}`}`,
        })),
      ),
  };
}

/** Where the metric's numbers come from: it may have several sources, or none. */
function kindsOf({ name, query, templateRef }: MetricCheck): readonly MetricKind[] {
  return [
    ...(isBuiltin(name) ? [name] : []),
    ...(given(query) === undefined ? [] : ["inline" as const]),
    ...(templateRef === undefined ? [] : ["template" as const]),
  ];
}

/** A source as the user wrote it. */
function shown(kind: MetricKind): string {
  if (kind === "inline") return "query";
  return kind === "template" ? "templateRef" : kind;
}

/** The least and the greatest number that a source gives. */
function extent(kind: MetricKind): readonly [least: number, greatest: number] {
  switch (kind) {
    case "request-success-rate":
      return [0, 100];
    case "request-duration":
      return [0, Infinity];
    case "inline":
    case "template":
      return [-Infinity, Infinity];
  }
}

/** Whether a number of the source passes, and whether all do. What passes is always one range. */
function chances(canary: Canary, metric: MetricCheck, kind: MetricKind): "none" | "some" | "all" {
  const { thresholdRange: { min, max } = {}, threshold } = metric;
  const [least, greatest] = extent(kind);
  const limits = [min, max, threshold, 0].filter((limit) => limit !== undefined && limit >= least && limit <= greatest);
  const passes = (value: number | undefined): boolean =>
    value !== undefined && judge(canary, metric, kind, value).passed;
  if (passes(least) && passes(greatest)) return "all";
  return [least, greatest, ...limits].some(passes) ? "some" : "none";
}

function hasLimit({ threshold, thresholdRange }: MetricCheck): boolean {
  return threshold !== undefined || thresholdRange !== undefined;
}

function limitField({ thresholdRange, threshold }: MetricCheck): string {
  return thresholdRange !== undefined ? "thresholdRange" : threshold !== undefined ? "threshold" : "";
}

/** What is measured, and what is accepted. */
export const metricRules: readonly Rule[] = [
  onMetric({ id: "metric-without-query", severity: "error", finds: "a metric with nothing to ask for" }, (metric) =>
    kindsOf(metric).length > 0
      ? []
      : [
          {
            path: "",
            problem: `${metric.name} is no builtin metric and has neither query nor templateRef: its check always fails.`,
            fix: "Name a MetricTemplate in templateRef, or use request-success-rate or request-duration.",
          },
        ],
  ),
  onMetric(
    {
      id: "metric-never-passes",
      severity: "error",
      finds: "limits that no number meets, such as a success rate of 101",
    },
    (metric, canary) =>
      kindsOf(metric).some((kind) => chances(canary, metric, kind) === "none")
        ? [
            {
              path: limitField(metric),
              problem: `No number that ${metric.name} can give is accepted: every check fails, and every release is rolled back.`,
              fix: isBuiltin(metric.name)
                ? "Set min below max, for request-success-rate in per cent from 0 to 100, for request-duration in milliseconds."
                : "Set min below max.",
            },
          ]
        : [],
  ),
  onMetric(
    { id: "metric-always-passes", severity: "warning", finds: "limits that every number meets" },
    (metric, canary) =>
      kindsOf(metric).some((kind) => chances(canary, metric, kind) === "all")
        ? [
            {
              path: limitField(metric),
              problem: `Every number that ${metric.name} can give is accepted: a bad release is not noticed by it.`,
              fix: "Set thresholdRange, with min or max or both.",
            },
          ]
        : [],
  ),
  onMetric(
    {
      id: "metric-without-limit",
      severity: "warning",
      finds: "a metric without limit, for which 0 is the largest accepted number",
    },
    (metric) =>
      hasLimit(metric) || kindsOf(metric).every((kind) => kind === "request-success-rate")
        ? []
        : [
            {
              path: "",
              problem: `${metric.name} has no limit: any number above 0 fails.`,
              fix: "Set thresholdRange, with min or max or both.",
            },
          ],
  ),
  onMetric(
    {
      id: "success-rate-fraction",
      severity: "warning",
      finds: "a success rate given as 0.99 where it counts in per cent",
    },
    (metric) => {
      const least = metric.thresholdRange === undefined ? metric.threshold : metric.thresholdRange.min;
      return metric.name === "request-success-rate" && least !== undefined && least > 0 && least <= 1
        ? [
            {
              path: metric.thresholdRange === undefined ? "threshold" : "thresholdRange.min",
              problem: `The success rate counts in per cent: ${least} lets ${100 - least} of 100 requests fail.`,
              fix: `Write ${Math.round(least * 1e6) / 1e4}.`,
            },
          ]
        : [];
    },
  ),
  onMetric(
    { id: "success-rate-max", severity: "warning", finds: "a greatest accepted success rate of less than 100" },
    ({ name, thresholdRange: { min = 0, max = 100 } = {} }) =>
      name === "request-success-rate" && max < 100 && min <= max && max >= 0
        ? [
            {
              path: "thresholdRange.max",
              problem: "A release without a single error fails the check: its success rate is 100.",
              fix: "Write the limit as min.",
            },
          ]
        : [],
  ),
  onMetric(
    {
      id: "duration-fraction",
      severity: "warning",
      finds: "a request duration given in seconds where it counts in milliseconds",
    },
    (metric) => {
      const most = metric.thresholdRange === undefined ? metric.threshold : metric.thresholdRange.max;
      return metric.name === "request-duration" && most !== undefined && most > 0 && most < 1
        ? [
            {
              path: metric.thresholdRange === undefined ? "threshold" : "thresholdRange.max",
              problem: `Durations count in whole milliseconds: ${most} is cut down to 0.`,
              fix: `Write ${Math.round(most * 1000)} if seconds were meant.`,
            },
          ]
        : [];
    },
  ),
  onMetric(
    { id: "two-thresholds", severity: "warning", finds: "`threshold` beside `thresholdRange`" },
    ({ threshold, thresholdRange }) =>
      threshold === undefined || thresholdRange === undefined
        ? []
        : [
            {
              path: "threshold",
              problem: "thresholdRange counts, and threshold does not.",
              fix: "Take threshold out.",
            },
          ],
  ),
  onMetric(
    { id: "old-threshold", severity: "note", finds: "the deprecated `threshold` or `query`" },
    ({ name, threshold, thresholdRange, query }) => [
      ...(threshold !== undefined && thresholdRange === undefined
        ? [
            {
              path: "threshold",
              problem: "threshold is deprecated.",
              fix: `Write it as thresholdRange with ${name === "request-success-rate" ? "min" : "max"}: ${threshold}.`,
            },
          ]
        : []),
      ...(given(query) === undefined
        ? []
        : [
            {
              path: "query",
              problem: "query is deprecated.",
              fix: "Move it to a MetricTemplate, named in templateRef.",
            },
          ]),
    ],
  ),
  onMetric(
    {
      id: "two-queries",
      severity: "warning",
      finds: "a metric with several of builtin name, `query` and `templateRef`",
    },
    (metric) => {
      const kinds = kindsOf(metric);
      return kinds.length < 2
        ? []
        : [
            {
              path: metric.templateRef === undefined ? "query" : "templateRef",
              problem: `${kinds.length} numbers are measured and held to the same limits: ${kinds.map(shown).join(", ")}.`,
              fix: "Make a metric of each, with a name of its own for those that are not builtin.",
            },
          ];
    },
  ),
  onMetric(
    {
      id: "metric-interval",
      severity: "error",
      finds: "a metric's interval that the schema lets pass and that is no duration",
    },
    ({ interval }) => {
      const text = given(interval);
      if (text === undefined || (msOf(text) ?? 0) > 0) return [];
      const problem = `${JSON.stringify(text)} is no time to look back over: the query fails, and with it the check.`;
      return [{ path: "interval", problem, fix: "Write minutes and seconds, such as 30s or 1m." }];
    },
  ),
  rule(
    {
      id: "metric-window",
      severity: "warning",
      finds: "a metric that looks back over more than the whole analysis",
    },
    (canary, scene) => {
      const analysis = analysisOf(canary, scene);
      const whole = analysesOf(analysis) * analysis.intervalMs;
      return analysis.metrics.flatMap(({ name, interval }, index) =>
        whole === 0 || (msOf(interval) ?? 0) <= whole
          ? []
          : [
              {
                path: `spec.analysis.metrics[${index}].interval`,
                problem: `${name} looks back over ${interval}, and the whole analysis takes ${formatDuration(whole)}: what was before the release counts, too.`,
                fix: "Shorten the metric's interval, or lengthen the analysis.",
              },
            ],
      );
    },
  ),
  rule(
    {
      id: "no-metrics",
      severity: "warning",
      finds: "an analysis that asks nothing: no metric and no hook",
    },
    ({ spec: { analysis } }) => {
      const { metrics = [], webhooks = [] } = analysis;
      const asked = webhooks.filter(({ type = "" }) => !["event", "post-rollout", "rollback"].includes(type));
      return metrics.length > 0 || asked.length > 0
        ? []
        : [
            {
              path: "spec.analysis",
              problem: "No metric and no hook is asked: every revision whose pods become ready is promoted.",
              fix: "Add metrics, such as request-success-rate, or a hook that tests the revision.",
            },
          ];
    },
  ),
];
