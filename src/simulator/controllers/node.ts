import { AlreadyExists } from "../../kubernetes/errors.ts";
import { kinds } from "./kinds.ts";
import type { NodeObject } from "./kinds.ts";
import type { World } from "./world.ts";

/** The one node there is. */
export const nodeName = "node1";
export const nodeIP = "127.0.0.1";
/** By these, node selectors choose it. */
export const nodeLabels = {
  "kubernetes.io/arch": "amd64",
  "kubernetes.io/hostname": nodeName,
  "kubernetes.io/os": "linux",
};

/** The node registers itself, and is ready from then on. */
export async function registerNode({ client, now }: World): Promise<void> {
  try {
    const created = await client.create(kinds.nodes, { metadata: { name: nodeName, labels: nodeLabels }, spec: {} });
    await client.replace(kinds.nodes, { ...created, status: statusOf(now()) }, { subresource: "status" });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
  }
}

function statusOf(time: string): NonNullable<NodeObject["status"]> {
  const capacity = { cpu: "4", memory: "8Gi", pods: "250" };
  const times = { lastHeartbeatTime: time, lastTransitionTime: time };
  return {
    addresses: [
      { type: "InternalIP", address: nodeIP },
      { type: "Hostname", address: nodeName },
    ],
    capacity,
    allocatable: capacity,
    conditions: [
      { type: "Ready", status: "True", reason: "KubeletReady", message: "kubelet is posting ready status", ...times },
    ],
    nodeInfo: {
      architecture: "amd64",
      bootID: "",
      containerRuntimeVersion: "simulated://1",
      kernelVersion: "",
      kubeProxyVersion: "",
      kubeletVersion: "v1.35.0",
      machineID: "",
      operatingSystem: "linux",
      osImage: "simulated",
      systemUUID: "",
    },
  };
}
