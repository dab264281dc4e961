import { isBuiltin } from "../api/builtin-metric.ts";
import type { Canary } from "../api/canary.ts";
import { InvalidSpec } from "../api/errors.ts";
import { given } from "../api/given.ts";
import type { MetricTemplate } from "../api/metrictemplate.ts";
import type { Http } from "../http.ts";
import type { ObjectKey } from "../kubernetes/objects.ts";
import { createMetricsServer } from "./prometheus.ts";
import type { MetricProvider } from "./provider.ts";
import { createProvider } from "./providers.ts";

/** A store that metrics are read from: the Prometheus of builtin and inline queries, or that of a MetricTemplate. */
export type MetricStore =
  | { readonly kind: "metricsServer"; readonly address: string }
  | { readonly kind: "template"; readonly namespace: string; readonly name: string };

/** What there is to know of stores. */
export interface StoreContext {
  readonly http: Http;
  readonly templates: { get(key: ObjectKey): MetricTemplate | undefined };
  /** The decoded data of a Secret. */
  readonly secret: (key: ObjectKey) => Promise<Readonly<Record<string, string>>>;
}

/** The stores of a Canary's metrics, each once. `metricsServer` is the operator's, which the Canary's own goes before. */
export function metricStores({ metadata, spec }: Canary, metricsServer: string): readonly MetricStore[] {
  const address = given(spec.metricsServer) ?? metricsServer;
  const stores: MetricStore[] = [];
  for (const { name, query, templateRef } of spec.analysis.metrics ?? []) {
    if (isBuiltin(name) || given(query) !== undefined) stores.push({ kind: "metricsServer", address });
    if (templateRef === undefined) continue;
    const namespace = given(templateRef.namespace) ?? metadata.namespace ?? "";
    stores.push({ kind: "template", namespace, name: templateRef.name });
  }
  return [...new Map(stores.map((store) => [nameOf(store), store])).values()];
}

/**
 * What the store is queried through.
 * @throws InvalidSpec when the template does not exist or is not usable
 * @throws what `secret` throws
 */
export async function openStore(
  { http, templates, secret }: StoreContext,
  store: MetricStore,
): Promise<MetricProvider> {
  if (store.kind === "metricsServer") return createMetricsServer(store.address, http);
  const { namespace, name } = store;
  const template = templates.get({ namespace, name });
  if (template === undefined) throw new InvalidSpec("it does not exist");
  const { provider } = template.spec;
  const credentials =
    provider.secretRef === undefined ? undefined : await secret({ namespace, name: provider.secretRef.name });
  return createProvider(provider, credentials, http);
}

/**
 * Asks all stores at once whether they can be queried, and gives back which cannot, and why; undefined when all can.
 * Never rejects, and takes no longer than their timeouts.
 */
export async function whyUnavailable(
  context: StoreContext,
  stores: readonly MetricStore[],
): Promise<string | undefined> {
  const answers = await Promise.all(
    stores.map(async (store) => {
      try {
        await (await openStore(context, store)).probe();
        return [];
      } catch (error) {
        return [describe(store, error)];
      }
    }),
  );
  const reasons = answers.flat();
  return reasons.length === 0 ? undefined : reasons.join("; ");
}

/** The errors of a metrics server name it themselves. */
function describe(store: MetricStore, error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return store.kind === "metricsServer" ? why : `${nameOf(store)}: ${why}`;
}

function nameOf(store: MetricStore): string {
  return store.kind === "metricsServer" ? "metrics server" : `metric template ${store.name}.${store.namespace}`;
}
