import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

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
  ])("refuses %s", (_, values) => {
    expect(valid(values)).toBe(false);
  });
});

describe("arguments", () => {
  const operator = [
    "analysis-interval-floor",
    "cluster-name",
    "control-loop-interval",
    "enable-config-tracking",
    "enable-leader-election",
    "event-webhook",
    "include-label-prefix",
    "ingress-annotations-prefix",
    "ingress-class",
    "kubeconfig-burst",
    "kubeconfig-qps",
    "kubeconfig-service-mesh",
    "leader-election-namespace",
    "log-level",
    "mesh-provider",
    "metrics-server",
    "msteams-proxy-url",
    "msteams-url",
    "namespace",
    "no-cross-namespace-refs",
    "selector-labels",
    "slack-channel",
    "slack-proxy-url",
    "slack-url",
    "slack-user",
    "threadiness",
  ];
  const loadTester = ["log-level", "namespace-regexp", "port", "timeout"];
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
