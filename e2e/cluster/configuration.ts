import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pki } from "./certificates.ts";
import { cniPlugins } from "./host.ts";
import { controlGroup, machineDirectory, network, operatorUser, stateDirectory } from "./layout.ts";

/** Address of the API server, on the node only. */
const apiServer = `https://${network.nodeAddress}:6443`;

const contents = {
  "admin.kubeconfig": () => kubeconfig("admin"),
  "kubelet.kubeconfig": () => kubeconfig("kubelet"),
  "audit-policy.yaml": () => Promise.resolve(JSON.stringify(auditPolicy)),
  "kubelet.yaml": () => Promise.resolve(JSON.stringify(kubelet)),
  "containerd.toml": () => Promise.resolve(containerd),
  "cni/10-headgate.conflist": () => Promise.resolve(JSON.stringify(cni)),
};

/** Path of a configuration file of a part of the cluster. */
export function configuration(file: keyof typeof contents): string {
  return join(stateDirectory.config, file);
}

/** Writes the configuration files of all parts, and the kubeconfig that people use. Needs the certificates. */
export async function writeConfiguration(): Promise<void> {
  await mkdir(join(stateDirectory.config, "cni"), { recursive: true });
  for (const [file, content] of Object.entries(contents)) {
    await writeFile(join(stateDirectory.config, file), await content(), { mode: 0o600 });
  }
  await writeFile(stateDirectory.kubeconfig, await kubeconfig("admin"), { mode: 0o600 });
}

/** For one of the client certificates, with all keys inside. JSON is YAML. */
async function kubeconfig(identity: "admin" | "kubelet"): Promise<string> {
  const encoded = async (file: string): Promise<string> => (await readFile(pki(file))).toString("base64");
  const cluster = { server: apiServer, "certificate-authority-data": await encoded("ca.crt") };
  const user = {
    "client-certificate-data": await encoded(`${identity}.crt`),
    "client-key-data": await encoded(`${identity}.key`),
  };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "headgate-e2e", cluster }],
    users: [{ name: identity, user }],
    contexts: [{ name: "headgate-e2e", context: { cluster: "headgate-e2e", user: identity } }],
    "current-context": "headgate-e2e",
  });
}

/** Records the operator's requests and nobody else's. */
const auditPolicy = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [{ level: "Metadata", users: [operatorUser] }, { level: "None" }],
};

const kubelet = {
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  address: network.nodeAddress,
  healthzBindAddress: network.nodeAddress,
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: pki("ca.crt") },
  },
  authorization: { mode: "Webhook" },
  tlsCertFile: pki("kubelet.crt"),
  tlsPrivateKeyFile: pki("kubelet.key"),
  containerRuntimeEndpoint: `unix://${machineDirectory.containerdSocket}`,
  cgroupDriver: "cgroupfs",
  cgroupRoot: `/${controlGroup}`,
  failCgroupV1: false,
  failSwapOn: false,
  clusterDNS: [network.dnsService],
  clusterDomain: "cluster.local",
  // the node's own resolver must not get the pods' questions
  resolvConf: "",
  enforceNodeAllocatable: [],
  // no disk signals, no image collection: an image that is gone cannot be pulled again
  evictionHard: { "memory.available": "100Mi" },
  imageGCHighThresholdPercent: 100,
  imageGCLowThresholdPercent: 99,
  maxPods: 200,
};

const containerd = `version = 2
root = "${machineDirectory.containerdRoot}"
state = "${machineDirectory.containerdState}"

[grpc]
  address = "${machineDirectory.containerdSocket}"

[plugins."io.containerd.grpc.v1.cri"]
  # without CAP_SYS_RESOURCE nobody can lower an OOM score
  restrict_oom_score_adj = true
  sandbox_image = "registry.k8s.io/pause:3.6"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  Root = "${join(machineDirectory.run, "runc")}"

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "${cniPlugins}"
  conf_dir = "${join(stateDirectory.config, "cni")}"

[plugins."io.containerd.internal.v1.opt"]
  path = "${join(machineDirectory.disk, "opt")}"
`;

/** Without masquerading: pods talk to each other and to the node, and neither needs it. */
const cni = {
  cniVersion: "0.4.0",
  name: network.cniName,
  plugins: [
    {
      type: "bridge",
      bridge: network.podBridge,
      isGateway: true,
      hairpinMode: true,
      ipam: {
        type: "host-local",
        dataDir: machineDirectory.ipam,
        ranges: [[{ subnet: network.nodePodRange }]],
        routes: [{ dst: "0.0.0.0/0" }],
      },
    },
  ],
};
