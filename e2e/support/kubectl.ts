import { join } from "node:path";
import { e2eDirectory, stateDirectory } from "../cluster/layout.ts";
import { programPath } from "../cluster/programs.ts";
import { run } from "./run.ts";
import type { RunOptions } from "./run.ts";

/**
 * kubectl on the cluster of the harness; gives what it wrote to standard output.
 * @throws CommandFailed
 */
export async function kubectl(args: readonly string[], options: RunOptions = {}): Promise<string> {
  return run(programPath("kubectl"), ["--kubeconfig", stateDirectory.kubeconfig, ...args], options);
}

/**
 * Helm on the cluster of the harness, with its repositories and caches in the cluster's own folder.
 * @throws CommandFailed
 */
export async function helm(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const home = join(stateDirectory.root, "helm");
  const env = {
    HELM_CACHE_HOME: join(home, "cache"),
    HELM_CONFIG_HOME: join(home, "config"),
    HELM_DATA_HOME: join(home, "data"),
    ...options.env,
  };
  return run(programPath("helm"), ["--kubeconfig", stateDirectory.kubeconfig, ...args], { ...options, env });
}

/** What `kubectl get <args> -o json` says: an object, or a list of them. */
export async function getJson(args: readonly string[]): Promise<unknown> {
  return JSON.parse(await kubectl(["get", ...args, "-o", "json"]));
}

/** Applies a file of `manifests/`, such as `prometheus.yaml`. */
export async function applyManifest(file: string): Promise<void> {
  await kubectl(["apply", "--filename", join(e2eDirectory, "manifests", file)]);
}

/** Applies objects given as YAML or JSON text. */
export async function applyText(text: string): Promise<void> {
  await kubectl(["apply", "--filename", "-"], { input: text });
}

/**
 * Waits until a Deployment has rolled out.
 * @throws CommandFailed when it has not in time.
 */
export async function rolledOut(namespace: string, deployment: string, timeoutMs: number): Promise<void> {
  const limits = [`--timeout=${Math.ceil(timeoutMs / 1000)}s`, "--namespace", namespace];
  await kubectl(["rollout", "status", `deployment/${deployment}`, ...limits], { timeoutMs: timeoutMs + 10_000 });
}

/** Address of a Service, which the node reaches as pods do; the node does not know the cluster's names. */
export async function clusterAddress(namespace: string, service: string): Promise<string> {
  return kubectl(["get", "service", service, "--namespace", namespace, "--output", "jsonpath={.spec.clusterIP}"]);
}
