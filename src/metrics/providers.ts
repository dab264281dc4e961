import { InvalidSpec } from "../api/errors.ts";
import type { MetricTemplateSpec } from "../api/metrictemplate.ts";
import type { Http } from "../http.ts";
import { createPrometheus } from "./prometheus.ts";
import type { MetricProvider } from "./provider.ts";

type ProviderSpec = MetricTemplateSpec["provider"];
type Create = (
  spec: ProviderSpec,
  secretData: Readonly<Record<string, string>> | undefined,
  http: Http,
) => MetricProvider;

/** Every type that a MetricTemplate may name; undefined for those that are not written yet. */
const types: Readonly<Record<ProviderSpec["type"], Create | undefined>> = {
  prometheus: createPrometheus,
  influxdb: undefined,
  datadog: undefined,
  externalmetrics: undefined,
  stackdriver: undefined,
  cloudwatch: undefined,
  newrelic: undefined,
  graphite: undefined,
  dynatrace: undefined,
  keptn: undefined,
  splunk: undefined,
};

/**
 * The store of a MetricTemplate. `secretData` is the decoded data of the Secret that the template names, if it does.
 * @throws InvalidSpec when the type is not supported, or its settings are not usable
 */
export function createProvider(
  spec: ProviderSpec,
  secretData: Readonly<Record<string, string>> | undefined,
  http: Http,
): MetricProvider {
  if (!Object.hasOwn(types, spec.type)) {
    throw new InvalidSpec(`spec.provider.type: there is no metric provider ${spec.type}`);
  }
  const create = types[spec.type];
  if (create === undefined) {
    throw new InvalidSpec(`spec.provider.type: metric provider ${spec.type} is not supported by this version`);
  }
  return create(spec, secretData, http);
}
