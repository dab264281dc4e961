import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { systemClock } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { ClusterConfig, ConfigOptions } from "./cluster-config.ts";
import { InvalidConfig } from "./errors.ts";
import { readKubeconfig, urlOf } from "./kubeconfig.ts";
import { tokenFile } from "./login.ts";

/**
 * The kubeconfig named, else the service account of the pod, else the kubeconfig of `KUBECONFIG` or `~/.kube/config`.
 * Where there is none of them, `master` will do, without a login.
 * @throws InvalidConfig
 */
export async function loadConfig(options: ConfigOptions): Promise<ClusterConfig> {
  const { master = "" } = options;
  const config = await findConfig(options);
  return master === "" ? config : { ...config, server: urlOf("--master", master) };
}

async function findConfig({
  kubeconfig = "",
  master = "",
  env,
  clock = systemClock,
  serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount",
}: ConfigOptions): Promise<ClusterConfig> {
  if (kubeconfig !== "") return readKubeconfig(kubeconfig, env, clock);
  const host = env["KUBERNETES_SERVICE_HOST"] ?? "";
  if (host !== "") return podConfig(host, env["KUBERNETES_SERVICE_PORT"] ?? "443", serviceAccount, clock);
  const file = defaultFile(env);
  if (master === "" || existsSync(file)) return readKubeconfig(file, env, clock);
  return { server: master, insecureSkipVerify: false, authorization: () => Promise.resolve(undefined) };
}

function defaultFile(env: ConfigOptions["env"]): string {
  const [first, second] = (env["KUBECONFIG"] ?? "").split(":").filter((path) => path !== "");
  if (second !== undefined) {
    throw new InvalidConfig("KUBECONFIG names several files, which are not merged: name one with --kubeconfig");
  }
  return first ?? resolve(env["HOME"] ?? homedir(), ".kube/config");
}

async function podConfig(host: string, port: string, folder: string, clock: Clock): Promise<ClusterConfig> {
  const name = host.includes(":") ? `[${host}]` : host;
  const authorization = tokenFile(`${folder}/token`, clock);
  try {
    await authorization();
    const ca = await readFile(`${folder}/ca.crt`, "utf8");
    return { server: `https://${name}:${port}`, ca, insecureSkipVerify: false, authorization };
  } catch (cause) {
    throw new InvalidConfig(
      `the pod's service account cannot be read: ${(cause as Error).message}: ` +
        "set automountServiceAccountToken, or name a kubeconfig with --kubeconfig",
      { cause },
    );
  }
}
