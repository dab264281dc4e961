import { expect, test } from "vitest";
import type { Canary, CanarySpec, MetricCheck } from "../api/canary.ts";
import type { MetricTemplate } from "../api/metrictemplate.ts";
import type { BuiltinMetric } from "../api/builtin-metric.ts";
import type { Unit } from "./observers.ts";
import { ask, builtinQuery, metricsProvider, ownQueries, templateQuery } from "./queries.ts";
import type { MetricQuery, QueryContext } from "./queries.ts";

const variables = {
  name: "podinfo",
  namespace: "test",
  target: "app",
  service: "app-svc",
  ingress: "app-ing",
  route: "app-route",
  interval: "1m",
  variables: {},
};

test.each<[provider: string, metric: BuiltinMetric, unit: Unit, query: string]>([
  [
    "istio",
    "request-success-rate",
    "percent",
    'sum( rate( istio_requests_total{ reporter="destination", destination_workload_namespace="test", destination_workload=~"app", response_code!~"5.*" }[1m] ) ) / sum( rate( istio_requests_total{ reporter="destination", destination_workload_namespace="test", destination_workload=~"app" }[1m] ) ) * 100',
  ],
  [
    "istio",
    "request-duration",
    "ms",
    'histogram_quantile( 0.99, sum( rate( istio_request_duration_milliseconds_bucket{ reporter="destination", destination_workload_namespace="test", destination_workload=~"app" }[1m] ) ) by (le) )',
  ],
  [
    "linkerd",
    "request-success-rate",
    "percent",
    'sum( rate( response_total{ namespace="test", deployment=~"app", classification!="failure", direction="inbound" }[1m] ) ) / sum( rate( response_total{ namespace="test", deployment=~"app", direction="inbound" }[1m] ) ) * 100',
  ],
  [
    "linkerd",
    "request-duration",
    "ms",
    'histogram_quantile( 0.99, sum( rate( response_latency_ms_bucket{ namespace="test", deployment=~"app", direction="inbound" }[1m] ) ) by (le) )',
  ],
  [
    "appmesh",
    "request-success-rate",
    "percent",
    'sum( rate( envoy_cluster_upstream_rq{ kubernetes_namespace="test", kubernetes_pod_name=~"app-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)", envoy_response_code!~"5.*" }[1m] ) ) / sum( rate( envoy_cluster_upstream_rq{ kubernetes_namespace="test", kubernetes_pod_name=~"app-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)" }[1m] ) ) * 100',
  ],
  [
    "appmesh",
    "request-duration",
    "ms",
    'histogram_quantile( 0.99, sum( rate( envoy_cluster_upstream_rq_time_bucket{ kubernetes_namespace="test", kubernetes_pod_name=~"app-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)" }[1m] ) ) by (le) )',
  ],
  [
    "contour",
    "request-success-rate",
    "percent",
    'sum( rate( envoy_cluster_upstream_rq{ envoy_cluster_name=~"test_app-svc-canary_[0-9a-zA-Z-]+", envoy_response_code!~"5.*" }[1m] ) ) / sum( rate( envoy_cluster_upstream_rq{ envoy_cluster_name=~"test_app-svc-canary_[0-9a-zA-Z-]+", }[1m] ) ) * 100',
  ],
  [
    "contour",
    "request-duration",
    "ms",
    'histogram_quantile( 0.99, sum( rate( envoy_cluster_upstream_rq_time_bucket{ envoy_cluster_name=~"test_app-svc-canary_[0-9a-zA-Z-]+", }[1m] ) ) by (le) )',
  ],
  [
    "gloo",
    "request-success-rate",
    "percent",
    'sum( rate( envoy_cluster_upstream_rq{ envoy_cluster_name=~"test-app-canaryupstream-[0-9a-zA-Z-]+_[0-9a-zA-Z-]+", envoy_response_code!~"5.*" }[1m] ) ) / sum( rate( envoy_cluster_upstream_rq{ envoy_cluster_name=~"test-app-canaryupstream-[0-9a-zA-Z-]+_[0-9a-zA-Z-]+", }[1m] ) ) * 100',
  ],
  [
    "gloo",
    "request-duration",
    "ms",
    'histogram_quantile( 0.99, sum( rate( envoy_cluster_upstream_rq_time_bucket{ envoy_cluster_name=~"test-app-canaryupstream-[0-9a-zA-Z-]+_[0-9a-zA-Z-]+", }[1m] ) ) by (le) )',
  ],
  [
    "kuma",
    "request-success-rate",
    "percent",
    'sum( rate( envoy_cluster_upstream_rq{ service=~"app-canary_test_svc_[0-9a-zA-Z-]+", envoy_response_code!~"5.*" }[1m] ) ) / sum( rate( envoy_cluster_upstream_rq{ service=~"app-canary_test_svc_[0-9a-zA-Z-]+", }[1m] ) ) * 100',
  ],
  [
    "kuma",
    "request-duration",
    "ms",
    'histogram_quantile( 0.99, sum( rate( envoy_cluster_upstream_rq_time_bucket{ service=~"app-canary_test_svc_[0-9a-zA-Z-]+", }[1m] ) ) by (le) )',
  ],
  [
    "knative",
    "request-success-rate",
    "percent",
    'sum( rate( envoy_cluster_upstream_rq{ envoy_cluster_name=~"test/app-route", envoy_response_code!~"5.*" }[1m] ) ) / sum( rate( envoy_cluster_upstream_rq{ envoy_cluster_name=~"test/app-route", }[1m] ) ) * 100',
  ],
  [
    "knative",
    "request-duration",
    "ms",
    'histogram_quantile( 0.99, sum( rate( envoy_cluster_upstream_rq_time_bucket{ envoy_cluster_name=~"test/app-route", }[1m] ) ) by (le) )',
  ],
  [
    "nginx",
    "request-success-rate",
    "percent",
    'sum( rate( nginx_ingress_controller_requests{ namespace="test", ingress="app-ing", canary!="", status!~"5.*" }[1m] ) ) / sum( rate( nginx_ingress_controller_requests{ namespace="test", ingress="app-ing", canary!="" }[1m] ) ) * 100',
  ],
  [
    "nginx",
    "request-duration",
    "ms",
    'sum( rate( nginx_ingress_controller_response_duration_seconds_sum{ namespace="test", ingress="app-ing", canary!="" }[1m] ) ) / sum( rate( nginx_ingress_controller_response_duration_seconds_count{ namespace="test", ingress="app-ing", canary!="" }[1m] ) ) * 1000',
  ],
  [
    "traefik",
    "request-success-rate",
    "percent",
    'sum( rate( traefik_service_request_duration_seconds_bucket{ service=~"test-app-canary-[0-9a-zA-Z-]+@kubernetescrd", code!~"5..", le="+Inf" }[1m] ) ) / sum( rate( traefik_service_request_duration_seconds_bucket{ service=~"test-app-canary-[0-9a-zA-Z-]+@kubernetescrd", le="+Inf" }[1m] ) ) * 100',
  ],
  [
    "traefik",
    "request-duration",
    "ms",
    'histogram_quantile( 0.99, sum( rate( traefik_service_request_duration_seconds_bucket{ service=~"test-app-canary-[0-9a-zA-Z-]+@kubernetescrd" }[1m] ) ) by (le) ) * 1000',
  ],
  [
    "skipper",
    "request-success-rate",
    "percent",
    'sum(rate(skipper_response_duration_seconds_bucket{route=~"kube(ew)?_test__app_ing_canary__.*__app_svc_canary(_[0-9]+)?",code!~"5..",le="+Inf"}[1m])) / sum(rate(skipper_response_duration_seconds_bucket{route=~"kube(ew)?_test__app_ing_canary__.*__app_svc_canary(_[0-9]+)?",le="+Inf"}[1m])) * 100',
  ],
  [
    "skipper",
    "request-duration",
    "ms",
    'sum(rate(skipper_serve_route_duration_seconds_sum{route=~"kube(ew)?_test__app_ing_canary__.*__app_svc_canary(_[0-9]+)?"}[1m])) / sum(rate(skipper_serve_route_duration_seconds_count{route=~"kube(ew)?_test__app_ing_canary__.*__app_svc_canary(_[0-9]+)?"}[1m])) * 1000',
  ],
  [
    "osm",
    "request-success-rate",
    "percent",
    'sum( rate( osm_request_total{ destination_namespace="test", destination_kind="Deployment", destination_name="app", response_code!~"5.*" }[1m] ) ) / sum( rate( osm_request_total{ destination_namespace="test", destination_kind="Deployment", destination_name="app" }[1m] ) ) * 100',
  ],
  [
    "osm",
    "request-duration",
    "ms",
    'histogram_quantile( 0.99, sum( rate( osm_request_duration_ms_bucket{ destination_namespace="test", destination_kind="Deployment", destination_name="app" }[1m] ) ) by (le) )',
  ],
  [
    "apisix",
    "request-success-rate",
    "percent",
    'sum( rate( apisix_http_status{ route=~"test_app-route-app-canary_.+", code!~"5.." }[1m] ) ) / sum( rate( apisix_http_status{ route=~"test_app-route-app-canary_.+" }[1m] ) ) * 100',
  ],
  [
    "apisix",
    "request-duration",
    "ms",
    'histogram_quantile( 0.99, sum( rate( apisix_http_latency_bucket{ type=~"request", route=~"test_app-route-app-canary_.+" }[1m] ) ) by (le) )',
  ],
  [
    "kubernetes",
    "request-success-rate",
    "percent",
    'sum( rate( http_request_duration_seconds_count{ kubernetes_namespace="test", kubernetes_pod_name=~"app-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)", status!~"5.*" }[1m] ) ) / sum( rate( http_request_duration_seconds_count{ kubernetes_namespace="test", kubernetes_pod_name=~"app-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)" }[1m] ) ) * 100',
  ],
  [
    "kubernetes",
    "request-duration",
    "s",
    'histogram_quantile( 0.99, sum( rate( http_request_duration_seconds_bucket{ kubernetes_namespace="test", kubernetes_pod_name=~"app-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)" }[1m] ) ) by (le) )',
  ],
])("asks %s for %s in %s", (provider, metric, unit, query) => {
  expect(builtinQuery(provider, metric, variables)).toEqual({ query, unit });
});

test.each([
  ["appmesh:v1beta2", "appmesh"],
  ["appmesh:service", "appmesh"],
  ["gatewayapi:v1", "kubernetes"],
  ["gatewayapi:v1beta1", "kubernetes"],
  ["gatewayapi:v1:service", "kubernetes"],
  ["gloo:service", "gloo"],
  ["crossover", "istio"],
  ["smi:v1alpha1", "istio"],
  ["kubernetes:service", "istio"],
  ["nginx:service", "istio"],
  ["linkerd:service", "istio"],
  ["constructor", "istio"],
])("asks %s what it asks %s", (provider, like) => {
  for (const metric of ["request-success-rate", "request-duration"] as const) {
    expect(builtinQuery(provider, metric, variables)).toEqual(builtinQuery(like, metric, variables));
  }
});

function canaryOf(spec: Partial<CanarySpec> = {}): Canary {
  return {
    metadata: { name: "podinfo", namespace: "test" },
    spec: { targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "app" }, analysis: {}, ...spec },
  };
}

const coreService = { apiVersion: "v1", kind: "Service", name: "app" } as const;
const knativeService = { apiVersion: "serving.knative.dev/v1", kind: "Service", name: "app" } as const;

test.each<[provider: string, meshProvider: string, spec: Partial<CanarySpec>]>([
  ["istio", "istio", {}],
  ["nginx", "istio", { provider: "nginx" }],
  ["crossover", "smi:crossover", {}],
  ["nginx", "smi:crossover", { provider: "nginx" }],
  ["linkerd", "linkerd", { provider: "gatewayapi:v1" }],
  ["linkerd", "smi:linkerd", { provider: "nginx" }],
  ["smi:linkerd", "smi:linkerd", {}],
  ["istio:service", "istio", { targetRef: coreService }],
  ["kubernetes:service", "istio", { provider: "kubernetes", targetRef: coreService }],
  ["linkerd:service", "linkerd", { provider: "kubernetes", targetRef: coreService }],
  ["knative", "istio", { provider: "knative", targetRef: knativeService }],
])("reads the metrics of %s with %s as default and %j", (provider, meshProvider, spec) => {
  expect(metricsProvider(canaryOf(spec), meshProvider)).toBe(provider);
});

const context: QueryContext = { meshProvider: "contour" };
const everything =
  "{{ name }} {{ namespace }} {{ target }} {{ service }} {{ ingress }} {{ route }} {{ interval }} {{ variables }}";
const template: MetricTemplate = {
  metadata: { name: "errors", namespace: "test" },
  spec: { provider: { type: "prometheus", address: "http://prometheus" }, query: everything },
};
const templated: MetricCheck = { name: "errors", templateRef: { name: "errors" } };

test.each<[string, Partial<CanarySpec>, Partial<MetricCheck>, QueryContext, string]>([
  ["the defaults, no interval among them", {}, {}, context, "podinfo test app app app app  map[]"],
  [
    "all that a Canary can say",
    {
      service: { name: "svc", port: 80 },
      ingressRef: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", name: "ing" },
      routeRef: { apiVersion: "apisix.apache.org/v2", kind: "ApisixRoute", name: "rt" },
    },
    { interval: "5m", templateVariables: { b: "2", a: "1" } },
    context,
    "podinfo test app svc ing rt 5m map[a:1 b:2]",
  ],
  [
    "a Knative revision as route",
    { targetRef: knativeService },
    { interval: "30s" },
    { ...context, latestRevision: "app-00002" },
    "podinfo test app app app app-00002 30s map[]",
  ],
])("gives a template %s", (_, spec, metric, given, query) => {
  expect(templateQuery(canaryOf(spec), { ...templated, ...metric }, template, given)).toEqual({
    kind: "template",
    unit: "any",
    query,
  });
});

test("says where a template cannot be rendered", () => {
  const broken = { ...template, spec: { ...template.spec, query: "sum(\n{{ variables.app }})" } };
  expect(() => templateQuery(canaryOf(), templated, broken, context)).toThrow('2:13: "app" is not defined');
});

test.each<[string, Partial<CanarySpec>, MetricCheck, QueryContext, readonly MetricQuery[]]>([
  [
    "an inline query, over one minute by default",
    {},
    { name: "errors", query: everything, templateVariables: { a: "1" } },
    context,
    [{ kind: "inline", unit: "any", query: "podinfo test app app app app 1m map[a:1]" }],
  ],
  [
    "a builtin query, over one minute for an empty interval",
    { provider: "nginx" },
    { name: "request-duration", interval: "" },
    context,
    [{ kind: "request-duration", ...builtinQuery("nginx", "request-duration", { ...variables, ingress: "app" }) }],
  ],
  [
    "a builtin query of the operator's default",
    { service: { port: 80, name: "app-svc" } },
    { name: "request-success-rate", interval: "2m" },
    context,
    [
      {
        kind: "request-success-rate",
        ...builtinQuery("contour", "request-success-rate", { ...variables, interval: "2m" }),
      },
    ],
  ],
  [
    "a builtin query for a Knative revision",
    { provider: "knative", targetRef: knativeService },
    { name: "request-duration" },
    { ...context, latestRevision: "app-00002" },
    [
      {
        kind: "request-duration",
        ...builtinQuery("knative", "request-duration", { ...variables, route: "app-00002" }),
      },
    ],
  ],
  [
    "a builtin and an inline query",
    {},
    { name: "request-duration", query: "vector({{ printf `%q` interval }})" },
    { meshProvider: "kubernetes" },
    [
      { kind: "request-duration", ...builtinQuery("kubernetes", "request-duration", variables) },
      { kind: "inline", unit: "any", query: 'vector("1m")' },
    ],
  ],
  ["nothing", {}, { name: "errors", query: "" }, context, []],
])("finds in a metric %s", (_, spec, metric, given, queries) => {
  expect(ownQueries(canaryOf(spec), metric, given)).toEqual(queries);
});

test.each<[number, Unit, number]>([
  [0.25, "s", 250],
  [250, "ms", 250],
  [99.5, "percent", 99.5],
  [0.25, "any", 0.25],
])("takes an answer of %d in %s as %d", async (answer, unit, value) => {
  const provider = { query: () => Promise.resolve(answer), probe: () => Promise.resolve() };
  expect(await ask(provider, { kind: "inline", query: "up", unit })).toBe(value);
});
