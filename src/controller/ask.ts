import { judge, noValues, nothingToQuery, queryFailed } from "../analysis/verdict.ts";
import type { MetricKind } from "../analysis/verdict.ts";
import type { Canary, MetricCheck } from "../api/canary.ts";
import { InvalidSpec } from "../api/errors.ts";
import { given } from "../api/given.ts";
import type { Clock } from "../clock.ts";
import { callWebhook } from "../hooks/call.ts";
import { hookChecksum } from "../hooks/checksum.ts";
import { hookPayload } from "../hooks/payload.ts";
import type { Http } from "../http.ts";
import type { ObjectKey } from "../kubernetes/objects.ts";
import { metricStores, whyUnavailable } from "../metrics/availability.ts";
import { NoValues } from "../metrics/provider.ts";
import type { MetricProvider } from "../metrics/provider.ts";
import { createMetricsServer } from "../metrics/prometheus.ts";
import { createProvider } from "../metrics/providers.ts";
import { ask as askProvider, metricsProvider, ownQueries, templateQuery } from "../metrics/queries.ts";
import type { MetricQuery } from "../metrics/queries.ts";
import type { Observation } from "../release/observation.ts";
import { endsAsking } from "../release/step.ts";
import type { Check, CheckResult } from "../release/step.ts";
import type { Cluster } from "./cluster.ts";
import { readSecret } from "./credentials.ts";
import type { Settings } from "./settings.ts";

/** Takes note of a metric's value: durations in seconds, success rates in percent. */
export type NoteValue = (metric: string, value: number) => void;

export interface AskContext {
  readonly http: Http;
  readonly clock: Clock;
  readonly cluster: Cluster;
  readonly settings: Settings;
  readonly note: NoteValue;
}

/** Asks the checks in order until one ends the asking. A check that cannot be asked has not passed. */
export async function ask(
  context: AskContext,
  { canary }: Observation,
  checks: readonly Check[],
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    const reason = await askOne(context, canary, check);
    const result = { check, passed: reason === undefined, reason: reason ?? "" };
    results.push(result);
    if (endsAsking(result)) break;
  }
  return results;
}

/** Why the check has not passed; undefined when it has. */
function askOne(context: AskContext, canary: Canary, check: Check): Promise<string | undefined> {
  switch (check.kind) {
    case "hook":
      return askHook(context, canary, check);
    case "metric":
      return askMetric(context, canary, check.metric);
    case "stores":
      return askStores(context, canary);
  }
}

async function askHook(
  { http, clock }: AskContext,
  canary: Canary,
  { hook, phase }: Extract<Check, { readonly kind: "hook" }>,
): Promise<string | undefined> {
  try {
    const payload = hookPayload(canary, phase, hookChecksum(canary.status ?? {}), hook.metadata);
    const answer = await callWebhook(http, clock, { webhook: hook, payload });
    return answer.kind === "passed" ? undefined : answer.reason;
  } catch (error) {
    return messageOf(error);
  }
}

/** The text of the event that says why the metric does not pass; undefined when it does. */
async function askMetric(context: AskContext, canary: Canary, metric: MetricCheck): Promise<string | undefined> {
  if (metric.templateRef !== undefined) return askTemplate(context, canary, metric);
  const { http, settings } = context;
  let queries: readonly MetricQuery[];
  let server: MetricProvider;
  try {
    queries = ownQueries(canary, metric, { meshProvider: settings.meshProvider });
    server = createMetricsServer(given(canary.spec.metricsServer) ?? settings.metricsServer, http);
  } catch (error) {
    return queryFailed(metric, "inline", messageOf(error));
  }
  if (queries.length === 0) return nothingToQuery;
  for (const query of queries) {
    const reason = await askQuery(context, canary, metric, query, server);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

async function askTemplate(context: AskContext, canary: Canary, metric: MetricCheck): Promise<string | undefined> {
  const { http, cluster, settings } = context;
  const { name = "", namespace: named } = metric.templateRef ?? {};
  const namespace = given(named) ?? canary.metadata.namespace ?? "";
  const source = `Metric template ${name}.${namespace}`;
  const template = cluster.metricTemplates.get({ namespace, name });
  if (template === undefined) return `${source} error: it does not exist`;
  let step = "secret";
  try {
    const secret = template.spec.provider.secretRef?.name;
    const credentials = secret === undefined ? undefined : await readSecret(cluster, namespace, secret);
    step = `provider ${template.spec.provider.type}`;
    const provider = createProvider(template.spec.provider, credentials, http);
    step = "query render";
    const query = templateQuery(canary, metric, template, { meshProvider: settings.meshProvider });
    return await askQuery(context, canary, metric, query, provider);
  } catch (error) {
    return `${source} ${step} error: ${messageOf(error)}`;
  }
}

async function askQuery(
  { settings, note }: AskContext,
  canary: Canary,
  metric: MetricCheck,
  query: MetricQuery,
  provider: MetricProvider,
): Promise<string | undefined> {
  try {
    const value = await askProvider(provider, query);
    note(metric.name, noted(query.kind, value));
    const verdict = judge(canary, metric, query.kind, value);
    return verdict.passed ? undefined : verdict.reason;
  } catch (error) {
    if (error instanceof InvalidSpec) throw error;
    return error instanceof NoValues
      ? noValues(canary, metric, query.kind, metricsProvider(canary, settings.meshProvider))
      : queryFailed(metric, query.kind, messageOf(error));
  }
}

function noted(kind: MetricKind, value: number): number {
  return kind === "request-duration" ? value / 1000 : value;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function askStores({ http, cluster, settings }: AskContext, canary: Canary): Promise<string | undefined> {
  const secret = ({ namespace = "", name }: ObjectKey) => readSecret(cluster, namespace, name);
  const context = { http, templates: cluster.metricTemplates, secret };
  return whyUnavailable(context, metricStores(canary, settings.metricsServer));
}
