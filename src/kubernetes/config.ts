import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";

/** How to reach the API server, and as whom. */
export interface ClusterConfig {
  /** URL without a trailing slash. */
  readonly server: string;
  readonly ca?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly insecureSkipVerify: boolean;
  /** The name that the server's certificate must have, where it is not that of the URL. */
  readonly serverName?: string;
  /** The value of the Authorization header, read anew as tokens expire. */
  readonly authorization: () => Promise<string | undefined>;
  /** The namespace that the configuration names. */
  readonly namespace: string;
}

/** The configuration cannot be used: the message names the file and the field. */
export class InvalidConfig extends Error {
  override readonly name = "InvalidConfig";
}

const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

export interface ConfigOptions {
  /** Path of a kubeconfig file. */
  readonly kubeconfig?: string;
  /** URL of the API server; overrides the kubeconfig's. */
  readonly master?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The kubeconfig named, else the service account of the pod, else the kubeconfig of `KUBECONFIG` or `~/.kube/config`.
 * @throws InvalidConfig
 */
export async function loadConfig({ kubeconfig, master, env }: ConfigOptions): Promise<ClusterConfig> {
  const host = env["KUBERNETES_SERVICE_HOST"];
  const inCluster = (kubeconfig ?? "") === "" && (master ?? "") === "" && host !== undefined && host !== "";
  const config = inCluster
    ? await inClusterConfig(host, env["KUBERNETES_SERVICE_PORT"] ?? "443")
    : await fileConfig(kubeconfig !== undefined && kubeconfig !== "" ? kubeconfig : defaultFile(env));
  return (master ?? "") === "" ? config : { ...config, server: (master ?? "").replace(/\/$/, "") };
}

function defaultFile(env: ConfigOptions["env"]): string {
  const [first = ""] = (env["KUBECONFIG"] ?? "").split(":");
  return first === "" ? resolve(homedir(), ".kube/config") : first;
}

async function inClusterConfig(host: string, port: string): Promise<ClusterConfig> {
  const name = host.includes(":") ? `[${host}]` : host;
  return {
    server: `https://${name}:${port}`,
    ca: await readFile(`${serviceAccount}/ca.crt`, "utf8"),
    insecureSkipVerify: false,
    authorization: tokenFile(`${serviceAccount}/token`),
    namespace: (await readFile(`${serviceAccount}/namespace`, "utf8")).trim(),
  };
}

/** The kubelet renews the token in its file: it is read again every minute. */
function tokenFile(path: string): () => Promise<string> {
  let header = "";
  let readAt = 0;
  return async () => {
    if (header === "" || Date.now() - readAt > 60_000) {
      header = `Bearer ${(await readFile(path, "utf8")).trim()}`;
      readAt = Date.now();
    }
    return header;
  };
}

type Fields = Readonly<Record<string, unknown>>;

async function fileConfig(path: string): Promise<ClusterConfig> {
  const file = await read(path);
  const context = entry(path, file, "contexts", string(file["current-context"]) ?? "", "context");
  const cluster = entry(path, file, "clusters", string(context["cluster"]) ?? "", "cluster");
  const user = entry(path, file, "users", string(context["user"]) ?? "", "user");
  const server = string(cluster["server"]);
  if (server === undefined) throw new InvalidConfig(`${path}: the cluster of the current context has no server`);

  const load = async (fields: Fields, field: string): Promise<string | undefined> => {
    const data = string(fields[`${field}-data`]);
    if (data !== undefined) return Buffer.from(data, "base64").toString("utf8");
    const name = string(fields[field]);
    return name === undefined ? undefined : readFile(resolve(dirname(path), name), "utf8");
  };
  const ca = await load(cluster, "certificate-authority");
  const clientCertificate = await load(user, "client-certificate");
  const clientKey = await load(user, "client-key");
  const serverName = string(cluster["tls-server-name"]);
  return {
    server: server.replace(/\/$/, ""),
    ...(ca !== undefined && { ca }),
    ...(clientCertificate !== undefined && { clientCertificate }),
    ...(clientKey !== undefined && { clientKey }),
    ...(serverName !== undefined && { serverName }),
    insecureSkipVerify: cluster["insecure-skip-tls-verify"] === true,
    authorization: authorizationOf(user),
    namespace: string(context["namespace"]) ?? "default",
  };
}

async function read(path: string): Promise<Fields> {
  let parsed: unknown;
  try {
    parsed = parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new InvalidConfig(`${path}: cannot be read as a kubeconfig: ${String(cause)}`, { cause });
  }
  if (!isFields(parsed)) throw new InvalidConfig(`${path}: is not a kubeconfig`);
  return parsed;
}

function entry(path: string, file: Fields, list: string, name: string, field: string): Fields {
  const items: unknown = file[list];
  const found = Array.isArray(items)
    ? items.find((item: unknown): item is Fields => isFields(item) && item["name"] === name)
    : undefined;
  const value = found?.[field];
  if (!isFields(value)) throw new InvalidConfig(`${path}: ${list} has no entry named "${name}"`);
  return value;
}

function authorizationOf(user: Fields): () => Promise<string | undefined> {
  const token = string(user["token"]);
  const file = string(user["tokenFile"]);
  const name = string(user["username"]);
  if (token !== undefined) return () => Promise.resolve(`Bearer ${token}`);
  if (file !== undefined) return tokenFile(file);
  if (name !== undefined) {
    const pair = Buffer.from(`${name}:${string(user["password"]) ?? ""}`).toString("base64");
    return () => Promise.resolve(`Basic ${pair}`);
  }
  return () => Promise.resolve(undefined);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function string(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
