import { network, stateDirectory } from "../cluster/layout.ts";
import { countRequests } from "../support/audit.ts";
import { follow } from "../support/follow.ts";
import { applyManifest, clusterAddress, helm, kubectl } from "../support/kubectl.ts";
import { mainProcess } from "../support/process.ts";
import { prepareUsers, startUsersInPod } from "../support/users.ts";
import type { Ground, ServicePort } from "./ground.ts";

/** The cluster of the harness: a real node. */
export const node: Ground = {
  isNode: true,
  address: network.nodeAddress,
  kubectl,
  helm,
  follow: (args, onChange) => follow(stateDirectory.kubeconfig, args, onChange),
  installPrometheus: () => applyManifest("prometheus.yaml"),
  wayTo,
  prepareUsers,
  startUsers: async (to, path, bounds) => {
    const { url } = await wayTo(to);
    return startUsersInPod(to.namespace, { url: url + path, ...bounds });
  },
  mainProcess,
  countRequests: (from, to) => countRequests(stateDirectory.audit, from, to),
};

async function wayTo({ namespace, service, port }: ServicePort): Promise<{ readonly url: string }> {
  return { url: `http://${await clusterAddress(namespace, service)}:${port}` };
}
