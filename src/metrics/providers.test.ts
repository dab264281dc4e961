import { expect, test } from "vitest";
import type { MetricTemplateSpec } from "../api/metrictemplate.ts";
import { createHttp } from "../http.ts";
import { createProvider } from "./providers.ts";

type ProviderSpec = MetricTemplateSpec["provider"];

const http = createHttp();

test("makes a Prometheus provider", () => {
  expect(createProvider({ type: "prometheus", address: "http://127.0.0.1" }, undefined, http)).toBeTypeOf("object");
});

test.each<ProviderSpec["type"]>([
  "influxdb",
  "datadog",
  "externalmetrics",
  "stackdriver",
  "cloudwatch",
  "newrelic",
  "graphite",
  "dynatrace",
  "keptn",
  "splunk",
])("says that %s is not supported", (type) => {
  expect(() => createProvider({ type }, undefined, http)).toThrow(
    `spec.provider.type: metric provider ${type} is not supported by this version`,
  );
});

test.each(["elasticsearch", "constructor", ""])("says that there is no type %j", (type) => {
  const spec: ProviderSpec = JSON.parse(JSON.stringify({ type })) as ProviderSpec;
  expect(() => createProvider(spec, undefined, http)).toThrow(
    `spec.provider.type: there is no metric provider ${type}`,
  );
});
