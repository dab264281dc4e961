import { expect, test } from "vitest";
import { createMetrics } from "./metrics.ts";

test("counts requests under the names and labels of Istio", async () => {
  const metrics = createMetrics();
  const request = { namespace: "test", workload: "podinfo", service: "podinfo-canary.test.svc.cluster.local" };
  metrics.observe({ ...request, status: 200, ms: 3 });
  metrics.observe({ ...request, status: 200, ms: 0.4 });
  const labels =
    'reporter="destination",source_workload="unknown",destination_workload="podinfo",' +
    'destination_workload_namespace="test",destination_service="podinfo-canary.test.svc.cluster.local",' +
    'request_protocol="http",response_code="200",connection_security_policy="none"';
  const bounds = "0.5 1 5 10 25 50 100 250 500 1000 2500 5000 10000 30000 60000 300000 600000 1800000 3600000 +Inf";
  const buckets = bounds.split(" ").map((le, index) => {
    return `istio_request_duration_milliseconds_bucket{le="${le}",${labels}} ${index < 2 ? 1 : 2}`;
  });
  expect(await metrics.registry.metrics()).toBe(
    [
      "# HELP istio_requests_total Requests that pods served",
      "# TYPE istio_requests_total counter",
      `istio_requests_total{${labels}} 2`,
      "",
      "# HELP istio_request_duration_milliseconds How long pods took to serve requests, in milliseconds",
      "# TYPE istio_request_duration_milliseconds histogram",
      ...buckets,
      `istio_request_duration_milliseconds_sum{${labels}} 3.4`,
      `istio_request_duration_milliseconds_count{${labels}} 2`,
      "",
    ].join("\n"),
  );
});
