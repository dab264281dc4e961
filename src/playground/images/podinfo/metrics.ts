import { Counter, Histogram, Registry } from "prom-client";

/** What podinfo counts of its requests, under the names and labels that the checks of Canaries query. */
export interface PodinfoMetrics {
  readonly contentType: string;
  /** In Prometheus' text format. */
  text(): Promise<string>;
  /** `path` as in `api_info`. */
  count(request: {
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly seconds: number;
  }): void;
}

export function createPodinfoMetrics(): PodinfoMetrics {
  const registry = new Registry();
  const registers = [registry];
  const durations = new Histogram({
    name: "http_request_duration_seconds",
    help: "Seconds spent serving HTTP requests.",
    labelNames: ["method", "path", "status"],
    registers,
  });
  const total = new Counter({
    name: "http_requests_total",
    help: "The total number of HTTP requests.",
    labelNames: ["status"],
    registers,
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    count: ({ method, path, status, seconds }) => {
      durations.observe({ method, path, status }, seconds);
      total.inc({ status });
    },
  };
}
