import { expect, test } from "vitest";
import type { Canary, CanarySpec, MetricCheck } from "../api/canary.ts";
import type { MetricTemplate } from "../api/metrictemplate.ts";
import { createHttp } from "../http.ts";
import { startLoopback } from "../testing/loopback.ts";
import { metricStores, whyUnavailable } from "./availability.ts";
import type { MetricStore, StoreContext } from "./availability.ts";

const canary = (metrics: readonly MetricCheck[], spec: Partial<CanarySpec> = {}): Canary => ({
  metadata: { name: "podinfo", namespace: "test" },
  spec: {
    targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "podinfo" },
    analysis: { metrics: [...metrics] },
    ...spec,
  },
});

const operators = { kind: "metricsServer", address: "http://operators" } as const;
const errors = { kind: "template", namespace: "test", name: "errors" } as const;

test.each<[string, readonly MetricCheck[], Partial<CanarySpec>, readonly MetricStore[]]>([
  ["nothing", [], {}, []],
  ["a metric that says nothing to query", [{ name: "errors" }, { name: "errors", query: "" }], {}, []],
  ["builtin metrics", [{ name: "request-success-rate" }, { name: "request-duration" }], {}, [operators]],
  ["an inline query", [{ name: "errors", query: "up" }], {}, [operators]],
  [
    "the Canary's own server",
    [{ name: "request-duration" }],
    { metricsServer: "http://own" },
    [{ kind: "metricsServer", address: "http://own" }],
  ],
  ["no server of its own", [{ name: "request-duration" }], { metricsServer: "" }, [operators]],
  [
    "templates, each once",
    [
      { name: "errors", templateRef: { name: "errors" } },
      { name: "again", templateRef: { name: "errors", namespace: "" } },
      { name: "same", templateRef: { name: "errors", namespace: "test" } },
      { name: "other", templateRef: { name: "errors", namespace: "ops" } },
    ],
    {},
    [errors, { ...errors, namespace: "ops" }],
  ],
  [
    "a template under a builtin name",
    [{ name: "request-duration", templateRef: { name: "errors" } }],
    {},
    [operators, errors],
  ],
])("finds the stores of %s", (_, metrics, spec, stores) => {
  expect(metricStores(canary(metrics, spec), "http://operators")).toEqual(stores);
});

test("finds none where there are no metrics", () => {
  expect(metricStores(canary([], { analysis: {} }), "http://operators")).toEqual([]);
});

const one = '{"data":{"result":[{"value":[1,"1"]}]}}';

/** The templates `plain`, `secret` and `datadog`; the Secret `login` has a token. */
function context(address: string): StoreContext {
  const providers: Readonly<Record<string, MetricTemplate["spec"]["provider"]>> = {
    plain: { type: "prometheus", address },
    secret: { type: "prometheus", address, secretRef: { name: "login" } },
    lost: { type: "prometheus", address, secretRef: { name: "nowhere" } },
    datadog: { type: "datadog" },
  };
  return {
    http: createHttp(),
    templates: {
      get: ({ namespace = "", name }) => {
        const provider = namespace === "test" ? providers[name] : undefined;
        return provider && { metadata: { name, namespace }, spec: { provider, query: "up" } };
      },
    },
    secret: ({ namespace = "", name }) =>
      name === "login"
        ? Promise.resolve({ token: "s3cr3t" })
        : Promise.reject(new Error(`secrets ${namespace}/${name} not found`)),
  };
}

const template = (name: string, namespace = "test"): MetricStore => ({ kind: "template", namespace, name });

test("has nothing to say of available stores, having asked each of them for a number", async () => {
  await using server = await startLoopback(() => ({ body: one }));
  const stores = [{ kind: "metricsServer" as const, address: `${server.url}/prom` }, template("secret")];
  expect(await whyUnavailable(context(server.url), stores)).toBeUndefined();
  expect(server.received.map(({ path, headers }) => `${path} ${headers.authorization ?? ""}`).sort()).toEqual([
    "/api/v1/query?query=vector(1) Bearer s3cr3t",
    "/prom/api/v1/query?query=vector(1) ",
  ]);
});

test("has nothing to say where there is nothing to ask", async () => {
  expect(await whyUnavailable(context(""), [])).toBeUndefined();
});

test("says which are not available, and why", async () => {
  await using server = await startLoopback(() => ({ status: 503, body: "starting" }));
  const stores: readonly MetricStore[] = [
    { kind: "metricsServer", address: server.url },
    { kind: "metricsServer", address: "prometheus:9090" },
    template("plain"),
    template("lost"),
    template("datadog"),
    template("plain", "ops"),
  ];
  expect((await whyUnavailable(context(server.url), stores))?.split("; ")).toEqual([
    `${server.url} answered 503: starting`,
    "metricsServer: is not an http or https URL",
    `metric template plain.test: ${server.url} answered 503: starting`,
    "metric template lost.test: secrets test/nowhere not found",
    "metric template datadog.test: spec.provider.type: metric provider datadog is not supported by this version",
    "metric template plain.ops: it does not exist",
  ]);
});
