import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { loadtesterCommand } from "../src/cli/loadtester-flags.ts";
import { operatorCommand } from "../src/cli/operator-flags.ts";

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
}
type Values = Readonly<Record<string, unknown>>;

const charts = ["headgate", "loadtester", "podinfo"] as const;
/** What Helm itself or a parent chart may add; no template reads them. */
const helmsOwn = ["enabled", "global"];

const file = (...path: string[]): string => readFileSync(join(import.meta.dirname, ...path), "utf8");
const schemaOf = (chart: string): Schema => JSON.parse(file(chart, "values.schema.json")) as Schema;
const valuesOf = (chart: string): Values => parse(file(chart, "values.yaml")) as Values;
const isValues = (value: unknown): value is Values => typeof value === "object" && value !== null;

/** `a.b.c` of everything that the schema names and does not look into. */
function leaves({ properties = {} }: Schema): string[] {
  return Object.entries(properties).flatMap(([key, inner]) =>
    inner.properties === undefined ? [key] : leaves(inner).map((path) => `${key}.${path}`),
  );
}

/** The same paths of a tree of values, followed as far as the schema looks into them. */
function setLeaves(values: Values, { properties = {} }: Schema): string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const inner = properties[key];
    return inner?.properties === undefined || !isValues(value)
      ? [key]
      : setLeaves(value, inner).map((path) => `${key}.${path}`);
  });
}

/** Every object of the schema that names its properties; the empty path is the root. */
function objects({ properties = {} }: Schema): string[][] {
  const inner = Object.entries(properties).filter(([, schema]) => schema.properties !== undefined);
  return [[], ...inner.flatMap(([key, schema]) => objects(schema).map((path) => [key, ...path]))];
}

const nested = (path: readonly string[], value: unknown): unknown =>
  path.reduceRight((inner, key) => ({ [key]: inner }), value);

function templatesOf(chart: string): string {
  const folder = join(chart, "templates");
  return readdirSync(join(import.meta.dirname, folder))
    .map((name) => file(folder, name))
    .join("\n");
}

const validator = (chart: string): ((values: unknown) => boolean) =>
  new Ajv({ allowUnionTypes: true }).compile(schemaOf(chart));

describe.each(charts)("chart %s", (chart) => {
  const named = leaves(schemaOf(chart)).filter((path) => !helmsOwn.includes(path));
  const valid = validator(chart);

  test("its values satisfy its schema", () => {
    expect(valid(valuesOf(chart))).toBe(true);
  });

  test("its schema names the values of values.yaml and no others", () => {
    expect(setLeaves(valuesOf(chart), schemaOf(chart)).sort()).toEqual([...named].sort());
  });

  test("its templates read every value of the schema and no others", () => {
    const text = templatesOf(chart).replaceAll(/index (\.Values\.\w+) "([\w-]+)"/g, "$1.$2");
    const read = [...text.matchAll(/\.Values\.([\w-]+(?:\.[\w-]+)*)/g)].map(([, path]) => path);
    expect([...new Set(read)].sort()).toEqual([...named].sort());
  });

  test("its README has one line for every value of the schema", () => {
    const lines = [...file(chart, "README.md").matchAll(/^\| `([\w.-]+)` +\|/gm)].map(([, path]) => path);
    expect(lines.sort()).toEqual([...named].sort());
  });

  test("its schema refuses a misspelt name at every level", () => {
    const accepted = objects(schemaOf(chart)).filter((path) => valid(nested([...path, "mispelt"], true)));
    expect(accepted).toEqual([]);
  });
});

describe("values of the headgate chart", () => {
  const valid = validator("headgate");

  test.each<[string, Values]>([
    ["nothing", {}],
    ["a Slack webhook", { slack: { url: "https://hooks.example.com/T/B/X", channel: "general", user: "headgate" } }],
    [
      "proxies by their old and new names",
      { slack: { proxyUrl: "http://a:1" }, msteams: { "proxy-url": "http://b:1" } },
    ],
    ["values that Flagger reads without declaring them", { includeLabelPrefix: "app.kubernetes.io", threadiness: 4 }],
    ["Flagger's empty map of volumes", { additionalVolumes: {} }],
    [
      "a Slack webhook from a Secret",
      { env: [{ name: "SLACK_URL", valueFrom: { secretKeyRef: { name: "s", key: "u" } } }] },
    ],
    ["a percentage of replicas", { podDisruptionBudget: { enabled: true, minAvailable: "50%" } }],
    ["what a parent chart adds", { global: { imageRegistry: "registry.example.com" }, enabled: true }],
    [
      "a field of the security context that this chart does not know",
      { securityContext: { context: { runAsGroup: 1 } } },
    ],
    ["the provider of Linkerd", { meshProvider: "gatewayapi:v1beta1" }],
    ["amounts that are taken away", { resources: { limits: null, requests: { cpu: 1, memory: "64Mi" } } }],
    ["a toleration", { tolerations: [{ key: "a", operator: "Exists", effect: "NoSchedule" }] }],
  ])("accepts %s", (_, values) => {
    expect(valid(values)).toBe(true);
  });

  test.each<[string, Values]>([
    ["an unknown provider", { meshProvider: "isto" }],
    ["a Prometheus without scheme", { metricsServer: "prometheus:9090" }],
    ["no replica", { leaderElection: { replicaCount: 0 } }],
    ["a text for a switch", { crd: { create: "false" } }],
    ["a variable without name", { env: [{ value: "x" }] }],
    ["an interval without unit", { analysisIntervalFloor: "10" }],
    ["a retention without unit", { prometheus: { retention: "2" } }],
    ["a map of volumes", { additionalVolumes: { tmp: { emptyDir: {} } } }],
    ["a label that is not text", { podLabels: { version: 1 } }],
    ["a level that does not exist", { logLevel: "verbose" }],
    ["a misspelt amount", { resources: { request: { cpu: "10m" } } }],
    ["a misspelt toleration", { tolerations: [{ key: "a", opertor: "Exists" }] }],
    ["a misspelt affinity", { affinity: { podAntiAfinity: {} } }],
    ["a misspelt variable", { env: [{ name: "SLACK_URL", valuefrom: {} }] }],
  ])("refuses %s", (_, values) => {
    expect(valid(values)).toBe(false);
  });
});

/** Without those that differ on purpose (docs/decisions/0002-packaging.md) and those that are empty. */
const flaggersDefaults: Readonly<Record<(typeof charts)[number], Values>> = {
  headgate: {
    image: { pullPolicy: "IfNotPresent" },
    logLevel: "info",
    podAnnotations: {
      "prometheus.io/scrape": "true",
      "prometheus.io/port": "8080",
      "appmesh.k8s.aws/sidecarInjectorWebhook": "disabled",
      "linkerd.io/inject": "enabled",
    },
    metricsServer: "http://prometheus:9090",
    meshProvider: "",
    namespace: "",
    selectorLabels: "",
    configTracking: { enabled: true },
    noCrossNamespaceRefs: false,
    slack: { user: "flagger" },
    serviceMonitor: { enabled: false, honorLabels: false },
    podMonitor: { enabled: false, interval: "15s", additionalLabels: {}, honorLabels: false },
    env: [],
    leaderElection: { enabled: false, replicaCount: 1 },
    serviceAccount: { create: true, name: "", annotations: {} },
    rbac: { create: true, pspEnabled: false },
    crd: { create: false },
    linkerdAuthPolicy: { create: false, namespace: "linkerd-viz" },
    securityContext: { enabled: true, context: { readOnlyRootFilesystem: true, runAsUser: 10001 } },
    resources: { limits: { memory: "512Mi", cpu: "1000m" }, requests: { memory: "128Mi", cpu: "10m" } },
    prometheus: {
      install: false,
      image: "docker.io/prom/prometheus:v2.41.0",
      retention: "2h",
      securityContext: { enabled: false, context: { readOnlyRootFilesystem: true, runAsUser: 10001 } },
    },
    controlplane: { kubeconfig: { secretName: "", key: "kubeconfig" } },
    podDisruptionBudget: { enabled: false, minAvailable: 1 },
  },
  loadtester: {
    replicaCount: 1,
    image: { pullPolicy: "IfNotPresent" },
    podAnnotations: { "prometheus.io/scrape": "true", "prometheus.io/port": "8080" },
    logLevel: "info",
    cmd: { timeout: "1h", namespaceRegexp: "" },
    service: { type: "ClusterIP", port: 80 },
    resources: { requests: { cpu: "10m", memory: "64Mi" } },
    rbac: { create: false, rules: [] },
    serviceAccountName: "",
    meshName: "",
    appmesh: { enabled: false },
    istio: {
      enabled: false,
      host: "flagger-loadtester.flagger",
      gateway: { enabled: false },
      tls: { enabled: false, httpsRedirect: false },
    },
    podDisruptionBudget: { enabled: false, minAvailable: 1 },
  },
  podinfo: {
    image: { repository: "ghcr.io/stefanprodan/podinfo", tag: "6.1.3", pullPolicy: "IfNotPresent" },
    service: { enabled: false, type: "ClusterIP", port: 9898 },
    hpa: { enabled: true, minReplicas: 2, maxReplicas: 4, cpu: 80, memory: "512Mi" },
    canary: {
      enabled: false,
      istioTLS: "DISABLE",
      istioIngress: { enabled: false, gateway: "istio-system/public-gateway", host: null },
      analysis: { interval: "15s", threshold: 10, maxWeight: 50, stepWeight: 5 },
      thresholds: { successRate: 99, latency: 500 },
      loadtest: { enabled: false, url: "http://flagger-loadtester.test/" },
      helmtest: { enabled: false, url: "http://flagger-helmtester.kube-system/" },
    },
    resources: { requests: { cpu: "100m", memory: "32Mi" } },
    logLevel: "info",
    faults: { delay: false, error: false },
    httpServer: { timeout: "30s" },
  },
};

test.each(charts)("chart %s has the defaults of Flagger's", (chart) => {
  expect(valuesOf(chart)).toMatchObject(flaggersDefaults[chart]);
});

test.each<[(typeof charts)[number], string]>([
  [
    "headgate",
    "image.pullSecret podLabels deploymentLabels podPriorityClassName ingressAnnotationsPrefix ingressClass",
  ],
  ["headgate", "eventWebhook clusterName includeLabelPrefix threadiness slack.channel slack.url slack.proxy"],
  ["headgate", "slack.proxyUrl msteams.url msteams.proxyUrl msteams.proxy-url serviceMonitor.namespace"],
  ["headgate", "serviceMonitor.labels podMonitor.namespace nodeSelector tolerations affinity prometheus.pullSecret"],
  ["headgate", "kubeconfigQPS kubeconfigBurst additionalVolumes additionalVolumeMounts nameOverride fullnameOverride"],
  ["loadtester", "image.pullSecret podLabels podPriorityClassName env volumes volumeMounts rbac.scope backends"],
  ["loadtester", "rbac.serviceAccountAnnotations appmesh.backends securityContext.enabled podSecurityContext"],
  [
    "podinfo",
    "podAnnotations nodeSelector tolerations affinity nameOverride fullnameOverride backend backends message",
  ],
])("chart %s has the values that Flagger's leaves empty: %s", (chart, paths) => {
  const named = leaves(schemaOf(chart));
  expect(paths.split(" ").filter((path) => !named.includes(path))).toEqual([]);
});

describe("arguments", () => {
  const namesOf = ({ options }: Command): readonly string[] => options.map((option) => option.name());
  const operator = namesOf(operatorCommand(() => Promise.resolve()));
  const loadTester = namesOf(loadtesterCommand(() => Promise.resolve()));
  const kustomize = (path: string): string => file("..", "kustomize", path);

  test.each<[string, string, RegExp, readonly string[]]>([
    ["the headgate chart", file("headgate/templates/_helpers.tpl"), /^ {2}"([a-z-]+)" /gm, operator],
    ["the loadtester chart", file("loadtester/templates/deployment.yaml"), /[" ]-([a-z-]+)=/g, loadTester],
    ["kustomize/base", kustomize("base/deployment.yaml"), / -([a-z-]+)=/g, operator],
    ["kustomize/kubernetes", kustomize("kubernetes/kustomization.yaml"), / -([a-z-]+)=/g, operator],
    ["kustomize/istio", kustomize("istio/kustomization.yaml"), / -([a-z-]+)=/g, operator],
    ["kustomize/tester", kustomize("tester/deployment.yaml"), / -([a-z-]+)=/g, loadTester],
  ])("%s passes flags that exist", (_, text, pattern, flags) => {
    const passed = [...text.matchAll(pattern)].map(([, flag]) => flag);
    expect(passed).not.toEqual([]);
    expect(passed.filter((flag) => flag === undefined || !flags.includes(flag))).toEqual([]);
  });
});

describe("kustomize says the same as the charts", () => {
  const kustomize = (path: string): string => file("..", "kustomize", path);
  const rulesOf = (text: string): unknown => (parse(text.split(/^---$/m)[0] ?? "") as Values)["rules"];

  test("the operator's rules", () => {
    expect(rulesOf(kustomize("base/rbac.yaml"))).toEqual(rulesOf(file("headgate/files/rules.yaml")));
  });

  test("the configuration of Prometheus", () => {
    expect(kustomize("prometheus/prometheus.yml")).toBe(file("headgate/files/prometheus.yml"));
  });

  test("the definitions", () => {
    expect(kustomize("base/crd.yaml")).toBe(file("headgate/crds/crd.yaml"));
  });

  test.each([
    ["headgate", "base"],
    ["loadtester", "tester"],
  ])("the version of %s", (chart, folder) => {
    const { version } = JSON.parse(file("..", "package.json")) as { version: string };
    expect(parse(file(chart, "Chart.yaml"))).toMatchObject({ version, appVersion: version });
    expect(parse(kustomize(`${folder}/kustomization.yaml`))).toMatchObject({ images: [{ newTag: version }] });
  });

  test("the Canary of the walkthrough satisfies its definition", () => {
    const [canaries] = file("headgate/crds/crd.yaml").split(/^---$/m);
    const definition = parse(canaries ?? "") as {
      spec: { names: { kind: string }; versions: [{ schema: { openAPIV3Schema: object } }] };
    };
    expect(definition.spec.names.kind).toBe("Canary");
    const valid = new Ajv({ strict: false, validateFormats: false }).compile(
      definition.spec.versions[0].schema.openAPIV3Schema,
    );
    valid(parse(kustomize("podinfo/canary.yaml")));
    expect(valid.errors ?? []).toEqual([]);
  });
});
