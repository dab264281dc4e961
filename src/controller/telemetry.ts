import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import { strategyOf } from "../api/analysis.ts";
import { primaryName, targetName } from "../api/names.ts";
import type { Canary } from "../api/canary.ts";
import type { Observation } from "../release/observation.ts";
import { routesOf } from "../release/status.ts";
import type { Announcement } from "../release/step.ts";

/** The operator's Prometheus metrics, under the names that Flagger's dashboards and alerts use. */
export interface Telemetry {
  readonly registry: Registry;
  observe(seen: Observation): void;
  tick(seen: Observation, seconds: number): void;
  value(canary: Canary, metric: string, value: number): void;
  finished(seen: Observation, finished: Extract<Announcement, { readonly kind: "finished" }>): void;
  /** Drops the series of a Canary that is gone. */
  forget(canary: Canary): void;
  total(perNamespace: ReadonlyMap<string, number>): void;
}

export function createTelemetry(version: string, meshProvider: string): Telemetry {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const about = ["name", "namespace"] as const;
  new Gauge({
    name: "flagger_info",
    help: "Version of the operator and its default provider",
    labelNames: ["version", "mesh_provider"],
    registers,
  }).set({ version, mesh_provider: meshProvider }, 1);
  const total = new Gauge({
    name: "flagger_canary_total",
    help: "Number of canaries",
    labelNames: ["namespace"],
    registers,
  });
  const status = new Gauge({
    name: "flagger_canary_status",
    help: "Last analysis: 0 running, 1 successful, 2 failed",
    labelNames: about,
    registers,
  });
  const weight = new Gauge({
    name: "flagger_canary_weight",
    help: "Share of requests in percent",
    labelNames: ["workload", "namespace"],
    registers,
  });
  const duration = new Histogram({
    name: "flagger_canary_duration_seconds",
    help: "Seconds spent on one analysis",
    labelNames: about,
    registers,
  });
  const analysis = new Gauge({
    name: "flagger_canary_metric_analysis",
    help: "Last value of each metric",
    labelNames: ["name", "namespace", "metric"],
    registers,
  });
  const outcomes = ["name", "namespace", "deployment_strategy", "analysis_status"] as const;
  const succeeded = new Counter({
    name: "flagger_canary_successes_total",
    help: "Number of promotions",
    labelNames: outcomes,
    registers,
  });
  const failed = new Counter({
    name: "flagger_canary_failures_total",
    help: "Number of roll backs",
    labelNames: outcomes,
    registers,
  });

  return {
    registry,
    observe: ({ canary, status: { phase }, status: seen }) => {
      const labels = labelsOf(canary);
      status.set(labels, phase === "Progressing" ? 0 : phase === "Failed" ? 2 : 1);
      const routes = routesOf(seen);
      weight.set({ workload: primaryName(labels.name), namespace: labels.namespace }, routes.primary);
      weight.set({ workload: labels.name, namespace: labels.namespace }, routes.canary);
    },
    tick: ({ canary }, seconds) => {
      duration.observe(labelsOf(canary), seconds);
    },
    value: (canary, metric, value) => {
      analysis.set({ ...labelsOf(canary), metric }, value);
    },
    finished: (seen, { outcome, analysis: analysis_status }) => {
      const labels = { ...labelsOf(seen.canary), deployment_strategy: strategyOf(seen.analysis), analysis_status };
      (outcome === "succeeded" ? succeeded : failed).inc(labels);
    },
    forget: (canary) => {
      const labels = labelsOf(canary);
      status.remove(labels);
      duration.remove(labels);
      weight.remove({ workload: primaryName(labels.name), namespace: labels.namespace });
      weight.remove({ workload: labels.name, namespace: labels.namespace });
    },
    total: (perNamespace) => {
      total.reset();
      for (const [namespace, count] of perNamespace) total.set({ namespace }, count);
    },
  };
}

function labelsOf(canary: Canary): { readonly name: string; readonly namespace: string } {
  return { name: targetName(canary), namespace: canary.metadata.namespace ?? "" };
}
