import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildImages } from "../images/build.ts";
import { loadImages } from "../images/load.ts";
import { eventually } from "../support/eventually.ts";
import { applyManifest, kubectl, rolledOut } from "../support/kubectl.ts";
import { run } from "../support/run.ts";
import { createCertificates, pki } from "./certificates.ts";
import { configuration, writeConfiguration } from "./configuration.ts";
import { createControlGroups } from "./control-groups.ts";
import { assertRunning, daemonPid, startDaemon } from "./daemons.ts";
import { endAbandoned } from "./down.ts";
import { hostProgram, prepareHost, refuseForeignCluster } from "./host.ts";
import { checkout, machineDirectory, network, stateDirectory } from "./layout.ts";
import { prepareNetwork, shareNetworkNamespaces, verifyRoutes } from "./network.ts";
import { allPrograms, buildPrograms, programPath } from "./programs.ts";
import { step } from "./progress.ts";
import type { ProgramName } from "./programs.ts";

const { nodeName, nodeAddress, serviceRange, podRange } = network;

/**
 * Brings the cluster up, from whatever is there already: each part is left alone when it is as it should be, so a
 * second run is quick and a run that was cut off is continued.
 * @throws Error that says what is missing or which part does not come up.
 */
export async function up(): Promise<void> {
  await prepareHost();
  await endAbandoned();
  await refuseForeignCluster();
  await buildPrograms(allPrograms);
  await step("images", buildImages);
  await step("network, certificates, configuration", prepare);
  await step("etcd and API server", startControlPlane);
  await step("controller manager and scheduler", startControllers);
  await step("containerd", startContainerd);
  await step("load images", loadImages);
  await step("kubelet and kube-proxy: node Ready", startNode);
  await step("CoreDNS and metrics-server", startAddons);
}

async function prepare(): Promise<void> {
  const { run: runDirectory, owner, disk } = machineDirectory;
  for (const folder of [runDirectory, disk, stateDirectory.root]) await mkdir(folder, { recursive: true });
  await writeFile(owner, checkout);
  await prepareNetwork();
  if (await shareNetworkNamespaces()) await writeFile(join(runDirectory, "shared-netns"), "");
  await createControlGroups();
  await createCertificates();
  await writeConfiguration();
}

async function startControlPlane(): Promise<void> {
  await verifyRoutes();
  await start("etcd", [
    ...[`--data-dir=${stateDirectory.etcd}`, "--unsafe-no-fsync"],
    ...["--listen-client-urls=http://127.0.0.1:2379", "--advertise-client-urls=http://127.0.0.1:2379"],
    ...["--listen-peer-urls=http://127.0.0.1:2380"],
  ]);
  await start("kube-apiserver", [
    ...["--etcd-servers=http://127.0.0.1:2379", `--service-cluster-ip-range=${serviceRange}`],
    ...[`--bind-address=${nodeAddress}`, `--advertise-address=${nodeAddress}`, "--secure-port=6443"],
    ...[`--tls-cert-file=${pki("apiserver.crt")}`, `--tls-private-key-file=${pki("apiserver.key")}`],
    ...[`--client-ca-file=${pki("ca.crt")}`, "--authorization-mode=Node,RBAC", "--allow-privileged=true"],
    ...[`--service-account-key-file=${pki("sa.pub")}`, `--service-account-signing-key-file=${pki("sa.key")}`],
    "--service-account-issuer=https://kubernetes.default.svc",
    // the node's name resolves nowhere
    "--kubelet-preferred-address-types=InternalIP",
    `--kubelet-certificate-authority=${pki("ca.crt")}`,
    ...[`--kubelet-client-certificate=${pki("admin.crt")}`, `--kubelet-client-key=${pki("admin.key")}`],
    // extension API servers, such as metrics-server
    ...["--requestheader-allowed-names=front-proxy-client", "--requestheader-username-headers=X-Remote-User"],
    ...["--requestheader-group-headers=X-Remote-Group", "--requestheader-extra-headers-prefix=X-Remote-Extra-"],
    `--requestheader-client-ca-file=${pki("front-proxy-ca.crt")}`,
    ...[`--proxy-client-cert-file=${pki("front-proxy.crt")}`, `--proxy-client-key-file=${pki("front-proxy.key")}`],
    "--enable-aggregator-routing=true",
    ...[`--audit-policy-file=${configuration("audit-policy.yaml")}`, `--audit-log-path=${stateDirectory.audit}`],
    "--audit-log-maxsize=2000",
  ]);
  await ready("kube-apiserver", async () => kubectl(["get", "--raw", "/readyz"]));
}

async function startControllers(): Promise<void> {
  await start("kube-controller-manager", [
    ...[`--kubeconfig=${configuration("admin.kubeconfig")}`, `--bind-address=${nodeAddress}`],
    ...[`--service-account-private-key-file=${pki("sa.key")}`, `--root-ca-file=${pki("ca.crt")}`],
    ...["--use-service-account-credentials=true", "--leader-elect=false"],
    "--horizontal-pod-autoscaler-sync-period=5s",
  ]);
  await start("kube-scheduler", [
    ...[`--kubeconfig=${configuration("admin.kubeconfig")}`, `--bind-address=${nodeAddress}`, "--leader-elect=false"],
  ]);
}

async function startContainerd(): Promise<void> {
  await startDaemon("containerd", hostProgram("containerd"), ["--config", configuration("containerd.toml")]);
  const version = ["--address", machineDirectory.containerdSocket, "version"];
  await ready("containerd", async () => run(hostProgram("ctr"), version));
}

async function startNode(): Promise<void> {
  await start("kubelet", [
    ...[`--config=${configuration("kubelet.yaml")}`, `--kubeconfig=${configuration("kubelet.kubeconfig")}`],
    ...[`--hostname-override=${nodeName}`, `--node-ip=${nodeAddress}`, `--root-dir=${machineDirectory.kubelet}`],
    // cAdvisor names containers in its metrics only when it finds containerd
    `--containerd=${machineDirectory.containerdSocket}`,
  ]);
  await start("kube-proxy", [
    ...[`--kubeconfig=${configuration("admin.kubeconfig")}`, `--hostname-override=${nodeName}`],
    ...["--proxy-mode=iptables", `--cluster-cidr=${podRange}`, "--conntrack-max-per-core=0"],
    ...[`--healthz-bind-address=${nodeAddress}`, `--metrics-bind-address=${nodeAddress}`],
  ]);
  const condition = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}';
  await ready("kubelet", async () => {
    const status = await kubectl(["get", "node", nodeName, "--output", condition]);
    return status === "True" ? status : undefined;
  });
  assertRunning("kube-proxy");
}

async function startAddons(): Promise<void> {
  await applyManifest("coredns.yaml");
  await applyManifest("metrics-server.yaml");
  await rolledOut("kube-system", "coredns", 120_000);
  await rolledOut("kube-system", "metrics-server", 120_000);
  await eventually(
    "the metrics API knows the node",
    async () => kubectl(["get", "--raw", `/apis/metrics.k8s.io/v1beta1/nodes/${nodeName}`]),
    { timeoutMs: 120_000 },
  );
}

async function start(name: ProgramName, args: readonly string[]): Promise<void> {
  await startDaemon(name, programPath(name), args);
}

/** Waits for a daemon to serve; one that has ended is not waited for. */
async function ready(name: string, check: () => Promise<string | undefined>): Promise<void> {
  const look = async (): Promise<string | undefined> => (daemonPid(name) === undefined ? "ended" : check());
  await eventually(`${name} is ready`, look, { timeoutMs: 60_000, everyMs: 200 });
  assertRunning(name);
}
