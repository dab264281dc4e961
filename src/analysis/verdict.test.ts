import { expect, test } from "vitest";
import type { Canary, MetricCheck } from "../api/canary.ts";
import { judge, noValues, queryFailed } from "./verdict.ts";
import type { MetricKind } from "./verdict.ts";

const canary: Canary = {
  metadata: { name: "podinfo", namespace: "test" },
  spec: { targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "app" }, analysis: {} },
};

type Limits = Omit<MetricCheck, "name">;

function outcome(kind: MetricKind, value: number, limits: Limits): string {
  const name = kind === "inline" || kind === "template" ? "errors" : kind;
  const verdict = judge(canary, { name, ...limits }, kind, value);
  return verdict.passed ? "passed" : verdict.reason;
}

const range = (min?: number, max?: number): Limits => ({
  thresholdRange: { ...(min !== undefined && { min }), ...(max !== undefined && { max }) },
});

test.each<[MetricKind, number, Limits, string]>([
  ["request-success-rate", 16.8141, range(99), "Halt podinfo.test advancement success rate 16.81% < 99%"],
  ["request-success-rate", 99, range(99), "passed"],
  ["request-success-rate", 98.999, range(99), "Halt podinfo.test advancement success rate 99.00% < 99%"],
  ["request-success-rate", 99.125, range(99.5), "Halt podinfo.test advancement success rate 99.12% < 99.5%"],
  ["request-success-rate", 100, range(0, 99.9), "Halt podinfo.test advancement success rate 100.00% > 99.9%"],
  ["request-success-rate", 0, range(undefined, 50), "passed"],
  ["request-success-rate", 98, { threshold: 99 }, "Halt podinfo.test advancement success rate 98.00% < 99%"],
  ["request-success-rate", 99, { threshold: 99 }, "passed"],
  ["request-success-rate", 0, {}, "passed"],
  ["request-success-rate", 0, range(), "passed"],
  ["request-success-rate", 50, { threshold: 99, ...range(10) }, "passed"],
  ["request-success-rate", NaN, range(99), "Halt podinfo.test advancement success rate NaN% < 99%"],
  ["request-duration", 500, range(undefined, 500), "passed"],
  ["request-duration", 500.9, range(undefined, 500), "passed"],
  ["request-duration", 501, range(undefined, 500.9), "Halt podinfo.test advancement request duration 501ms > 500ms"],
  ["request-duration", 1234.5, range(undefined, 500), "Halt podinfo.test advancement request duration 1.234s > 500ms"],
  ["request-duration", 61_000, range(0, 60_000), "Halt podinfo.test advancement request duration 1m1s > 1m0s"],
  ["request-duration", 9.9, range(10, 20), "Halt podinfo.test advancement request duration 9ms < 10ms"],
  ["request-duration", 0.9, range(undefined, 0.5), "passed"],
  ["request-duration", 501, { threshold: 500 }, "Halt podinfo.test advancement request duration 501ms > 500ms"],
  ["request-duration", 1, {}, "Halt podinfo.test advancement request duration 1ms > 0s"],
  ["request-duration", 0.5, {}, "passed"],
  ["request-duration", Infinity, range(0, 500), "Halt podinfo.test advancement request duration +Inf > 500ms"],
  ["template", 5, range(undefined, 1_000_000), "passed"],
  ["template", 2_000_000, range(undefined, 1_000_000), "Halt podinfo.test advancement errors 2000000.00 > 1e+06"],
  ["template", 1.005, range(2), "Halt podinfo.test advancement errors 1.00 < 2"],
  ["template", 0.01, {}, "Halt podinfo.test advancement errors 0.01 > 0"],
  ["template", 0, {}, "passed"],
  ["template", -1, {}, "passed"],
  ["template", Infinity, range(1), "passed"],
  ["template", NaN, range(undefined, 1), "Halt podinfo.test advancement errors NaN > 1"],
  ["inline", 7, { threshold: 5.5 }, "Halt podinfo.test advancement errors 7.00 > 5.5"],
  ["inline", 5.5, { threshold: 5.5 }, "passed"],
])("%s %d within %j: %s", (kind, value, limits, text) => {
  expect(outcome(kind, value, limits)).toBe(text);
});

test.each<[MetricKind, string]>([
  [
    "request-success-rate",
    "Halt advancement no values found for istio metric errors probably app.test is not receiving traffic: running query failed: no values found",
  ],
  [
    "request-duration",
    "Halt advancement no values found for istio metric errors probably app.test is not receiving traffic",
  ],
  ["inline", "Halt advancement no values found for metric: errors"],
  ["template", "Halt advancement no values found for custom metric: errors: no values found"],
])("says that %s has no values", (kind, text) => {
  expect(noValues(canary, { name: "errors" }, kind, "istio")).toBe(text);
});

test.each<[MetricKind, string]>([
  ["request-success-rate", "Prometheus query failed: refused"],
  ["request-duration", "Prometheus query failed: refused"],
  ["inline", "Prometheus query failed for errors: refused"],
  ["template", "Metric query failed for errors: refused"],
])("says that the query of %s failed", (kind, text) => {
  expect(queryFailed({ name: "errors" }, kind, "refused")).toBe(text);
});
