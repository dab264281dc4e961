import { expect, test } from "vitest";
import type { LintFlags } from "./lint-flags.ts";
import type { LoadTesterFlags } from "./loadtester-flags.ts";
import type { OperatorFlags } from "./operator-flags.ts";
import type { PlaygroundFlags } from "./playground-flags.ts";
import { runProgram } from "./program.ts";
import type { ProveFlags } from "./prove-flags.ts";
import type { RehearseFlags } from "./rehearse-flags.ts";

/** The role that the arguments start, with its flags. */
async function start(...args: readonly string[]): Promise<readonly unknown[]> {
  const started: unknown[] = [];
  const note =
    (role: string) =>
    async (flags: OperatorFlags | LoadTesterFlags | PlaygroundFlags | LintFlags | ProveFlags | RehearseFlags) => {
      started.push(role, flags);
    };
  const roles = {
    operator: note("operator"),
    loadtester: note("loadtester"),
    playground: note("playground"),
    lint: note("lint"),
    prove: note("prove"),
    rehearse: note("rehearse"),
  };
  await runProgram(roles, args);
  return started;
}

const operatorDefaults = {
  kubeconfig: "",
  master: "",
  kubeconfigQps: 100,
  kubeconfigBurst: 250,
  kubeconfigServiceMesh: "",
  namespace: "",
  meshProvider: "istio",
  metricsServer: "http://prometheus:9090",
  selectorLabels: ["app", "name", "app.kubernetes.io/name"],
  includeLabelPrefix: [],
  enableConfigTracking: true,
  noCrossNamespaceRefs: false,
  analysisIntervalFloor: 10_000,
  ingressAnnotationsPrefix: "nginx.ingress.kubernetes.io",
  ingressClass: "",
  clusterName: "",
  eventWebhook: "",
  slackUrl: "",
  slackToken: "",
  slackProxyUrl: "",
  slackUser: "flagger",
  slackChannel: "",
  msteamsUrl: "",
  msteamsProxyUrl: "",
  enableLeaderElection: false,
  leaderElectionNamespace: "kube-system",
  port: 8080,
  controlLoopInterval: 10_000,
  threadiness: 2,
  logLevel: "debug",
  zapEncoding: "json",
  zapReplaceGlobals: false,
};
const loadTesterDefaults = {
  port: 9090,
  timeout: 3_600_000,
  namespaceRegexp: "",
  logLevel: "debug",
  zapEncoding: "json",
  zapReplaceGlobals: false,
};

test("the defaults are Flagger's", async () => {
  expect(await start("operator")).toEqual(["operator", operatorDefaults]);
  expect(await start("loadtester")).toEqual(["loadtester", loadTesterDefaults]);
});

test("the arguments of a Deployment that was written for Flagger", async () => {
  const args = [
    "-log-level=info",
    "-kubeconfig=/kube/config",
    "-master=https://api:6443",
    "-kubeconfig-qps=200",
    "-kubeconfig-burst=500",
    "-kubeconfig-service-mesh=",
    "-namespace=test",
    "-mesh-provider=gatewayapi:v1",
    "-metrics-server=http://user:password@prometheus:9090/prefix?a=b",
    "-selector-labels=app.kubernetes.io/name",
    "-include-label-prefix=app.kubernetes.io,team",
    "-enable-config-tracking=false",
    "-no-cross-namespace-refs=true",
    "-ingress-annotations-prefix=custom.ingress.kubernetes.io",
    "-ingress-class=contour",
    "-cluster-name=east",
    "-event-webhook=http://events",
    "-slack-url=https://slack/a=b",
    "-slack-token=xoxb",
    "-slack-proxy-url=http://proxy:1",
    "-slack-user=headgate",
    "-slack-channel=#releases",
    "-msteams-url=https://teams",
    "-msteams-proxy-url=http://proxy:2",
    "-enable-leader-election=true",
    "-leader-election-namespace=flagger-system",
    "-port=8081",
    "-control-loop-interval=30s",
    "-threadiness=4",
    "-zap-encoding=console",
    "-zap-replace-globals=true",
  ];
  const flags = {
    ...operatorDefaults,
    logLevel: "info",
    kubeconfig: "/kube/config",
    master: "https://api:6443",
    kubeconfigQps: 200,
    kubeconfigBurst: 500,
    namespace: "test",
    meshProvider: "gatewayapi:v1",
    metricsServer: "http://user:password@prometheus:9090/prefix?a=b",
    selectorLabels: ["app.kubernetes.io/name"],
    includeLabelPrefix: ["app.kubernetes.io", "team"],
    enableConfigTracking: false,
    noCrossNamespaceRefs: true,
    ingressAnnotationsPrefix: "custom.ingress.kubernetes.io",
    ingressClass: "contour",
    clusterName: "east",
    eventWebhook: "http://events",
    slackUrl: "https://slack/a=b",
    slackToken: "xoxb",
    slackProxyUrl: "http://proxy:1",
    slackUser: "headgate",
    slackChannel: "#releases",
    msteamsUrl: "https://teams",
    msteamsProxyUrl: "http://proxy:2",
    enableLeaderElection: true,
    leaderElectionNamespace: "flagger-system",
    port: 8081,
    controlLoopInterval: 30_000,
    threadiness: 4,
    zapEncoding: "console",
    zapReplaceGlobals: true,
  };
  expect(await start(...args)).toEqual(["operator", flags]);
  expect(await start("operator", ...args.map((arg) => `-${arg}`))).toEqual(["operator", flags]);
});

test.each<[string, readonly string[], object]>([
  ["a value after a space", ["-mesh-provider", "nginx", "--port", "1"], { meshProvider: "nginx", port: 1 }],
  ["an empty value", ["-slack-user=", "-namespace", ""], { slackUser: "", namespace: "" }],
  [
    "booleans without a value",
    ["-enable-leader-election", "-no-cross-namespace-refs", "-port=1"],
    { enableLeaderElection: true, noCrossNamespaceRefs: true, port: 1 },
  ],
  [
    "Go's booleans",
    ["-enable-config-tracking=F", "-enable-leader-election=1"],
    { enableConfigTracking: false, enableLeaderElection: true },
  ],
  ["a flag twice", ["-port=1", "-port=2"], { port: 2 }],
  [
    "klog's flags",
    ["-v=2", "-logtostderr", "-v", "4", "-log_dir=/tmp", "-alsologtostderr=true", "-port=1"],
    { port: 1 },
  ],
])("%s", async (_, args, changed) => {
  const [role, flags] = await start(...args);
  expect(role).toBe("operator");
  expect(flags).toMatchObject({ ...operatorDefaults, ...changed });
});

test("the arguments of a load tester that was written for Flagger", async () => {
  const args = ["-port=8080", "-log-level=info", "-timeout=10m", "-namespace-regexp=^test$", "-zap-encoding=console"];
  expect(await start("loadtester", ...args)).toEqual([
    "loadtester",
    {
      ...loadTesterDefaults,
      port: 8080,
      logLevel: "info",
      timeout: 600_000,
      namespaceRegexp: "^test$",
      zapEncoding: "console",
    },
  ]);
});

test("the arguments of a rehearsal", async () => {
  const defaults = { metric: [], metrics: "", hook: [], podStartup: 3000, output: "text" };
  expect(await start("rehearse", "-f", "canary.yaml")).toEqual([
    "rehearse",
    { ...defaults, filename: ["canary.yaml"] },
  ]);
  const args = ["-f", "canary.yaml", "-f", "app.yaml", "--metric", "errors=1", "--metric", "rate=100@0s,90@2m"];
  const more = ["--metrics=samples.csv", "--hook=gate=403", "--pod-startup=1m", "--fail-at", "3m", "-o", "json"];
  expect(await start("rehearse", ...args, ...more)).toEqual([
    "rehearse",
    {
      filename: ["canary.yaml", "app.yaml"],
      metric: ["errors=1", "rate=100@0s,90@2m"],
      metrics: "samples.csv",
      hook: ["gate=403"],
      podStartup: 60_000,
      failAt: 180_000,
      output: "json",
    },
  ]);
});

test("lint, and the operator's flags that it goes by", async () => {
  const defaults = {
    filename: ["a.yaml", "-"],
    output: "text",
    strict: false,
    meshProvider: "",
    analysisIntervalFloor: 10_000,
    selectorLabels: ["app", "name", "app.kubernetes.io/name"],
    noCrossNamespaceRefs: false,
  };
  expect(await start("lint", "-f", "a.yaml", "-")).toEqual(["lint", defaults]);
  const args = ["--filename=a.yaml", "-f", "-", "-o", "json", "--strict", "--mesh-provider=kubernetes"];
  const more = ["--analysis-interval-floor=1s", "--selector-labels=app,team", "--no-cross-namespace-refs"];
  expect(await start("lint", ...args, ...more)).toEqual([
    "lint",
    {
      ...defaults,
      output: "json",
      strict: true,
      meshProvider: "kubernetes",
      analysisIntervalFloor: 1000,
      selectorLabels: ["app", "team"],
      noCrossNamespaceRefs: true,
    },
  ]);
});
