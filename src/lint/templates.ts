import { targetOf } from "../alerts/target.ts";
import type { AlertProvider } from "../api/alertprovider.ts";
import type { Canary, MetricCheck } from "../api/canary.ts";
import { InvalidSpec } from "../api/errors.ts";
import { given } from "../api/given.ts";
import type { MetricTemplate } from "../api/metrictemplate.ts";
import { createMetricsServer } from "../metrics/prometheus.ts";
import { createProvider } from "../metrics/providers.ts";
import { ownQueries, templateQuery } from "../metrics/queries.ts";
import { builtins } from "../metrics/template/functions.ts";
import { parse } from "../metrics/template/parse.ts";
import { queryVariables } from "../metrics/variables.ts";
import { inNamespace, providerOf } from "./lookup.ts";
import { rule } from "./rule.ts";
import type { Rule, Scene, Slip } from "./rule.ts";

/** What a function complains of that throws InvalidSpec; undefined when it does not. */
export function complaint(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof InvalidSpec) return error.message;
    throw error;
  }
}

/** Asks nobody. */
const noHttp = (): Promise<never> => Promise.reject(new Error("nothing is asked"));

/** What every Secret of a store has. */
const anySecret = { token: "token" };

const anyCanary: Canary = {
  metadata: { name: "" },
  spec: { targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "" }, analysis: {} },
};

/** The names that a query's template may call. */
const functions: ReadonlySet<string> = new Set([
  ...Object.keys(builtins),
  ...Object.keys(queryVariables(anyCanary, { name: "" }, "", undefined)),
]);

/** MetricTemplates as they stand. */
export const metricTemplateRules: readonly Rule<MetricTemplate>[] = [
  rule(
    {
      id: "template-syntax",
      severity: "error",
      finds: "a MetricTemplate whose query is not in the language of Go's templates",
    },
    ({ spec }) => {
      const reason = complaint(() => parse(spec.query, functions));
      return reason === undefined
        ? []
        : [
            {
              path: "spec.query",
              problem: `The query cannot be read: ${reason}.`,
              fix: "Mend it at that line and column.",
            },
          ];
    },
  ),
  rule(
    {
      id: "template-store",
      severity: "error",
      finds:
        "a MetricTemplate whose store cannot be asked: of a type that is not supported, or without a usable address",
    },
    ({ spec }) => {
      const reason = complaint(() => createProvider(spec.provider, anySecret, noHttp));
      if (reason === undefined) return [];
      const { path, text } = split(reason, "spec.provider");
      return [
        { path, problem: `Every check with it fails: ${text}.`, fix: "Name a Prometheus, with its http or https URL." },
      ];
    },
  ),
];

/** AlertProviders as they stand. */
export const alertProviderRules: readonly Rule<AlertProvider>[] = [
  rule(
    {
      id: "alert-address",
      severity: "error",
      finds: "an AlertProvider whose address or proxy is no URL",
    },
    (provider) => {
      const { address, proxy, secretRef } = provider.spec;
      const bad =
        (secretRef === undefined && given(address) === undefined) ||
        complaint(() => targetOf(provider, { address: "https://chat.example.com" })) !== undefined;
      const through = given(proxy);
      const protocols = ["http:", "https:", "socks5:"];
      return [
        ...(bad
          ? [
              {
                path: "spec.address",
                problem: "Not an http or https URL: no alert is sent.",
                fix: fixOfAddress(address),
              },
            ]
          : []),
        ...(through !== undefined && !protocols.includes(URL.parse(through)?.protocol ?? "")
          ? [
              {
                path: "spec.proxy",
                problem: "Not an http, https or socks5 URL: no alert is sent.",
                fix: "Write the URL with its protocol, such as http://proxy:3128.",
              },
            ]
          : []),
      ];
    },
  ),
];

function fixOfAddress(address = ""): string {
  return address === "" ? "Write the webhook's URL." : "Write the webhook's URL with its protocol, such as https://.";
}

/** What a Canary makes of its queries. */
export const queryRules: readonly Rule[] = [
  rule(
    {
      id: "query",
      severity: "error",
      finds:
        "a query that this Canary cannot fill in, for example because a `templateVariables` is missing, or that comes out empty",
    },
    (canary, scene) =>
      (canary.spec.analysis.metrics ?? []).flatMap((metric, index) =>
        queriesOf(canary, metric, scene).flatMap(({ field, render }) => {
          let query = "";
          const reason = complaint(() => {
            query = render();
          });
          const path = `spec.analysis.metrics[${index}].${field}`;
          if (reason !== undefined) {
            const problem = `The query of ${metric.name} cannot be filled in: ${reason}.`;
            return [{ path, problem, fix: "Set what it asks for in templateVariables, or mend the query." }];
          }
          if (query.trim() !== "") return [];
          const problem = `The query of ${metric.name} comes out empty: its check always fails.`;
          return [{ path, problem, fix: "Write a query that gives one number." }];
        }),
      ),
  ),
  rule(
    {
      id: "metrics-server",
      severity: "error",
      finds: "a `metricsServer` that is no URL",
    },
    ({ spec }) => {
      const address = given(spec.metricsServer);
      return address === undefined || complaint(() => createMetricsServer(address, noHttp)) === undefined
        ? []
        : [
            {
              path: "spec.metricsServer",
              problem: "Not an http or https URL: every check of a builtin metric fails.",
              fix: "Write the URL of a Prometheus with its protocol, such as http://prometheus:9090.",
            },
          ];
    },
  ),
];

interface QueryOf {
  readonly field: "query" | "templateRef";
  readonly render: () => string;
}

/** The metric's queries as far as the files have them. A template that cannot be read is said where it stands. */
function queriesOf(canary: Canary, metric: MetricCheck, scene: Scene): readonly QueryOf[] {
  const context = { meshProvider: providerOf(canary, scene) };
  const { templateRef } = metric;
  const namespace = given(templateRef?.namespace) ?? canary.metadata.namespace;
  const template = inNamespace(scene.metricTemplates, namespace).find(
    ({ metadata }) => metadata.name === templateRef?.name,
  );
  return [
    ...(given(metric.query) === undefined
      ? []
      : [{ field: "query" as const, render: () => ownQueries(canary, metric, context).at(-1)?.query ?? "" }]),
    ...(template === undefined || complaint(() => parse(template.spec.query, functions)) !== undefined
      ? []
      : [{ field: "templateRef" as const, render: () => templateQuery(canary, metric, template, context).query }]),
  ];
}

/** A complaint that begins with a path, in two; the whole of it where it does not. */
export function split(reason: string, path: string): Pick<Slip, "path"> & { readonly text: string } {
  const [, field = path, text = reason] = /^(spec\.[\w.[\]-]+): ([^]*)$/.exec(reason) ?? [];
  return { path: field, text };
}
