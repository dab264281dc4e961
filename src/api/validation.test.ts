import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { crds } from "./crds.ts";
import { kubernetesAjv, validateAlertProvider, validateCanary, validateMetricTemplate } from "./validation.ts";

type Json = Readonly<Record<string, unknown>>;

/** Canaries that between them use every field: the first has the most. */
const canaries = parseAllDocuments(readFileSync(new URL("testdata/canaries.yaml", import.meta.url), "utf8")).map(
  (document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Json;
  },
);

const metricTemplate: Json = {
  metadata: { name: "errors", namespace: "test" },
  spec: {
    provider: {
      type: "prometheus",
      address: "http://prometheus:9090",
      headers: { "X-Scope-OrgID": ["a", "b"] },
      secretRef: { name: "credentials" },
      region: "eu-west-1",
      insecureSkipVerify: true,
    },
    query: "sum(up)",
  },
};

const alertProvider: Json = {
  metadata: { name: "on-call", namespace: "test" },
  spec: {
    type: "slack",
    channel: "general",
    username: "headgate",
    address: "http://chat.test/",
    proxy: "http://proxy",
  },
};

interface Kind {
  readonly base: Json;
  readonly validate: (object: unknown) => readonly string[];
}

const kinds: Readonly<Record<string, Kind>> = {
  Canary: {
    base: canaries[0] ?? {},
    validate: (object) => validateCanary(object, { noCrossNamespaceRefs: false }),
  },
  MetricTemplate: { base: metricTemplate, validate: validateMetricTemplate },
  AlertProvider: { base: alertProvider, validate: validateAlertProvider },
};

/** The generated definitions' own schemas, as the API server reads them, by kind. */
const ajv = kubernetesAjv();
const definitions = Object.fromEntries(
  Object.keys(kinds).map((kind, index) => {
    const { versions } = crds()[index]?.spec as { versions: readonly { schema: { openAPIV3Schema: object } }[] };
    const schema = versions[0]?.schema.openAPIV3Schema ?? false;
    return [kind, { schema, accepts: ajv.compile(schema) }];
  }),
);

/** Which constraints of which schema some row has broken: `KIND#PATH`, as ajv names them. */
const broken = new Set<string>();

interface Row {
  /** `Canary` unless told. */
  readonly kind?: string;
  /** Which field of the base differs, e.g. `spec.service.hosts.0`. */
  readonly at: string;
  /** What it is; undefined for taken away. */
  readonly value?: unknown;
  /** Empty where the object is accepted. */
  readonly says?: readonly string[];
}

function put(node: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(node)) return node.map((item: unknown, at) => (String(at) === key ? put(item, rest, value) : item));
  const fields = (node ?? {}) as Json;
  const others = Object.entries(fields).filter(([name]) => name !== key);
  const changed = put(fields[key], rest, value);
  return Object.fromEntries(changed === undefined ? others : [...others, [key, changed]]);
}

function check({ kind = "Canary", at, value, says = [] }: Row): void {
  const { base, validate } = kinds[kind] ?? { base: {}, validate: () => [] };
  const object = put(base, at === "" ? [] : at.split("."), value);
  expect(validate(object)).toEqual(says);
  const definition = definitions[kind];
  expect(definition?.accepts(object)).toBe(says.length === 0);
  for (const { schemaPath } of definition?.accepts.errors ?? []) broken.add(`${kind}${schemaPath}`);
}

function title({ kind = "Canary", at, value }: Row): string {
  return `${kind} ${at}: ${value === undefined ? "nothing" : JSON.stringify(value)}`;
}

function rows(name: string, table: readonly Row[]): void {
  describe(name, () => {
    test.each(table.map((row) => [title(row), row] as const))("%s", (_, row) => {
      check(row);
    });
  });
}

/** `spec.a.0.b` as messages have it. */
function told(at: string): string {
  return at.replaceAll(/\.(\d+)/g, "[$1]");
}

describe("Canaries with every field", () => {
  test.each(canaries.map((canary) => [(canary["metadata"] as { name: string }).name, canary] as const))(
    "%s is accepted",
    (_, canary) => {
      check({ at: "", value: canary });
    },
  );

  test("use every field that the schema has", () => {
    const { schema } = definitions["Canary"] ?? {};
    const used = new Set(canaries.flatMap((canary) => fieldsOf(canary, schema as Json, "")));
    expect(declaredFields(schema as Json, "").filter((field) => !used.has(field))).toEqual([]);
  });
});

function children(schema: Json, path: string): readonly (readonly [string, string, Json])[] {
  const properties = (schema["properties"] ?? {}) as Readonly<Record<string, Json>>;
  return [
    ...Object.entries(properties).map(([name, child]) => [name, `${path}.${name}`, child] as const),
    ...["items", "additionalProperties"].flatMap((key) =>
      key in schema ? [["*", `${path}.*`, schema[key] as Json] as const] : [],
    ),
  ];
}

function declaredFields(schema: Json, path: string): readonly string[] {
  return children(schema, path).flatMap(([, at, child]) => [at, ...declaredFields(child, at)]);
}

function fieldsOf(value: unknown, schema: Json, path: string): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return children(schema, path).flatMap(([name, at, child]) => {
    const found = name === "*" ? Object.values(value) : name in value ? [(value as Json)[name]] : [];
    return found.flatMap((item: unknown) => [at, ...fieldsOf(item, child, at)]);
  });
}

const none = "";
const enums: readonly (readonly [kind: string, at: string, values: readonly string[]])[] = [
  [
    "Canary",
    "spec.provider",
    [
      "apisix",
      "appmesh",
      "appmesh:v1beta2",
      "contour",
      "gatewayapi:v1",
      "gatewayapi:v1beta1",
      "gloo",
      "istio",
      "knative",
      "kubernetes",
      "kuma",
      "linkerd",
      "nginx",
      "osm",
      "skipper",
      "smi:v1alpha1",
      "smi:v1alpha2",
      "smi:v1alpha3",
      "traefik",
    ],
  ],
  ["Canary", "spec.targetRef.kind", ["DaemonSet", "Deployment", "Service"]],
  ["Canary", "spec.autoscalerRef.kind", ["HorizontalPodAutoscaler", "ScaledObject"]],
  ["Canary", "spec.ingressRef.kind", ["Ingress"]],
  ["Canary", "spec.routeRef.kind", ["ApisixRoute"]],
  ["Canary", "spec.upstreamRef.kind", ["Upstream"]],
  ["Canary", "spec.service.trafficDistribution", ["PreferClose", "PreferSameZone", "PreferSameNode"]],
  [
    "Canary",
    "spec.service.trafficPolicy.connectionPool.http.h2UpgradePolicy",
    ["DEFAULT", "DO_NOT_UPGRADE", "UPGRADE"],
  ],
  ["Canary", "spec.service.trafficPolicy.tls.mode", ["DISABLE", "SIMPLE", "MUTUAL", "ISTIO_MUTUAL"]],
  [
    "Canary",
    "spec.analysis.webhooks.0.type",
    [
      none,
      "confirm-rollout",
      "pre-rollout",
      "rollout",
      "confirm-promotion",
      "post-rollout",
      "event",
      "rollback",
      "confirm-traffic-increase",
    ],
  ],
  ["Canary", "spec.analysis.alerts.0.severity", [none, "info", "warn", "error"]],
  ["Canary", "spec.analysis.sessionAffinity.sameSite", ["Strict", "Lax", "None"]],
  [
    "Canary",
    "status.phase",
    [
      none,
      "Initializing",
      "Initialized",
      "Waiting",
      "Progressing",
      "WaitingPromotion",
      "Promoting",
      "Finalising",
      "Succeeded",
      "Failed",
      "Terminating",
      "Terminated",
    ],
  ],
  ["Canary", "status.run.pending.alert.severity", ["info", "warn", "error"]],
  ["Canary", "status.run.pending.postRollout", ["Succeeded", "Failed"]],
  [
    "MetricTemplate",
    "spec.provider.type",
    [
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
    ],
  ],
  ["Canary", "status.run.routes.rest", ["canary"]],
  ["Canary", "status.run.planned.rest", ["canary"]],
  ["AlertProvider", "spec.type", ["slack", "msteams", "discord", "rocket", "gchat"]],
];

for (const [kind, at, values] of enums) {
  const listed = values.filter((value) => value !== none).join(", ");
  rows(`values of ${at}`, [
    // The provider knative goes with another target only: it is among the Canaries with every field.
    ...values.filter((value) => value !== "knative").map((value) => ({ kind, at, value })),
    { kind, at, value: "nope", says: [`${told(at)}: "nope" is unknown, use one of ${listed}`] },
  ]);
}

rows("values of spec.service.trafficPolicy.loadBalancer.simple", [
  ...["ROUND_ROBIN", "LEAST_CONN", "RANDOM", "PASSTHROUGH", "LEAST_REQUEST"].map((simple) => ({
    at: "spec.service.trafficPolicy.loadBalancer",
    value: { simple },
  })),
  {
    at: "spec.service.trafficPolicy.loadBalancer",
    value: { simple: "NOPE" },
    says: [
      'spec.service.trafficPolicy.loadBalancer.simple: "NOPE" is unknown, use one of ROUND_ROBIN, LEAST_CONN, RANDOM, PASSTHROUGH, LEAST_REQUEST',
    ],
  },
]);

rows(
  "required fields",
  (
    [
      ["Canary", "metadata"],
      ["Canary", "spec"],
      ["Canary", "spec.targetRef"],
      ["Canary", "spec.analysis"],
      ...["targetRef", "autoscalerRef", "ingressRef", "routeRef", "upstreamRef"].flatMap((ref) =>
        ["apiVersion", "kind", "name"].map((field) => ["Canary", `spec.${ref}.${field}`] as const),
      ),
      ["Canary", "spec.service.port"],
      ["Canary", "spec.service.gatewayRefs.0.name"],
      ["Canary", "spec.service.mirror.0.backendRef"],
      ["Canary", "spec.service.mirror.0.backendRef.name"],
      ["Canary", "spec.analysis.metrics.0.name"],
      ["Canary", "spec.analysis.metrics.1.templateRef.name"],
      ["Canary", "spec.analysis.webhooks.0.name"],
      ["Canary", "spec.analysis.webhooks.0.url"],
      ["Canary", "spec.analysis.alerts.0.name"],
      ["Canary", "spec.analysis.alerts.0.providerRef"],
      ["Canary", "spec.analysis.alerts.0.providerRef.name"],
      ["Canary", "spec.analysis.sessionAffinity.cookieName"],
      ["Canary", "status.conditions.0.type"],
      ["Canary", "status.conditions.0.status"],
      ["Canary", "status.conditions.0.reason"],
      ["Canary", "status.run.id"],
      ["Canary", "status.run.started"],
      ["Canary", "status.run.routes"],
      ["Canary", "status.run.routes.primary"],
      ["Canary", "status.run.routes.canary"],
      ["Canary", "status.run.routes.mirrored"],
      ["Canary", "status.run.planned.primary"],
      ["Canary", "status.run.planned.canary"],
      ["Canary", "status.run.planned.mirrored"],
      ["Canary", "status.run.pending.alert.severity"],
      ["Canary", "status.run.pending.alert.text"],
      ["Canary", "status.run.pending.alert.facts"],
      ["MetricTemplate", "metadata"],
      ["MetricTemplate", "spec"],
      ["MetricTemplate", "spec.provider"],
      ["MetricTemplate", "spec.provider.type"],
      ["MetricTemplate", "spec.provider.secretRef.name"],
      ["MetricTemplate", "spec.query"],
      ["AlertProvider", "metadata"],
      ["AlertProvider", "spec"],
    ] as const
  ).map(([kind, at]) => ({ kind, at, says: [`${told(at)}: is required`] })),
);

const exclusive = "set interval and threshold and exactly one of iterations, stepWeight, stepWeights";
const analysis = { interval: "1m", threshold: 5 };
const addressOrSecret = "spec: set type and exactly one of address, secretRef";
rows("either one field or another", [
  { at: "spec.analysis", value: { ...analysis, iterations: 1 } },
  { at: "spec.analysis", value: { ...analysis, stepWeight: 1 } },
  { at: "spec.analysis", value: { ...analysis, stepWeights: [1] } },
  { at: "spec.analysis", value: analysis, says: [`spec.analysis: ${exclusive}`] },
  { at: "spec.analysis", value: {}, says: [`spec.analysis: ${exclusive}`] },
  { at: "spec.analysis", value: { threshold: 5, stepWeight: 1 }, says: [`spec.analysis: ${exclusive}`] },
  { at: "spec.analysis", value: { interval: "1m", stepWeight: 1 }, says: [`spec.analysis: ${exclusive}`] },
  { at: "spec.analysis", value: { ...analysis, iterations: 1, stepWeight: 1 }, says: [`spec.analysis: ${exclusive}`] },
  {
    at: "spec.analysis",
    value: { ...analysis, stepWeight: 1, stepWeights: [1] },
    says: [`spec.analysis: ${exclusive}`],
  },
  { kind: "AlertProvider", at: "spec", value: { type: "slack", secretRef: { name: "chat" } } },
  { kind: "AlertProvider", at: "spec.secretRef", value: { name: "chat" }, says: [addressOrSecret] },
  { kind: "AlertProvider", at: "spec.address", says: [addressOrSecret] },
  { kind: "AlertProvider", at: "spec.type", says: [addressOrSecret] },
  {
    kind: "AlertProvider",
    at: "spec",
    value: { type: "slack", secretRef: {} },
    says: ["spec.secretRef.name: is required"],
  },
  ...[{ simple: "RANDOM", consistentHash: { useSourceIp: true } }, {}, { consistentHash: {} }].map((value) => ({
    at: "spec.service.trafficPolicy.loadBalancer",
    value,
    says: [
      "spec.service.trafficPolicy.loadBalancer: set exactly one of simple, consistentHash (where you set exactly one of httpHeaderName, httpCookie, useSourceIp, httpQueryParameterName)",
    ],
  })),
]);

const atMostOne = [
  "spec.service.match.0.uri",
  "spec.service.match.0.scheme",
  "spec.service.match.0.method",
  "spec.service.match.0.authority",
  "spec.service.match.0.headers.x-user",
  "spec.service.match.0.queryParams.user",
  "spec.service.match.0.withoutHeaders.x-bot",
];
rows("conditions on strings", [
  ...atMostOne.flatMap((at) => [
    { at, value: {} },
    { at, value: { exact: "a", regex: "a" }, says: [`${told(at)}: set at most one of exact, prefix, regex`] },
  ]),
  ...[{}, { exact: "a", prefix: "a" }].map((value) => ({
    at: "spec.service.corsPolicy.allowOrigins.0",
    value,
    says: ["spec.service.corsPolicy.allowOrigins[0]: set exactly one of exact, prefix, regex"],
  })),
  ...[{}, { suffix: "a", prefix: "a" }].map((header) => ({
    at: "spec.analysis.match",
    value: [{ headers: { "x/user": header } }],
    says: ["spec.analysis.match[0].headers.x/user: set exactly one of exact, prefix, suffix, regex"],
  })),
  { at: "spec.analysis.match", value: [{ queryParams: { user: {} } }] },
  {
    at: "spec.analysis.match",
    value: [{ queryParams: { user: { exact: "a", prefix: "a" } } }],
    says: ["spec.analysis.match[0].queryParams.user: set at most one of exact, prefix, regex"],
  },
]);

rows(
  "durations",
  ["spec.analysis.interval", "spec.analysis.metrics.0.interval", "spec.analysis.webhooks.0.timeout"].flatMap((at) => [
    ...["0s", "30s", "1m", "1m30s", "100ms", "5m later"].map((value) => ({ at, value })),
    ...["", "1h", "30", "1.5m", "-5m", " 5m", "m"].map((value) => ({
      at,
      value,
      says: [
        `${told(at)}: ${JSON.stringify(value)} is no duration, write minutes and seconds such as 30s, 5m or 1m30s`,
      ],
    })),
  ]),
);

const dnsLabel = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
const dnsName = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
const kindName = "^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$";
const texts: readonly (readonly [at: string, pattern: string | undefined, shortest: number, longest: number])[] = [
  ["spec.service.gatewayRefs.0.group", `^$|${dnsName}`, 0, 253],
  ["spec.service.gatewayRefs.0.kind", kindName, 1, 63],
  ["spec.service.gatewayRefs.0.name", undefined, 1, 253],
  ["spec.service.gatewayRefs.0.namespace", dnsLabel, 1, 63],
  ["spec.service.gatewayRefs.0.sectionName", dnsName, 1, 253],
  ["spec.service.mirror.0.backendRef.group", `^$|${dnsName}`, 0, 253],
  ["spec.service.mirror.0.backendRef.kind", kindName, 1, 63],
  ["spec.service.mirror.0.backendRef.name", undefined, 1, 253],
  ["spec.service.mirror.0.backendRef.namespace", dnsLabel, 1, 63],
];
rows(
  "names as the Gateway API has them",
  texts.flatMap(([at, pattern, shortest, longest]) => [
    { at, value: "a".repeat(longest) },
    {
      at,
      value: "a".repeat(longest + 1),
      says: [`${told(at)}: must NOT have more than ${longest} characters`],
    },
    ...(shortest === 0
      ? [{ at, value: "" }]
      : [
          {
            at,
            value: "",
            says: [
              `${told(at)}: must NOT have fewer than 1 characters`,
              ...(pattern === undefined ? [] : [`${told(at)}: "" must match pattern "${pattern}"`]),
            ],
          },
        ]),
    ...(pattern === undefined
      ? []
      : [{ at, value: "a_b", says: [`${told(at)}: "a_b" must match pattern "${pattern}"`] }]),
  ]),
);

const ports = ["spec.service.gatewayRefs.0.port", "spec.service.mirror.0.backendRef.port"];
const replicas = "spec.autoscalerRef.primaryScalerReplicas";
rows("limits of numbers", [
  ...ports.flatMap((at) => [
    { at, value: 1 },
    { at, value: 65535 },
    { at, value: 0, says: [`${told(at)}: must be >= 1, not 0`] },
    { at, value: 65536, says: [`${told(at)}: must be <= 65535, not 65536`] },
  ]),
  ...["minReplicas", "maxReplicas"].flatMap((field) => [
    { at: `${replicas}.${field}`, value: 1 },
    { at: `${replicas}.${field}`, value: 0, says: [`${replicas}.${field}: must be >= 1, not 0`] },
  ]),
  {
    at: "spec.service.gatewayRefs",
    value: Array.from({ length: 33 }, () => ({ name: "a" })),
    says: ["spec.service.gatewayRefs: must NOT have more than 32 items"],
  },
]);

rows(
  "whole numbers",
  [
    "spec.progressDeadlineSeconds",
    "spec.service.port",
    "spec.analysis.threshold",
    "spec.analysis.maxWeight",
    "spec.analysis.stepWeight",
    "spec.analysis.stepWeightPromotion",
    "spec.analysis.primaryReadyThreshold",
    "spec.analysis.canaryReadyThreshold",
    "spec.analysis.mirrorWeight",
    "spec.analysis.webhooks.0.retries",
    "spec.analysis.sessionAffinity.maxAge",
  ]
    .flatMap((at): readonly Row[] => [
      { at, value: 7 },
      { at, value: 7.5, says: [`${told(at)}: must be a whole number, not 7.5`] },
      { at, value: "7", says: [`${told(at)}: must be of type number, not "7"`] },
    ])
    .concat(
      {
        at: "spec.analysis",
        value: { ...analysis, iterations: 1.5 },
        says: ["spec.analysis.iterations: must be a whole number, not 1.5"],
      },
      {
        at: "spec.analysis",
        value: { ...analysis, stepWeights: [1, 2.5] },
        says: ["spec.analysis.stepWeights[1]: must be a whole number, not 2.5"],
      },
    ),
);

rows("times", [
  ...[
    "status.lastTransitionTime",
    "status.conditions.0.lastUpdateTime",
    "status.conditions.0.lastTransitionTime",
    "status.run.checkedAt",
  ].flatMap((at) => [
    { at, value: "2026-11-23T22:45:28.123Z" },
    { at, value: "yesterday", says: [`${told(at)}: "yesterday" must match format "date-time"`] },
  ]),
]);

rows("types", [
  { at: "spec.service.targetPort", value: 8080 },
  { at: "spec.service.targetPort", value: "http" },
  {
    at: "spec.service.targetPort",
    value: true,
    says: ["spec.service.targetPort: must be a number or a name, not true"],
  },
  { at: "spec.service.targetPort", value: 1.5, says: ["spec.service.targetPort: must be a number or a name, not 1.5"] },
  { at: "spec.suspend", value: "yes", says: ['spec.suspend: must be of type boolean, not "yes"'] },
  { at: "spec.service.hosts", value: "a", says: ['spec.service.hosts: must be of type array, not "a"'] },
  { at: "spec.service.hosts.0", value: 1, says: ["spec.service.hosts[0]: must be of type string, not 1"] },
  {
    at: "spec.service.apex.labels.tier",
    value: 1,
    says: ["spec.service.apex.labels.tier: must be of type string, not 1"],
  },
  {
    at: "spec.analysis.webhooks.0.metadata.cmd",
    value: true,
    says: ["spec.analysis.webhooks[0].metadata.cmd: must be of type string, not true"],
  },
  {
    at: "spec.analysis.metrics.1.thresholdRange.max",
    value: "1",
    says: ['spec.analysis.metrics[1].thresholdRange.max: must be of type number, not "1"'],
  },
  {
    at: "status.run.routes.primary",
    value: 1.5,
    says: ["status.run.routes.primary: must be of type integer, not 1.5"],
  },
  { at: "spec.service", value: null, says: ["spec.service: must be of type object, not null"] },
  { at: "", value: "podinfo", says: ['must be of type object, not "podinfo"'] },
  {
    kind: "MetricTemplate",
    at: "spec.provider.headers",
    value: { a: "b" },
    says: ['spec.provider.headers.a: must be of type array, not "b"'],
  },
  { at: "spec.unknown", value: { pruned: true } },
  { at: "spec.analysis.match", value: [{ uri: { prefix: "/" } }] },
  { at: "status" },
  {
    at: "spec.targetRef",
    value: { kind: "Pod", name: 1 },
    says: [
      "spec.targetRef.apiVersion: is required",
      'spec.targetRef.kind: "Pod" is unknown, use one of DaemonSet, Deployment, Service',
      "spec.targetRef.name: must be of type string, not 1",
    ],
  },
]);

test("every constraint of every schema is broken by some row above", () => {
  const constraints = Object.entries(definitions).flatMap(([kind, { schema }]) =>
    constraintsOf(schema as Json, `${kind}#`),
  );
  expect(constraints.length).toBeGreaterThan(100);
  expect(constraints.filter((path) => !broken.has(path))).toEqual([]);
});

/** Where a schema constrains values beyond their type: paths of keywords, as ajv names them. */
function constraintsOf(schema: Json, path: string): readonly string[] {
  const plain = new Set(["type", "description", "default", "properties", "items", "additionalProperties"]);
  const own = Object.keys(schema).filter((key) => !plain.has(key) && key !== "x-kubernetes-validations");
  const nested: readonly (readonly [string, Json])[] = [
    ...Object.entries((schema["properties"] ?? {}) as Readonly<Record<string, Json>>).map(
      ([name, child]) => [`${path}/properties/${name}`, child] as const,
    ),
    ...["items", "additionalProperties"].flatMap((key) =>
      key in schema ? [[`${path}/${key}`, schema[key] as Json] as const] : [],
    ),
  ];
  return [...own.map((key) => `${path}/${key}`), ...nested.flatMap(([at, child]) => constraintsOf(child, at))];
}
