import { readdir, readFile } from "node:fs/promises";
import { countRequests } from "../support/audit.ts";
import { follow } from "../support/follow.ts";
import type { RunningPlayground } from "../support/playground.ts";
import { startUsers } from "../support/users.ts";
import type { Ground, ServicePort } from "./ground.ts";

/** A playground without an operator in it, with the requests to its API in a file. */
export function playgroundGround(playground: RunningPlayground, auditLog: string): Ground {
  const { kubeconfig, kubectl, helm, gateway, prometheus } = playground;
  const wayTo = ({ namespace, service, port }: ServicePort) => ({
    url: `http://${service}.${namespace}:${port}`,
    proxy: gateway,
  });
  return {
    isNode: false,
    address: "127.0.0.1",
    kubectl,
    helm,
    follow: (args, onChange) => follow(kubeconfig, args, onChange),
    installPrometheus: async (namespace) => {
      const input = prometheusService(namespace, new URL(prometheus));
      await kubectl(["create", "namespace", namespace]);
      await kubectl(["apply", "--filename=-"], { input });
    },
    wayTo: (to) => Promise.resolve(wayTo(to)),
    prepareUsers: () => Promise.resolve(),
    startUsers: (to, path, bounds) => {
      const { url, proxy } = wayTo(to);
      return Promise.resolve(startUsers({ url: url + path, proxy, ...bounds }));
    },
    mainProcess: (_, pod) => processOf(pod),
    countRequests: (from, to) => countRequests(auditLog, from, to, isOperators),
  };
}

/** A Service that leads to the Prometheus of the playground, which is no pod. */
function prometheusService(namespace: string, { hostname, port }: URL): string {
  const name = "prometheus";
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { ports: [{ name: "http", port: 9090 }] },
  };
  const slice = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name, namespace, labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    ports: [{ name: "http", port: Number(port) }],
    endpoints: [{ addresses: [hostname] }],
  };
  return [service, slice].map((object) => JSON.stringify(object)).join("\n---\n");
}

function isOperators({ userAgent = "" }: { readonly userAgent?: string }): boolean {
  return userAgent.startsWith("headgate/");
}

/** The process that a pod of one process is. */
async function processOf(pod: string): Promise<number> {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    // one may end meanwhile
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    if (environment.split("\0").includes(`HOSTNAME=${pod}`)) return Number(pid);
  }
  throw new Error(`no process for pod ${pod}`);
}
