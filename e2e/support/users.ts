import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { join } from "node:path";
import { e2eDirectory } from "../cluster/layout.ts";
import { applyText, kubectl } from "./kubectl.ts";
import type { LoadOptions, LoadReport } from "./load.ts";
import { mainProcess } from "./process.ts";

/** Users who send requests, in a process of their own. */
export interface Users {
  /** Ends sending, waits for the last answers, and reports. */
  stop(): Promise<LoadReport>;
}

/**
 * A pod that lends its network. Requests from the node itself would get a random port of the bridge's address, which now
 * and then is one that the server has closed but not forgotten: such a connection takes a second. The port range makes
 * sure that a port is not used again before everybody has forgotten it.
 */
const lender = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "users" },
  spec: {
    terminationGracePeriodSeconds: 0,
    securityContext: { sysctls: [{ name: "net.ipv4.ip_local_port_range", value: "1024 65000" }] },
    containers: [{ name: "users", image: "registry.k8s.io/pause:3.6", imagePullPolicy: "Never" }],
  },
};

/** Makes the pod from which `startUsers` sends. */
export async function prepareUsers(namespace: string): Promise<void> {
  await applyText(JSON.stringify({ ...lender, metadata: { ...lender.metadata, namespace } }));
  await kubectl(["wait", "pod/users", "--namespace", namespace, "--for=condition=Ready", "--timeout=60s"]);
}

/** Starts to send requests from the pod; rate and time bound how many there can be. */
export async function startUsersInPod(namespace: string, options: LoadOptions): Promise<Users> {
  return startUsers(options, ["nsenter", "--target", String(await mainProcess(namespace, "users")), "--net"]);
}

/** Starts to send requests; `within` is the command that the process is started with, if any. */
export function startUsers(options: LoadOptions, within: readonly string[] = []): Users {
  const program = [process.execPath, join(e2eDirectory, "load.ts"), JSON.stringify(options)];
  const [command = "", ...args] = [...within, ...program];
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const report = text(child.stdout);
  return {
    stop: async () => {
      child.kill("SIGTERM");
      return JSON.parse(await report) as LoadReport;
    },
  };
}
