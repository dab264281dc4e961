import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Root of this checkout. */
export const checkout = resolve(import.meta.dirname, "../..");

/** Source folder of everything e2e. */
export const e2eDirectory = resolve(import.meta.dirname, "..");

const state = join(checkout, ".cluster");

/** What belongs to this checkout's cluster; logs and links to programs stay after the cluster is down. */
export const stateDirectory = {
  root: state,
  bin: join(state, "bin"),
  logs: join(state, "logs"),
  pki: join(state, "pki"),
  config: join(state, "config"),
  etcd: join(state, "etcd"),
  audit: join(state, "audit.log"),
  kubeconfig: join(state, "kubeconfig"),
};

/** Image archives and their parts. */
export const imageDirectory = join(checkout, ".images");

/**
 * What there can be only one of on a machine. Unix socket paths end at 107 bytes, so these cannot stand in a
 * checkout with a long path.
 */
export const machineDirectory = {
  run: "/run/headgate",
  owner: "/run/headgate/owner",
  pids: "/run/headgate/pids",
  containerdState: "/run/headgate/containerd",
  containerdSocket: "/run/headgate/containerd.sock",
  disk: "/var/lib/headgate",
  containerdRoot: "/var/lib/headgate/containerd",
  kubelet: "/var/lib/headgate/kubelet",
  ipam: "/var/lib/headgate/ipam",
};

/** Built programs; outlives a checkout, so that a second clone is warm. */
export const programCache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "headgate/bin");

/** The one node: a bridge without ports carries its address, and pods get theirs from a second bridge. */
export const network = {
  nodeName: "node1",
  nodeAddress: "10.200.0.1",
  nodeBridge: "k8snode",
  podBridge: "cni0",
  podRange: "10.244.0.0/16",
  nodePodRange: "10.244.0.0/24",
  serviceRange: "10.96.0.0/16",
  apiService: "10.96.0.1",
  dnsService: "10.96.0.10",
  /** Name of the CNI network, and so of its files under /var/lib/cni. */
  cniName: "headgate",
};

/** Parent of every pod's control group. */
export const controlGroup = "headgate";

/** The user whose API requests the audit log has. */
export const operatorUser = "system:serviceaccount:istio-system:headgate";
