import Type from "typebox";
import type { Static } from "typebox";
import type { KubeObject, Metadata } from "../kubernetes/objects.ts";
import type { Resource } from "../kubernetes/resources.ts";
import type { Immutable } from "./schema.ts";
import { choice, flag, mapOf, object, text } from "./schema.ts";

const optional = Type.Optional;

const metricTemplateSpec = object("The query, and the store that answers it.", {
  provider: object("The store that answers the query.", {
    type: choice("Kind of store.", [
      "prometheus",
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
    ]),
    address: optional(text("URL of the store.")),
    headers: optional(mapOf("Headers of the requests; each may have several values.", Type.Array(Type.String()))),
    secretRef: optional(
      object("Secret in the template's namespace with the credentials.", { name: text("Name of the Secret.") }),
    ),
    region: optional(text("Region of the store (CloudWatch).")),
    insecureSkipVerify: optional(flag("Do not verify the server's certificate.")),
  }),
  query: text("Query that gives one number; {{ target }}, {{ namespace }}, {{ interval }} and others are filled in."),
});

/** The schema of a MetricTemplate, from which come its types, its CustomResourceDefinition and its validation. */
export const metricTemplateSchema = object("A query to a metrics store that analyses can share.", {
  apiVersion: optional(text("Version of this schema: flagger.app/v1beta1.")),
  kind: optional(text("Kind of the object: MetricTemplate.")),
  metadata: Type.Unsafe<Metadata>({ type: "object" }),
  spec: metricTemplateSpec,
});

export type MetricTemplateSpec = Immutable<Static<typeof metricTemplateSpec>>;

export interface MetricTemplate extends KubeObject {
  readonly spec: MetricTemplateSpec;
}

export const metricTemplates: Resource<MetricTemplate> = {
  group: "flagger.app",
  version: "v1beta1",
  kind: "MetricTemplate",
  plural: "metrictemplates",
  namespaced: true,
};
