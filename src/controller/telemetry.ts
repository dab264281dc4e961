import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { strategyOf } from "../api/analysis.ts";
import type { Strategy } from "../api/analysis.ts";
import { primaryName, targetName } from "../api/names.ts";
import type { Canary } from "../api/canary.ts";
import type { Observation } from "../release/observation.ts";
import { routesOf } from "../release/status.ts";
import type { Finished } from "../release/step.ts";

/**
 * The operator's Prometheus metrics, under the names that Flagger's dashboards and alerts use. The label `name` is that of
 * the target. A Canary has series from when it is first observed until it is forgotten; two of the same target share
 * theirs. Whatever is told of a Canary in between counts, anything else does not.
 */
export interface Telemetry {
  readonly registry: Registry;
  observe(seen: Observation): void;
  /** How long the checks of one step took. */
  tick(seen: Observation, seconds: number): void;
  value(canary: Canary, metric: string, value: number): void;
  finished(seen: Observation, finished: Finished): void;
  /** Drops the series of a Canary that is gone. */
  forget(canary: Canary): void;
  total(perNamespace: ReadonlyMap<string, number>): void;
}

interface Labels {
  readonly name: string;
  readonly namespace: string;
}

/** A target's series, and whose they are. */
interface Owned {
  readonly labels: Labels;
  readonly owners: Set<string>;
  /** Names of the metrics that have a value. */
  readonly metrics: Set<string>;
}

const strategies: readonly Strategy[] = ["canary", "blue-green", "ab-testing"];

export function createTelemetry(version: string, meshProvider: string): Telemetry {
  const registry = new Registry();
  const registers = [registry];
  const about = ["name", "namespace"] as const;
  new Gauge({
    name: "flagger_info",
    help: "Version of the operator and its default provider, always 1",
    labelNames: ["version", "mesh_provider"],
    registers,
  }).set({ version, mesh_provider: meshProvider }, 1);
  const total = new Gauge({
    name: "flagger_canary_total",
    help: "Canaries in the namespace",
    labelNames: ["namespace"],
    registers,
  });
  const status = new Gauge({
    name: "flagger_canary_status",
    help: "State of the canary: 0 progressing, 2 failed, 1 any other",
    labelNames: about,
    registers,
  });
  const weight = new Gauge({
    name: "flagger_canary_weight",
    help: "Share of requests that the workload gets, in percent",
    labelNames: ["workload", "namespace"],
    registers,
  });
  const duration = new Histogram({
    name: "flagger_canary_duration_seconds",
    help: "Seconds that the checks of one step took",
    labelNames: about,
    registers,
  });
  const analysis = new Gauge({
    name: "flagger_canary_metric_analysis",
    help: "Last value of a metric: success rate in percent, duration in seconds, others as queried",
    labelNames: ["name", "namespace", "metric"],
    registers,
  });
  const outcomes = ["name", "namespace", "deployment_strategy", "analysis_status"] as const;
  const succeeded = new Counter({
    name: "flagger_canary_successes_total",
    help: "Runs that ended with a promotion",
    labelNames: outcomes,
    registers,
  });
  const failed = new Counter({
    name: "flagger_canary_failures_total",
    help: "Runs that were rolled back",
    labelNames: outcomes,
    registers,
  });

  /** By the Canary's namespace and name. */
  const byCanary = new Map<string, Owned>();
  /** By the target's. */
  const byTarget = new Map<string, Owned>();

  function own(canary: Canary): Owned {
    const [owner, labels] = [keyOf(canary), labelsOf(canary)];
    const known = byCanary.get(owner);
    if (known?.labels.name === labels.name) return known;
    if (known !== undefined) disown(owner, known);
    const target = `${labels.namespace}/${labels.name}`;
    const owned = byTarget.get(target) ?? { labels, owners: new Set(), metrics: new Set() };
    owned.owners.add(owner);
    byTarget.set(target, owned);
    byCanary.set(owner, owned);
    return owned;
  }

  function disown(owner: string, { labels, owners, metrics }: Owned): void {
    const { name, namespace } = labels;
    byCanary.delete(owner);
    owners.delete(owner);
    if (owners.size > 0) return;
    byTarget.delete(`${namespace}/${name}`);
    status.remove(labels);
    duration.remove(labels);
    for (const workload of [name, primaryName(name)]) weight.remove({ workload, namespace });
    for (const metric of metrics) analysis.remove({ ...labels, metric });
    for (const deployment_strategy of strategies) {
      for (const analysis_status of ["completed", "skipped"]) {
        succeeded.remove({ ...labels, deployment_strategy, analysis_status });
        failed.remove({ ...labels, deployment_strategy, analysis_status });
      }
    }
  }

  return {
    registry,
    observe: ({ canary, status: seen }) => {
      const { labels } = own(canary);
      const { name, namespace } = labels;
      status.set(labels, seen.phase === "Progressing" ? 0 : seen.phase === "Failed" ? 2 : 1);
      const routes = routesOf(seen);
      weight.set({ workload: primaryName(name), namespace }, routes.primary);
      weight.set({ workload: name, namespace }, routes.canary);
    },
    tick: ({ canary }, seconds) => {
      const owned = byCanary.get(keyOf(canary));
      if (owned !== undefined) duration.observe(owned.labels, seconds);
    },
    value: (canary, metric, value) => {
      const owned = byCanary.get(keyOf(canary));
      if (owned === undefined) return;
      owned.metrics.add(metric);
      analysis.set({ ...owned.labels, metric }, value);
    },
    finished: (seen, { outcome, analysis: analysis_status }) => {
      const owned = byCanary.get(keyOf(seen.canary));
      if (owned === undefined) return;
      const labels = { ...owned.labels, deployment_strategy: strategyOf(seen.analysis), analysis_status };
      (outcome === "succeeded" ? succeeded : failed).inc(labels);
    },
    forget: (canary) => {
      const owner = keyOf(canary);
      const owned = byCanary.get(owner);
      if (owned !== undefined) disown(owner, owned);
    },
    total: (perNamespace) => {
      total.reset();
      for (const [namespace, count] of perNamespace) total.set({ namespace }, count);
    },
  };
}

function keyOf({ metadata: { namespace = "", name } }: Canary): string {
  return `${namespace}/${name}`;
}

function labelsOf(canary: Canary): Labels {
  return { name: targetName(canary), namespace: canary.metadata.namespace ?? "" };
}
