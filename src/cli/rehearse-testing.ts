/** For tests: a release, and what its metrics say at each analysis. */
export interface Example {
  readonly manifests: string;
  /** By name of the metric, the values and from which analysis on they hold; the first analysis is 0 and asks nothing. */
  readonly values: Readonly<Record<string, readonly (readonly [from: number, value: number])[]>>;
}

/** The addresses in the examples, for servers of a test to take their place. */
export const addresses = { hooks: "http://tester.test", prometheus: "http://store.test", slack: "http://chat.test" };

interface Parts {
  readonly provider?: string;
  /** Lines of `spec`. */
  readonly spec?: string;
  /** Lines of `spec.analysis`. */
  readonly analysis: string;
  /** Lines of `spec.analysis.metrics`. */
  readonly metrics?: string;
  /** Further documents. */
  readonly others?: string;
  readonly values?: Example["values"];
}

const successRate = `- name: request-success-rate
  interval: 1m
  thresholdRange:
    min: 99`;

function example(name: string, parts: Parts) {
  const { provider = "gatewayapi:v1", spec = "", analysis, metrics = successRate, others = "", values = {} } = parts;
  const manifests = `apiVersion: flagger.app/v1beta1
kind: Canary
metadata:
  name: ${name}
  namespace: test
spec:
  provider: ${provider}
  metricsServer: ${addresses.prometheus}
  targetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: ${name}
  service:
    port: 9898
    hosts: [${name}.example.com]
    gatewayRefs:
      - name: public
  analysis:
    interval: 30s
    threshold: 2
    metrics:
${indented(6, metrics)}${indented(4, analysis)}${indented(2, spec)}${others}`;
  return [name, { manifests, values }] as const;
}

function indented(by: number, text: string): string {
  return text.replace(/^(?=.)/gm, " ".repeat(by)).replace(/(?<=.)$/, "\n");
}

/** For tests: one of each kind of release. */
export const examples: ReadonlyMap<string, Example> = new Map([
  example("blue-green", {
    provider: "kubernetes",
    analysis: "iterations: 3",
    values: {
      "request-success-rate": [
        [0, 99.5],
        [2, 90],
        [3, 100],
      ],
    },
  }),
  example("gates", {
    provider: "kubernetes",
    analysis: `iterations: 2
webhooks:
${["confirm-rollout", "pre-rollout", "rollout", "confirm-promotion", "post-rollout", "rollback"]
  .map((type) => `  - {name: ${type}-gate, type: ${type}, url: "${addresses.hooks}/gates/${type}-gate"}`)
  .join("\n")}`,
  }),
  example("step-weight", {
    analysis: "stepWeight: 25\nmaxWeight: 75",
    values: {
      "request-success-rate": [
        [0, 100],
        [3, 98],
      ],
    },
  }),
  example("step-weights", {
    analysis: `stepWeights: [5, 30, 60]
alerts:
  - name: on-call
    severity: warn
    providerRef:
      name: on-call`,
    metrics: `- name: errors
  templateRef:
    name: errors
  thresholdRange:
    max: 10`,
    others: `---
apiVersion: flagger.app/v1beta1
kind: MetricTemplate
metadata:
  name: errors
  namespace: test
spec:
  provider:
    type: prometheus
    address: ${addresses.prometheus}
  query: sum(errors{app="{{ target }}"})
---
apiVersion: flagger.app/v1beta1
kind: AlertProvider
metadata:
  name: on-call
  namespace: test
spec:
  type: slack
  channel: on-call
  address: ${addresses.slack}
`,
    values: {
      errors: [
        [0, 2.5],
        [2, 11],
      ],
    },
  }),
  example("step-weight-promotion", { analysis: "stepWeight: 50\nmaxWeight: 50\nstepWeightPromotion: 25" }),
  example("max-weight", {
    analysis: `stepWeight: 10
maxWeight: 20
webhooks:
  - {name: more, type: confirm-traffic-increase, url: "${addresses.hooks}/max-weight/more"}`,
  }),
  example("ab-test", {
    analysis: "iterations: 2\nmatch:\n  - headers:\n      x-beta: {exact: yes-please}",
    values: {
      "request-success-rate": [
        [0, 100],
        [1, 0],
      ],
    },
  }),
  example("mirror", { analysis: "stepWeight: 50\nmirror: true" }),
  example("session-affinity", { analysis: "stepWeight: 50\nmaxWeight: 50\nsessionAffinity:\n  cookieName: release" }),
  example("skip-analysis", { analysis: "stepWeight: 50", spec: "skipAnalysis: true" }),
]);
