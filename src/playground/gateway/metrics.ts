import { Counter, Histogram, Registry } from "prom-client";

/** A request that a pod was sent, over. */
export interface Observed {
  readonly namespace: string;
  /** Name of the pod's Deployment or the like. */
  readonly workload: string;
  /** Full name of the Service. */
  readonly service: string;
  /** Status of the answer; 0 when the caller went away before it came, as Envoy has it. */
  readonly status: number;
  readonly ms: number;
}

export interface Metrics {
  readonly registry: Registry;
  observe(request: Observed): void;
}

/** Upper bounds in milliseconds, those of Istio's proxies. */
const buckets = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
  3_600_000,
];

const labelNames = [
  "reporter",
  "source_workload",
  "destination_workload",
  "destination_workload_namespace",
  "destination_service",
  "request_protocol",
  "response_code",
  "connection_security_policy",
] as const;

/**
 * Counts requests as the sidecars of the pods that serve them would. Source: istio.io/latest/docs/reference/config/metrics.
 * Measured in front of the pods, so a pod that cannot be reached counts as one that answers 503.
 */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: "istio_requests_total",
    help: "Requests that pods served",
    labelNames,
    registers,
  });
  const durations = new Histogram({
    name: "istio_request_duration_milliseconds",
    help: "How long pods took to serve requests, in milliseconds",
    labelNames,
    buckets,
    registers,
  });
  return {
    registry,
    observe: ({ namespace, workload, service, status, ms }) => {
      const labels = {
        reporter: "destination",
        source_workload: "unknown",
        destination_workload: workload,
        destination_workload_namespace: namespace,
        destination_service: service,
        request_protocol: "http",
        response_code: status.toString(),
        connection_security_policy: "none",
      };
      requests.inc(labels);
      durations.observe(labels, ms);
    },
  };
}
