import { expect, test } from "vitest";
import type { LintOptions } from "./rule.ts";
import { canary, deployment, linesOf, load, object } from "./testing.ts";

type Row = readonly [
  what: string,
  objects: Parameters<typeof linesOf>[0],
  options: Partial<LintOptions>,
  found: readonly string[],
];

test.each<Row>([
  [
    "schema",
    [canary({ analysis: { interval: "1h" } })],
    {},
    [
      "app.yaml:18 error Canary test/podinfo spec.analysis.interval (schema)",
      'The API server refuses this: "1h" is no duration, write minutes and seconds such as 30s, 5m or 1m30s.',
      "Write what the field's schema asks for.",
    ],
  ],
  [
    "schema: two strategies",
    [canary({ analysis: { iterations: 5 } })],
    {},
    [
      "app.yaml:17 error Canary test/podinfo spec.analysis (schema)",
      "The API server refuses this: set interval and threshold and exactly one of iterations, stepWeight, stepWeights.",
      "Keep one of them. Where nobody checks, iterations go before weights, and stepWeight before stepWeights.",
    ],
  ],
  [
    "schema: metadata",
    [canary({}, { name: "Podinfo" })],
    {},
    [
      "app.yaml:4 error Canary test/Podinfo metadata.name (schema)",
      "The API server refuses this: Invalid value: \"Podinfo\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*').",
      "Write what the field's schema asks for.",
    ],
  ],
  [
    "schema: null",
    [canary({ service: { name: null } })],
    {},
    [
      "app.yaml:17 error Canary test/podinfo spec.service.name (schema)",
      "The API server refuses this: must be of type string, not null.",
      "Write what the field's schema asks for.",
    ],
  ],
  [
    "schema: another namespace",
    [canary({ analysis: { alerts: [{ name: "all", providerRef: { name: "chat", namespace: "ops" } }] } })],
    { noCrossNamespaceRefs: true },
    [
      "app.yaml:31 error Canary test/podinfo spec.analysis.alerts[0].providerRef.namespace (schema)",
      "The API server refuses this: must be test, references across namespaces are switched off.",
      "Write what the field's schema asks for.",
    ],
  ],
  [
    "schema: a MetricTemplate",
    [object("flagger.app/v1beta1", "MetricTemplate", "errors", { provider: { type: "prometeus" }, query: "1" })],
    {},
    [
      "app.yaml:8 error MetricTemplate test/errors spec.provider.type (schema)",
      'The API server refuses this: "prometeus" is unknown, use one of prometheus, influxdb, datadog, externalmetrics, stackdriver, cloudwatch, newrelic, graphite, dynatrace, keptn, splunk.',
      "Write what the field's schema asks for.",
    ],
  ],
  [
    "schema: an AlertProvider",
    [object("flagger.app/v1beta1", "AlertProvider", "chat", { type: "slack" })],
    {},
    [
      "app.yaml:6 error AlertProvider test/chat spec (schema)",
      "The API server refuses this: set type and exactly one of address, secretRef.",
      "Write what the field's schema asks for.",
    ],
  ],
  [
    "schema: a Deployment",
    [deployment({ replicas: -1 }), canary()],
    {},
    [
      "app.yaml:29 error Deployment test/podinfo spec.replicas (schema)",
      "The API server refuses this: Invalid value: -1: must be greater than or equal to 0.",
      "Write what the field's schema asks for.",
    ],
  ],
  [
    "schema: a Deployment of other types",
    [deployment({ replicas: "two" }), canary()],
    {},
    [
      "app.yaml:1 error Deployment test/podinfo (schema)",
      "The API server refuses this: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32.",
      "Write what the field's schema asks for.",
    ],
  ],
  [
    "unknown-field",
    [canary({ analysis: { webhooks: [{ ...load, timeOut: "5s" }] } })],
    {},
    [
      "app.yaml:32 error Canary test/podinfo spec.analysis.webhooks[0].timeOut (unknown-field)",
      "There is no such field: kubectl refuses it, and other tools drop it without a word.",
      "Call it timeout.",
    ],
  ],
  [
    "unknown-field: its name before",
    [canary({ canaryAnalysis: { interval: "1m" } })],
    {},
    [
      "app.yaml:27 error Canary test/podinfo spec.canaryAnalysis (unknown-field)",
      "There is no such field: kubectl refuses it, and other tools drop it without a word.",
      "Call it analysis.",
    ],
  ],
  [
    "unknown-field: in a builtin kind",
    [deployment({}, { readynessProbe: {} }), canary()],
    {},
    [
      "app.yaml:29 error Deployment test/podinfo spec.template.spec.containers[0].readynessProbe (unknown-field)",
      "There is no such field: kubectl refuses it, and other tools drop it without a word.",
      "Take it out, or use one of args, command, env, envFrom, image, imagePullPolicy, lifecycle, livenessProbe, name, ports, readinessProbe, resizePolicy, resources, restartPolicy, restartPolicyRules, securityContext, startupProbe, stdin, stdinOnce, terminationMessagePath, terminationMessagePolicy, tty, volumeDevices, volumeMounts, workingDir.",
    ],
  ],
  [
    "unknown-field: others are listed",
    [canary({ service: { gatewayRefs: [{ name: "public", listener: "http" }] } })],
    {},
    [
      "app.yaml:17 error Canary test/podinfo spec.service.gatewayRefs[0].listener (unknown-field)",
      "There is no such field: kubectl refuses it, and other tools drop it without a word.",
      "Take it out, or use one of group, kind, name, namespace, sectionName, port.",
    ],
  ],
  [
    "api-version: a kind",
    [{ ...canary(), kind: "canary" }],
    {},
    [
      "app.yaml:1 error canary test/podinfo apiVersion (api-version)",
      "There is no canary in flagger.app/v1beta1.",
      "Write flagger.app/v1beta1, and Canary or MetricTemplate or AlertProvider.",
    ],
  ],
  [
    "api-version: none",
    [{ ...canary(), apiVersion: undefined }],
    {},
    [
      "app.yaml:1 error Canary test/podinfo apiVersion (api-version)",
      "There is no Canary in an apiVersion that is not given.",
      "Write flagger.app/v1beta1, and Canary or MetricTemplate or AlertProvider.",
    ],
  ],
  [
    "schema: metadata of other types",
    [canary({}, { labels: ["a"] })],
    {},
    [
      "app.yaml:3 error Canary test/podinfo metadata (schema)",
      "The API server refuses this: json: cannot unmarshal array into Go struct field ObjectMeta.labels of type map[string]string.",
      "Write what the field's schema asks for.",
    ],
  ],
  [
    "api-version",
    [{ ...canary(), apiVersion: "flagger.app/v1alpha3" }],
    {},
    [
      "app.yaml:1 error Canary test/podinfo apiVersion (api-version)",
      "There is no Canary in flagger.app/v1alpha3.",
      "Write flagger.app/v1beta1, and Canary or MetricTemplate or AlertProvider.",
    ],
  ],
])("%s", (_, objects, options, found) => {
  expect(linesOf(objects, options)).toEqual(found);
});
