import { rejects } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { checkout } from "../cluster/layout.ts";
import { eventually } from "../support/eventually.ts";
import { applyText, helm, kubectl } from "../support/kubectl.ts";
import type { Context } from "../support/suite.ts";

export const name = "packaging: charts and overlays render, the API server accepts them, their pods are admitted";

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: { readonly template?: { readonly spec: object } };
}

/** A release of a chart with some of its values set, as arguments of Helm. */
interface Release {
  readonly title: string;
  readonly chart: "headgate" | "loadtester" | "podinfo";
  readonly release: string;
  readonly set: readonly string[];
}

const namespace = "packaging";

const releases: readonly Release[] = [
  { title: "headgate with its defaults", chart: "headgate", release: "headgate", set: [] },
  {
    title: "headgate for blue/green with Slack",
    chart: "headgate",
    release: "headgate",
    set: ["meshProvider=kubernetes", "slack.url=https://hooks.example.com/T", "slack.channel=general"],
  },
  {
    title: "headgate in place of Flagger",
    chart: "headgate",
    release: "flagger",
    set: ["nameOverride=flagger", "slack.proxy=http://proxy:3128", "msteams.proxy-url=http://proxy:3128"],
  },
  {
    title: "headgate with several replicas",
    chart: "headgate",
    release: "headgate",
    set: ["leaderElection.enabled=true", "leaderElection.replicaCount=2", "podDisruptionBudget.enabled=true"],
  },
  {
    title: "headgate with everything optional",
    chart: "headgate",
    release: "headgate",
    set: [
      ...["crd.create=true", "namespace=packaging", "includeLabelPrefix=*", "threadiness=4", "kubeconfigQPS=200"],
      ...["serviceMonitor.enabled=true", "serviceMonitor.labels.a=b", "podMonitor.enabled=true"],
      ...["linkerdAuthPolicy.create=true", "controlplane.kubeconfig.secretName=mesh", "image.pullSecret=registry"],
      ...["podLabels.a=b", "deploymentLabels.a=b", "podPriorityClassName=system-cluster-critical"],
      ...["prometheus.install=true", "prometheus.securityContext.enabled=true", "prometheus.pullSecret=registry"],
      ...["serviceAccount.annotations.a=b", "nodeSelector.a=b", "tolerations[0].operator=Exists"],
      ...["env[0].name=SLACK_URL", "env[0].value=https://hooks.example.com/T", "noCrossNamespaceRefs=true"],
      ...["additionalVolumes[0].name=a", "additionalVolumes[0].configMap.name=a"],
      ...["additionalVolumeMounts[0].name=a", "additionalVolumeMounts[0].mountPath=/a"],
    ],
  },
  { title: "loadtester with its defaults", chart: "loadtester", release: "flagger-loadtester", set: [] },
  {
    title: "loadtester with everything optional",
    chart: "loadtester",
    release: "flagger-loadtester",
    set: [
      ...["rbac.create=true", "rbac.scope=cluster", "rbac.rules[0].apiGroups[0]=apps"],
      ...["rbac.rules[0].resources[0]=deployments", "rbac.rules[0].verbs[0]=get", "cmd.namespaceRegexp=test|prod"],
      ...["istio.enabled=true", "istio.gateway.enabled=true", "istio.tls.enabled=true", "istio.tls.httpsRedirect=true"],
      ...["appmesh.enabled=true", "appmesh.backends[0]=podinfo", "podDisruptionBudget.enabled=true"],
      ...["env[0].name=A", "env[0].value=b", "podSecurityContext.fsGroup=10001", "image.pullSecret=registry"],
      ...["volumes[0].name=a", "volumes[0].emptyDir.medium=Memory", "volumeMounts[0].name=a"],
      ...["volumeMounts[0].mountPath=/a", "podLabels.a=b", "podPriorityClassName=system-cluster-critical"],
    ],
  },
  { title: "podinfo with its defaults", chart: "podinfo", release: "podinfo", set: ["service.enabled=true"] },
  {
    title: "podinfo with a Canary",
    chart: "podinfo",
    release: "podinfo",
    set: [
      ...["canary.enabled=true", "canary.loadtest.enabled=true", "canary.istioIngress.enabled=true"],
      ...["canary.istioIngress.host=podinfo.example.com", "message=to: you", "backends[0]=http://a:9898/echo"],
    ],
  },
];

const overlays = ["kubernetes", "istio", "tester", "podinfo"];

export async function run(context: Context): Promise<void> {
  await createNamespace();
  await kubectl(["apply", "--filename", path("charts/headgate/crds/crd.yaml")]);

  await context.check("helm lint finds nothing", async () => {
    await helm(["lint", "--strict", ...["headgate", "loadtester", "podinfo"].map((chart) => path(`charts/${chart}`))]);
  });
  await context.check("helm refuses a value that does not exist, and names it", async () => {
    await rejects(render({ title: "", chart: "headgate", release: "headgate", set: ["slack.chanel=x"] }), /chanel/);
  });
  await context.check("the namespace refuses a pod without a security context", async () => {
    await rejects(admit("bare", { containers: [{ name: "a", image: "a" }] }), /violates PodSecurity/);
  });
  for (const release of releases) {
    await context.check(release.title, async () => {
      await accept(await render(release));
    });
  }
  for (const overlay of overlays) {
    await context.check(`kustomize/${overlay}`, async () => {
      await accept(manifests(await kubectl(["kustomize", path(`kustomize/${overlay}`)])).map(intoNamespace));
    });
  }
  await context.check("the Canary of the walkthrough", async () => {
    await accept(manifests(await readFile(path("kustomize/podinfo/canary.yaml"), "utf8")).map(intoNamespace));
  });

  await kubectl(["delete", "namespace", namespace]);
}

function path(relative: string): string {
  return join(checkout, relative);
}

/** A namespace that admits only pods of the Pod Security Standard "restricted". */
async function createNamespace(): Promise<void> {
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  await applyText(JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } }));
  const account = ["get", "serviceaccount", "default", "--namespace", namespace];
  await eventually("the namespace has its service account", async () => kubectl(account), { timeoutMs: 30_000 });
}

async function render({ chart, release, set }: Release): Promise<Manifest[]> {
  const values = set.flatMap((value) => ["--set", value]);
  return manifests(await helm(["template", release, path(`charts/${chart}`), "--namespace", namespace, ...values]));
}

function manifests(text: string): Manifest[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

function intoNamespace(manifest: Manifest): Manifest {
  const { metadata } = manifest;
  return metadata.namespace === undefined ? manifest : { ...manifest, metadata: { ...metadata, namespace } };
}

/** The API server takes all objects of kinds that it serves, and the namespace admits the pods they describe. */
async function accept(all: readonly Manifest[]): Promise<void> {
  const served = (await kubectl(["api-versions"])).split("\n");
  const items = all.filter(({ apiVersion }) => served.includes(apiVersion));
  await dryRun({ apiVersion: "v1", kind: "List", items });
  for (const { metadata, spec } of items) {
    if (spec?.template !== undefined) await admit(metadata.name, spec.template.spec);
  }
}

/** As a pod of its own: a Deployment is accepted whatever its pods are. Its service account does not exist here. */
async function admit(pod: string, spec: object): Promise<void> {
  const metadata = { name: pod, namespace };
  await dryRun({ apiVersion: "v1", kind: "Pod", metadata, spec: { ...spec, serviceAccountName: "default" } });
}

async function dryRun(object: object): Promise<void> {
  const flags = ["--server-side", "--force-conflicts", "--dry-run=server"];
  await kubectl(["apply", ...flags, "--filename", "-"], { input: JSON.stringify(object) });
}
