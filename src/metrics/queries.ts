import type { Canary, MetricCheck } from "../api/canary.ts";
import type { MetricTemplate } from "../api/metrictemplate.ts";
import { observerOf } from "./observers.ts";
import { isBuiltin } from "../api/builtin-metric.ts";
import type { BuiltinMetric } from "../api/builtin-metric.ts";
import type { Unit } from "./observers.ts";
import type { MetricProvider } from "./provider.ts";
import { renderTemplate } from "./template.ts";
import { queryVariables } from "./variables.ts";
import type { QueryVariables } from "./variables.ts";

/** A query as it is sent, and what its answer is. */
export interface MetricQuery {
  readonly kind: BuiltinMetric | "inline" | "template";
  readonly query: string;
  readonly unit: Unit;
}

/** What a Canary's queries need to know beside the Canary. */
export interface QueryContext {
  /** The operator's default mesh or ingress. */
  readonly meshProvider: string;
  /** Of a Knative target: `status.latestCreatedRevisionName`. */
  readonly latestRevision?: string;
}

/** Window of builtin and inline queries that give none. */
const defaultInterval = "1m";

/**
 * Whose metrics the builtin queries read: the Canary's provider or the operator's default, except that a default of
 * Linkerd always wins. A plain Service as target adds `:service`, for which only the families of App Mesh, Gateway API
 * and Gloo have queries; the others fall back to Istio's.
 */
export function metricsProvider({ spec }: Canary, meshProvider: string): string {
  const { kind, apiVersion } = spec.targetRef;
  const suffix = kind === "Service" && !apiVersion.startsWith("serving.knative.dev/") ? ":service" : "";
  if (spec.provider === undefined) return `${meshProvider.includes("crossover") ? "crossover" : meshProvider}${suffix}`;
  return `${meshProvider.includes("linkerd") ? "linkerd" : spec.provider}${suffix}`;
}

/** The PromQL of a builtin metric, and the unit of its answer. `provider` is one of `metricsProvider`. */
export function builtinQuery(
  provider: string,
  metric: BuiltinMetric,
  variables: QueryVariables,
): Pick<MetricQuery, "query" | "unit"> {
  const observer = observerOf(provider);
  return metric === "request-success-rate"
    ? { query: observer.successRate(variables), unit: "percent" }
    : { query: observer.duration(variables), unit: observer.durationUnit };
}

/**
 * What a metric asks for without a template: the builtin query of its name, then its inline query. There may be both,
 * and there is neither when the metric says nothing to query.
 * @throws InvalidSpec when the inline query cannot be rendered: see `renderTemplate`
 */
export function ownQueries(canary: Canary, metric: MetricCheck, context: QueryContext): readonly MetricQuery[] {
  const { name, interval = "", query = "" } = metric;
  const window = interval === "" ? defaultInterval : interval;
  const variables = queryVariables(canary, metric, window, context.latestRevision);
  const provider = metricsProvider(canary, context.meshProvider);
  return [
    ...(isBuiltin(name) ? [{ kind: name, ...builtinQuery(provider, name, variables) }] : []),
    ...(query === "" ? [] : [{ kind: "inline" as const, query: render(query, variables), unit: "any" as const }]),
  ];
}

/**
 * What a metric asks for with the MetricTemplate that its `templateRef` names. The template gets the metric's interval
 * as it stands, empty when there is none.
 * @throws InvalidSpec when the query cannot be rendered: see `renderTemplate`
 */
export function templateQuery(
  canary: Canary,
  metric: MetricCheck,
  { spec }: MetricTemplate,
  context: QueryContext,
): MetricQuery {
  const variables = queryVariables(canary, metric, metric.interval ?? "", context.latestRevision);
  return { kind: "template", query: render(spec.query, variables), unit: "any" };
}

/**
 * The answer to a query, a duration in milliseconds.
 * @throws what `MetricProvider.query` throws
 */
export async function ask(provider: MetricProvider, { query, unit }: MetricQuery): Promise<number> {
  const value = await provider.query(query);
  return unit === "s" ? value * 1000 : value;
}

function render(source: string, variables: QueryVariables): string {
  return renderTemplate(source, { ...variables });
}
