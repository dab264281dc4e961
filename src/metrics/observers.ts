import type { QueryVariables } from "./variables.ts";

/** What a query's answer counts: per cent, milliseconds, seconds, or whatever the user's query does. */
export type Unit = "percent" | "ms" | "s" | "any";

type Query = (variables: QueryVariables) => string;

/** The PromQL of the builtin metrics for one mesh or ingress: but for white space, what Flagger sends to the letter. */
export interface Observer {
  /** Share of the canary's requests without an error of the server, in per cent. */
  readonly successRate: Query;
  readonly duration: Query;
  readonly durationUnit: Unit;
}

const rate = (metric: string, labels: string, interval: string): string =>
  `sum( rate( ${metric}{ ${labels} }[${interval}] ) )`;

/** Of what `labels` select, the share that is `good` too. */
const share =
  (metric: string, labels: Query, good: string, tail = ""): Query =>
  (variables) => {
    const [all, { interval }] = [labels(variables), variables];
    return `${rate(metric, `${all}, ${good}`, interval)} / ${rate(metric, all + tail, interval)} * 100`;
  };

/** The duration that 99 of 100 requests stay below. */
const p99 =
  (buckets: string, labels: Query): Query =>
  (variables) =>
    `histogram_quantile( 0.99, ${rate(buckets, labels(variables), variables.interval)} by (le) )`;

/** The mean duration in milliseconds, of a histogram in seconds. */
const mean =
  (histogram: string, labels: Query): Query =>
  (variables) => {
    const [all, { interval }] = [labels(variables), variables];
    return `${rate(`${histogram}_sum`, all, interval)} / ${rate(`${histogram}_count`, all, interval)} * 1000`;
  };

const istioLabels: Query = ({ namespace, target }) =>
  `reporter="destination", destination_workload_namespace="${namespace}", destination_workload=~"${target}"`;

const istio: Observer = {
  successRate: share("istio_requests_total", istioLabels, 'response_code!~"5.*"'),
  duration: p99("istio_request_duration_milliseconds_bucket", istioLabels),
  durationUnit: "ms",
};

const linkerd: Observer = {
  successRate: ({ namespace, target, interval }) => {
    const [workload, direction] = [`namespace="${namespace}", deployment=~"${target}"`, 'direction="inbound"'];
    const good = rate("response_total", `${workload}, classification!="failure", ${direction}`, interval);
    return `${good} / ${rate("response_total", `${workload}, ${direction}`, interval)} * 100`;
  },
  duration: p99(
    "response_latency_ms_bucket",
    ({ namespace, target }) => `namespace="${namespace}", deployment=~"${target}", direction="inbound"`,
  ),
  durationUnit: "ms",
};

/** The counters of an Envoy proxy. After a label that stands alone Flagger leaves a comma, which PromQL allows. */
const envoy = (labels: Query, tail = ","): Observer => ({
  successRate: share("envoy_cluster_upstream_rq", labels, 'envoy_response_code!~"5.*"', tail),
  duration: p99("envoy_cluster_upstream_rq_time_bucket", (variables) => labels(variables) + tail),
  durationUnit: "ms",
});

const podLabels: Query = ({ namespace, target }) =>
  `kubernetes_namespace="${namespace}", kubernetes_pod_name=~"${target}-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"`;

const appmesh = envoy(podLabels, "");
const contour = envoy(({ namespace, service }) => `envoy_cluster_name=~"${namespace}_${service}-canary_[0-9a-zA-Z-]+"`);
const gloo = envoy(
  ({ namespace, target }) => `envoy_cluster_name=~"${namespace}-${target}-canaryupstream-[0-9a-zA-Z-]+_[0-9a-zA-Z-]+"`,
);
const knative = envoy(({ namespace, route }) => `envoy_cluster_name=~"${namespace}/${route}"`);
const kuma = envoy(({ namespace, target }) => `service=~"${target}-canary_${namespace}_svc_[0-9a-zA-Z-]+"`);

const nginxLabels: Query = ({ namespace, ingress }) => `namespace="${namespace}", ingress="${ingress}", canary!=""`;

const nginx: Observer = {
  successRate: share("nginx_ingress_controller_requests", nginxLabels, 'status!~"5.*"'),
  duration: mean("nginx_ingress_controller_response_duration_seconds", nginxLabels),
  durationUnit: "ms",
};

const traefikBuckets = "traefik_service_request_duration_seconds_bucket";
const traefikLabels: Query = ({ namespace, target }) =>
  `service=~"${namespace}-${target}-canary-[0-9a-zA-Z-]+@kubernetescrd"`;

const traefik: Observer = {
  successRate: (variables) => {
    const [service, { interval }] = [traefikLabels(variables), variables];
    const good = rate(traefikBuckets, `${service}, code!~"5..", le="+Inf"`, interval);
    return `${good} / ${rate(traefikBuckets, `${service}, le="+Inf"`, interval)} * 100`;
  },
  duration: (variables) => `${p99(traefikBuckets, traefikLabels)(variables)} * 1000`,
  durationUnit: "ms",
};

/** Skipper names its routes after Ingress and Service, with `_` for every character that is not one of a word. */
const skipperRoute: Query = ({ namespace, ingress, service }) => {
  const word = (name: string): string => name.replace(/\W/g, "_");
  return `kube(ew)?_${word(namespace)}__${word(ingress)}_canary__.*__${word(service)}_canary(_[0-9]+)?`;
};

const skipper: Observer = {
  successRate: (variables) => {
    const [route, { interval }] = [skipperRoute(variables), variables];
    const count = (code: string): string =>
      `sum(rate(skipper_response_duration_seconds_bucket{route=~"${route}",${code}le="+Inf"}[${interval}]))`;
    return `${count('code!~"5..",')} / ${count("")} * 100`;
  },
  duration: (variables) => {
    const [route, { interval }] = [skipperRoute(variables), variables];
    const part = (name: string): string =>
      `sum(rate(skipper_serve_route_duration_seconds_${name}{route=~"${route}"}[${interval}]))`;
    return `${part("sum")} / ${part("count")} * 1000`;
  },
  durationUnit: "ms",
};

const osmLabels: Query = ({ namespace, target }) =>
  `destination_namespace="${namespace}", destination_kind="Deployment", destination_name="${target}"`;

const osm: Observer = {
  successRate: share("osm_request_total", osmLabels, 'response_code!~"5.*"'),
  duration: p99("osm_request_duration_ms_bucket", osmLabels),
  durationUnit: "ms",
};

const apisixLabels: Query = ({ namespace, route, target }) => `route=~"${namespace}_${route}-${target}-canary_.+"`;

const apisix: Observer = {
  successRate: share("apisix_http_status", apisixLabels, 'code!~"5.."'),
  duration: p99("apisix_http_latency_bucket", (variables) => `type=~"request", ${apisixLabels(variables)}`),
  durationUnit: "ms",
};

/** What the application counts itself, under the labels that Flagger's bundled Prometheus gives to pods. */
const application: Observer = {
  successRate: share("http_request_duration_seconds_count", podLabels, 'status!~"5.*"'),
  duration: p99("http_request_duration_seconds_bucket", podLabels),
  durationUnit: "s",
};

const byName = new Map(
  Object.entries({ apisix, contour, knative, kubernetes: application, kuma, linkerd, nginx, osm, skipper, traefik }),
);
const byPrefix = [
  ["appmesh", appmesh],
  ["gatewayapi", application],
  ["gloo", gloo],
] as const;

/** The queries for a metrics provider, which is one of `metricsProvider`: Istio's for any that is not known. */
export function observerOf(provider: string): Observer {
  const family = byPrefix.find(([prefix]) => provider.startsWith(prefix))?.[1];
  return family ?? byName.get(provider) ?? istio;
}
