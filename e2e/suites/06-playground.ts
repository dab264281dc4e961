import { deepEqual, equal, match, ok } from "node:assert/strict";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import type { Canary } from "../../src/api/canary.ts";
import { checkout } from "../cluster/layout.ts";
import { eventually } from "../support/eventually.ts";
import { startPlayground } from "../support/playground.ts";
import type { RunningPlayground } from "../support/playground.ts";
import type { Context } from "../support/suite.ts";

export const name = "playground: kubectl and Helm as they are, on a Kubernetes that is one process";

/** Where kubectl is tried out; the Canary's manifests name a namespace of their own. */
const namespace = "tried";
const on = ["--namespace", namespace];
const repository = "ghcr.io/stefanprodan/podinfo";
const soon = { timeoutMs: 30_000, everyMs: 100 };

export async function run({ check, timeline }: Context): Promise<void> {
  await using playground = await startPlayground("playground.log");
  timeline.mark("the playground is ready");
  await playground.kubectl(["create", "namespace", namespace]);

  await check("kubectl finds out what there is", () => discover(playground));
  await check("kubectl apply: created, unchanged, and what diff tells before", () => apply(playground));
  await check("kubectl apply --server-side: conflicts are named, and forced", () => applyServerSide(playground));
  await check("kubectl get: tables, wide and narrow, JSON, names, selections, a watch", () => get(playground));
  await check("kubectl describe: a Deployment, its pod, its Service", () => describe(playground));
  await check("kubectl patch: merge, JSON, strategic merge; kubectl edit", () => patch(playground));
  await check("kubectl scale, set image, rollout, wait", () => rollOut(playground));
  await check("kubectl run and logs, also of a pod while it ends", () => logs(playground));
  await check("a Service is called through the gateway", () => callService(playground));
  await check("kubectl tells what is wrong", () => errors(playground));
  await check("kubectl delete, to the last object of a namespace", () => remove(playground));
  await check("kustomize/tester and kustomize/podinfo", () => kustomize(playground));
  await check("a good version of podinfo is released, with kubectl only", () => release(playground));
  await check("Helm installs, lists, upgrades, rolls back and uninstalls the charts", () => useHelm(playground));
  await check("SIGTERM ends it, with all processes and folders", async () => {
    ok((await playground.processes()).length > 4, "the playground, its reaper, Prometheus and pods are found");
    deepEqual(await playground.end(), { code: 0, processes: [], folders: [] });
  });
}

async function discover({ kubectl }: RunningPlayground): Promise<void> {
  match(await kubectl(["version"]), /^Server Version: v1\.35\./m);
  match(await kubectl(["api-resources"]), /^deployments +deploy +apps\/v1 +true +Deployment$/m);
  const ours = await kubectl(["api-resources", "--api-group=flagger.app", "--output=name"]);
  equal(ours, "alertproviders.flagger.app\ncanaries.flagger.app\nmetrictemplates.flagger.app\n");
  match(await kubectl(["explain", "canary.spec.analysis.threshold"]), /FIELD: threshold <number>/);
  equal(await kubectl(["auth", "can-i", "create", "canaries"]), "yes\n");
  equal(await kubectl(["wait", "node", "--all", "--for=condition=Ready"]), "node/node1 condition met\n");
}

async function apply({ kubectl, tryKubectl }: RunningPlayground): Promise<void> {
  const input = application("6.0.0", "blue");
  const args = ["apply", ...on, "--filename=-"];
  equal(
    await kubectl(args, { input }),
    lines("deployment.apps/app created", "service/app created", "configmap/app created"),
  );
  await kubectl(["rollout", "status", "deployment/app", ...on, "--timeout=50s"]);
  const unchanged = lines("deployment.apps/app unchanged", "service/app unchanged", "configmap/app unchanged");
  equal(await kubectl(args, { input }), unchanged);
  equal(await kubectl(["diff", ...on, "--filename=-"], { input }), "");

  const changed = application("6.0.1", "red");
  const difference = await tryKubectl(["diff", ...on, "--filename=-"], { input: changed });
  equal(difference.code, 1);
  const changes = difference.stdout.split("\n").filter((line) => /^[-+] /.test(line));
  deepEqual(changes, [
    "-  generation: 1",
    "+  generation: 2",
    `-      - image: ${repository}:6.0.0`,
    `+      - image: ${repository}:6.0.1`,
    "-  color: blue",
    "+  color: red",
  ]);
  const configured = lines("deployment.apps/app configured", "service/app unchanged", "configmap/app configured");
  equal(await kubectl(args, { input: changed }), configured);
}

async function applyServerSide({ kubectl, tryKubectl }: RunningPlayground): Promise<void> {
  const args = ["apply", ...on, "--server-side", "--filename=-", "--field-manager=other"];
  const input = JSON.stringify({ ...configMap("green"), data: { color: "green", size: "big" } });
  const conflict = await tryKubectl(args, { input });
  equal(conflict.code, 1);
  const [said] = conflict.stderr.split("\n");
  equal(said, 'error: Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.color');
  const applied = "configmap/app serverside-applied\n";
  equal(await kubectl([...args, "--force-conflicts"], { input }), applied);
  equal(await kubectl(args, { input }), applied);
  const withoutSize = JSON.stringify(configMap("green"));
  equal(await kubectl(args, { input: withoutSize }), applied);
  equal(await kubectl(["get", "configmap/app", ...on, "--output=jsonpath={.data}"]), '{"color":"green"}');
}

async function get(playground: RunningPlayground): Promise<void> {
  const { kubectl, streamKubectl } = playground;
  await kubectl(["rollout", "status", "deployment/app", ...on, "--timeout=50s"]);
  const deployment = ["get", "deployment/app", ...on];
  match(await kubectl(deployment), /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\napp +1\/1 +1 +1 +\w+\n$/);
  match(
    await kubectl([...deployment, "--output=wide"]),
    /^NAME .* AGE +CONTAINERS +IMAGES +SELECTOR\napp .* podinfo +ghcr\.io\/stefanprodan\/podinfo:6\.0\.1 +app=app\n$/,
  );
  const { kind, metadata, status } = JSON.parse(await kubectl([...deployment, "--output=json"])) as Deployment;
  deepEqual([kind, metadata.name, metadata.generation, status.readyReplicas], ["Deployment", "app", 2, 1]);

  const several = await kubectl(["get", "services,configmaps", ...on, "--output=name"]);
  equal(several, lines("service/app", "configmap/app"));
  equal(await kubectl(["get", "configmaps", ...on, "--selector=app in (other)", "--output=name"]), "");
  const selected = ["--selector=app=app", "--field-selector=status.phase=Running", "--no-headers"];
  match(await kubectl(["get", "pods", ...on, ...selected]), /^app-\w+-\w+ +1\/1 +Running +0 +\w+$/m);

  await using watch = streamKubectl(["get", "configmaps", ...on, "--watch", "--output-watch-events", "--no-headers"]);
  await eventually("the watch begins", () => seen(watch.output(), /^ADDED +app +1 /m), soon);
  await kubectl(["create", "configmap", "other", ...on]);
  await kubectl(["label", "configmap/other", ...on, "a=b"]);
  await kubectl(["delete", "configmap/other", ...on]);
  await eventually("the watch has told all", () => seen(watch.output(), /^DELETED +other/m), soon);
  const told = watch
    .output()
    .split("\n")
    .filter((line) => line.includes("other"));
  deepEqual(
    told.map((line) => line.split(" ")[0]),
    ["ADDED", "MODIFIED", "DELETED"],
  );
}

async function describe({ kubectl }: RunningPlayground): Promise<void> {
  const deployment = await kubectl(["describe", "deployment/app", ...on]);
  match(deployment, /^Replicas: +1 desired \| 1 updated \| 1 total \| 1 available \| 0 unavailable$/m);
  match(deployment, /^ +Available +True +MinimumReplicasAvailable$/m);
  match(deployment, /^ +Normal +ScalingReplicaSet .* Scaled up replica set app-\w+ from 0 to 1$/m);
  const pods = await kubectl(["describe", "pods", ...on, "--selector=app=app"]);
  match(pods, /^Controlled By: +ReplicaSet\/app-\w+$/m);
  match(pods, /^ +Readiness: +http-get http:\/\/:http\/readyz delay=0s timeout=1s period=1s #success=1 #failure=3$/m);
  match(pods, /^ +Normal +Started .* Started container podinfo$/m);
  match(await kubectl(["describe", "service/app", ...on]), /^Endpoints: +127\.[\d.]+:9898$/m);
}

async function patch({ folder, kubectl }: RunningPlayground): Promise<void> {
  const change = async (type: string, body: unknown): Promise<string> =>
    kubectl(["patch", "configmap/app", ...on, `--type=${type}`, `--patch=${JSON.stringify(body)}`]);
  const merge = { data: { color: null, shape: "round" } };
  equal(await change("merge", merge), "configmap/app patched\n");
  equal(await change("merge", merge), "configmap/app patched (no change)\n");
  const operations = [
    { op: "test", path: "/data/shape", value: "round" },
    { op: "add", path: "/data/size", value: "big" },
  ];
  equal(await change("json", operations), "configmap/app patched\n");

  const env = [{ name: "A", value: "b" }];
  const strategic = JSON.stringify({ spec: { template: { spec: { containers: [{ name: "podinfo", env }] } } } });
  await kubectl(["patch", "deployment/app", ...on, `--patch=${strategic}`]);
  const containers = "{.spec.template.spec.containers[*]['image','env']}";
  const patched = await kubectl(["get", "deployment/app", ...on, `--output=jsonpath=${containers}`]);
  equal(patched, `${repository}:6.0.1 [{"name":"A","value":"b"}]`);

  const editor = join(folder, "editor");
  await writeFile(editor, '#!/bin/sh\nsed -i "s/size: big/size: small/" "$1"\n');
  await chmod(editor, 0o755);
  const edit = async (): Promise<string> => kubectl(["edit", "configmap/app", ...on], { env: { KUBE_EDITOR: editor } });
  equal(await edit(), "configmap/app edited\n");
  equal(await edit(), "");
  const data = await kubectl(["get", "configmap/app", ...on, "--output=jsonpath={.data}"]);
  deepEqual(JSON.parse(data), { shape: "round", size: "small" });
}

async function rollOut({ kubectl, tryKubectl }: RunningPlayground): Promise<void> {
  const image = async (): Promise<string> =>
    kubectl(["get", "deployment/app", ...on, "--output=jsonpath={.spec.template.spec.containers[0].image}"]);
  const done = async (): Promise<void> => {
    const status = await kubectl(["rollout", "status", "deployment/app", ...on, "--timeout=50s"]);
    match(status, /^deployment "app" successfully rolled out\n$/m);
  };
  await kubectl(["scale", "deployment/app", ...on, "--replicas=2"]);
  await done();
  const replicas = await kubectl(["get", "deployment/app", ...on, "--output=jsonpath={.status.readyReplicas}"]);
  equal(replicas, "2");
  await kubectl(["set", "image", "deployment/app", ...on, `podinfo=${repository}:6.0.2`]);
  await done();
  equal(await image(), `${repository}:6.0.2`);
  await kubectl(["rollout", "undo", "deployment/app", ...on]);
  await done();
  equal(await image(), `${repository}:6.0.1`);

  const wait = async (...args: readonly string[]): Promise<string> =>
    kubectl(["wait", ...args, ...on, "--timeout=20s"]);
  equal(await wait("deployment/app", "--for=condition=Available"), "deployment.apps/app condition met\n");
  equal(await wait("configmap/app", "--for=jsonpath={.data.size}=small"), "configmap/app condition met\n");
  const never = await tryKubectl(["wait", "deployment/app", ...on, "--for=condition=Never", "--timeout=3s"]);
  deepEqual([never.code, never.stderr], [1, "error: timed out waiting for the condition on deployments/app\n"]);
}

async function logs({ kubectl, streamKubectl }: RunningPlayground): Promise<void> {
  await kubectl(["run", "one", ...on, `--image=${repository}:6.0.0`, "--restart=Never"]);
  await kubectl(["wait", "pod/one", ...on, "--for=condition=Ready", "--timeout=20s"]);
  match(await kubectl(["logs", "one", ...on]), /"Starting podinfo","version":"6\.0\.0"/);
  equal(await kubectl(["logs", "one", ...on, "--tail=0"]), "");
  await using follow = streamKubectl(["logs", "one", ...on, "--follow", "--tail=1"]);
  await eventually("the line before is told", () => seen(follow.output(), /\n/), soon);
  equal(follow.output().split("\n").length, 2);
  await kubectl(["delete", "pod", "one", ...on, "--timeout=40s"]);
  equal(await follow.ended, 0);
  match(follow.output(), /Shutting down/);
}

async function callService({ call, prometheus }: RunningPlayground): Promise<void> {
  const page = JSON.parse(await call(`http://app.${namespace}/`)) as { readonly version: string };
  equal(page.version, "6.0.1");
  match(await call(`http://app.${namespace}.svc.cluster.local/healthz`), /OK/);
  await eventually("Prometheus has the pods", () => scraped(prometheus), soon);
}

async function errors({ tryKubectl }: RunningPlayground): Promise<void> {
  const asked: readonly (readonly [args: readonly string[], said: string, object?: object])[] = [
    [["get", "configmap/none"], 'Error from server (NotFound): configmaps "none" not found'],
    [["get", "none"], 'error: the server doesn\'t have a resource type "none"'],
    [["create", "configmap", "app"], 'error: failed to create configmap: configmaps "app" already exists'],
    [
      ["create", "--filename=-"],
      'Error from server (AlreadyExists): error when creating "STDIN": configmaps "app" already exists',
      configMap("blue"),
    ],
    [
      ["apply", "--filename=-"],
      'Error from server (BadRequest): error when creating "STDIN": ConfigMap in version "v1" cannot be handled as a ' +
        'ConfigMap: strict decoding error: unknown field "dta"',
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "wrong" }, dta: {} },
    ],
    [
      ["apply", "--filename=-"],
      'The Canary "wrong" is invalid: spec.targetRef: Required value',
      {
        apiVersion: "flagger.app/v1beta1",
        kind: "Canary",
        metadata: { name: "wrong" },
        spec: { analysis: { interval: "10s", threshold: 1, iterations: 1 } },
      },
    ],
    [
      ["patch", "deployment/app", '--patch={"spec":{"replicas":-1}}'],
      'The Deployment "app" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      ["patch", "deployment/app", '--patch={"spec":{"selector":{"matchLabels":{"app":"b"}}}}'],
      'The Deployment "app" is invalid: \n' +
        '* spec.template.metadata.labels: Invalid value: {"app":"app"}: `selector` does not match template `labels`\n' +
        '* spec.selector: Invalid value: {"matchLabels":{"app":"b"}}: field is immutable',
    ],
    [["scale", "deployment/app", "--replicas=3", "--current-replicas=1"], "error: Expected replicas to be 1, was 2"],
  ];
  for (const [args, said, object] of asked) {
    const input = object === undefined ? {} : { input: JSON.stringify(object) };
    const { code, stderr } = await tryKubectl([...args, ...on], input);
    deepEqual({ code, stderr }, { code: 1, stderr: `${said}\n` });
  }
}

async function remove({ kubectl }: RunningPlayground): Promise<void> {
  const deleted = await kubectl(["delete", "configmap,service", "app", ...on]);
  equal(
    deleted,
    lines(`configmap "app" deleted from ${namespace} namespace`, `service "app" deleted from ${namespace} namespace`),
  );
  await kubectl(["delete", "deployment/app", ...on]);
  await kubectl(["wait", "pods", ...on, "--selector=app=app", "--for=delete", "--timeout=40s"]);
  equal(await kubectl(["get", "replicasets,pods", ...on, "--output=name"]), "");
  equal(await kubectl(["delete", "namespace", namespace, "--timeout=40s"]), `namespace "${namespace}" deleted\n`);
}

async function kustomize({ kubectl }: RunningPlayground): Promise<void> {
  await kubectl(["create", "namespace", "test"]);
  const apply = async (overlay: string): Promise<string> =>
    kubectl(["apply", "--kustomize", join(checkout, "kustomize", overlay)]);
  equal(
    await apply("tester"),
    lines("service/flagger-loadtester created", "deployment.apps/flagger-loadtester created"),
  );
  equal(
    await apply("podinfo"),
    lines(
      "configmap/podinfo-config created",
      "deployment.apps/podinfo created",
      "horizontalpodautoscaler.autoscaling/podinfo created",
    ),
  );
  for (const deployment of ["flagger-loadtester", "podinfo"]) {
    await kubectl(["rollout", "status", `deployment/${deployment}`, "--namespace=test", "--timeout=50s"]);
  }
}

async function release({ kubectl, call }: RunningPlayground): Promise<void> {
  const inTest = "--namespace=test";
  const promoted = async (status: string): Promise<void> => {
    const condition = `--for=condition=promoted=${status}`;
    await kubectl(["wait", "canary/podinfo", inTest, condition, "--timeout=90s"], { timeoutMs: 100_000 });
  };
  const input = JSON.stringify(await quickCanary());
  equal(await kubectl(["apply", "--filename=-"], { input }), "canary.flagger.app/podinfo created\n");
  await promoted("True");
  match(await kubectl(["get", "canary/podinfo", inTest, "--no-headers"]), /^podinfo +Initialized +0 /);
  await kubectl(["set", "image", "deployment/podinfo", inTest, `podinfod=${repository}:6.0.1`]);
  await promoted("Unknown");
  await promoted("True");
  match(await kubectl(["get", "canary/podinfo", inTest, "--no-headers"]), /^podinfo +Succeeded +0 /);
  match(await kubectl(["describe", "canary/podinfo", inTest]), /^ +Normal +Synced .* Promotion completed! /m);
  match(await kubectl(["get", "deployment/podinfo-primary", inTest, "--output=wide"]), /podinfo:6\.0\.1 /);
  match(await call("http://podinfo.test:9898/version"), /"6\.0\.1"/);
}

/** The Canary of the walkthrough, with shorter times. */
async function quickCanary(): Promise<Canary> {
  const canary = parse(await readFile(join(checkout, "kustomize/podinfo/canary.yaml"), "utf8")) as Canary;
  const { analysis } = canary.spec;
  const metrics = analysis.metrics?.map((metric) => ({ ...metric, interval: "10s" }));
  // until the first requests have been scraped there is nothing to judge, which fails a check
  const quick = { ...analysis, interval: "1s", threshold: 20, iterations: 3, metrics };
  return { ...canary, spec: { ...canary.spec, analysis: quick } } as Canary;
}

async function useHelm({ helm, kubectl, call }: RunningPlayground): Promise<void> {
  const inHelm = ["--namespace", "helm"];
  const install = async (release: string, ...args: readonly string[]): Promise<string> => {
    const chart = join(checkout, "charts", release);
    const options = [...inHelm, "--create-namespace", "--wait", "--timeout=60s"];
    return helm(["upgrade", "--install", release, chart, ...options, ...args]);
  };
  const podinfo = async (...values: readonly string[]): Promise<string> =>
    install("podinfo", `--set=service.enabled=true,hpa.enabled=false,${values.join(",")}`);
  // Helm does not wait for the one pod of a Deployment that may be without one
  const page = async (): Promise<unknown> => {
    await kubectl(["rollout", "status", "deployment/podinfo", ...inHelm, "--timeout=50s"]);
    const { version, message } = JSON.parse(await call("http://podinfo.helm:9898/")) as Page;
    return { version, message };
  };
  match(await podinfo("image.tag=6.0.0"), /^STATUS: deployed\nREVISION: 1$/m);
  match(await install("loadtester"), /^STATUS: deployed\nREVISION: 1$/m);
  deepEqual(await page(), { version: "6.0.0", message: "greetings from podinfo v6.0.0" });
  match(await call("http://loadtester.helm/healthz"), /OK/);

  match(await podinfo("image.tag=6.0.1", "message=hello"), /^STATUS: deployed\nREVISION: 2$/m);
  deepEqual(await page(), { version: "6.0.1", message: "hello" });
  const list = async (): Promise<unknown> => {
    const releases = JSON.parse(await helm(["list", ...inHelm, "--output=json"])) as Listed[];
    return releases.map(({ name, revision, status }) => [name, revision, status]);
  };
  deepEqual(await list(), [
    ["loadtester", "1", "deployed"],
    ["podinfo", "2", "deployed"],
  ]);
  await helm(["rollback", "podinfo", "1", ...inHelm, "--wait", "--timeout=60s"]);
  deepEqual(await page(), { version: "6.0.0", message: "greetings from podinfo v6.0.0" });

  await helm(["uninstall", "loadtester", ...inHelm, "--wait", "--timeout=60s"]);
  equal(await helm(["uninstall", "podinfo", ...inHelm, "--wait"]), 'release "podinfo" uninstalled\n');
  deepEqual(await list(), []);
  equal(await kubectl(["get", "deployments,services,secrets", ...inHelm, "--output=name"]), "");
}

interface Deployment {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly generation: number };
  readonly status: { readonly readyReplicas: number };
}

/** What podinfo says of itself. */
interface Page {
  readonly version: string;
  readonly message: string;
}

/** A line of `helm list`. */
interface Listed {
  readonly name: string;
  readonly revision: string;
  readonly status: string;
}

/** podinfo of a version, behind a Service, and a ConfigMap: as documents of one file. */
function application(tag: string, color: string): string {
  const labels = { app: "app" };
  const container = {
    name: "podinfo",
    image: `${repository}:${tag}`,
    ports: [{ name: "http", containerPort: 9898 }],
    readinessProbe: { httpGet: { path: "/readyz", port: "http" }, periodSeconds: 1 },
  };
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "app", labels },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 5, containers: [container] } },
    },
  };
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "app" },
    spec: { selector: labels, ports: [{ port: 80, targetPort: "http" }] },
  };
  return [deployment, service, configMap(color)].map((object) => JSON.stringify(object)).join("\n---\n");
}

function configMap(color: string): object {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "app" }, data: { color } };
}

function lines(...all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}

/** For `eventually`. */
async function seen(text: string, pattern: RegExp): Promise<true | undefined> {
  return pattern.test(text) ? true : undefined;
}

async function scraped(prometheus: string): Promise<true | undefined> {
  const query = new URL(`${prometheus}/api/v1/query`);
  query.searchParams.set("query", `istio_requests_total{destination_workload="app"}`);
  const answer = await fetch(query, { signal: AbortSignal.timeout(5000) });
  const { data } = (await answer.json()) as { readonly data: { readonly result: readonly unknown[] } };
  return data.result.length > 0 ? true : undefined;
}
