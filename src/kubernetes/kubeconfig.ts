import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import type { Clock } from "../clock.ts";
import { isRecord } from "./canonical.ts";
import type { ClusterConfig, ConfigOptions } from "./cluster-config.ts";
import { InvalidConfig } from "./errors.ts";
import { pluginToken, tokenFile } from "./login.ts";

type Fields = Readonly<Record<string, unknown>>;

/** An entry of one of a kubeconfig's lists. */
interface Entry {
  /** What messages about it begin with. */
  readonly of: string;
  /** The folder of the file: relative paths begin there. */
  readonly folder: string;
  readonly fields: Fields;
}

/**
 * Reads the current context of a kubeconfig file.
 * @throws InvalidConfig when it asks for something that is not supported, too
 */
export async function readKubeconfig(path: string, env: ConfigOptions["env"], clock: Clock): Promise<ClusterConfig> {
  const file = await parseFile(path);
  const context = entryOf(path, file, "context", textOf(file["current-context"]) ?? "").fields;
  const cluster = entryOf(path, file, "cluster", textOf(context["cluster"]) ?? "");
  const name = textOf(context["user"]);
  const user = name === undefined ? { ...cluster, fields: {} } : entryOf(path, file, "user", name);
  refuse(cluster, ["proxy-url"], "name a server that is reached without a proxy");
  refuse(user, ["auth-provider"], "log in with a token, a certificate or an exec plugin");
  refuse(user, ["as", "as-uid", "as-groups", "as-user-extra"], "name a user who may do it all");

  const ca = await pemOf(cluster, "certificate-authority");
  const clientCertificate = await pemOf(user, "client-certificate");
  const clientKey = await pemOf(user, "client-key");
  const serverName = textOf(cluster.fields["tls-server-name"]);
  return {
    server: urlOf(`${cluster.of}: server`, textOf(cluster.fields["server"]) ?? ""),
    ...(ca !== undefined && { ca }),
    ...(clientCertificate !== undefined && { clientCertificate }),
    ...(clientKey !== undefined && { clientKey }),
    ...(serverName !== undefined && { serverName }),
    insecureSkipVerify: cluster.fields["insecure-skip-tls-verify"] === true,
    authorization: authorizationOf(user, env, clock),
  };
}

/**
 * The URL without a trailing slash; `of` is where it stands.
 * @throws InvalidConfig when it is none
 */
export function urlOf(of: string, url: string): string {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new InvalidConfig(`${of}: "${url}" is not a URL such as https://HOST:6443`);
  }
  return url.replace(/\/$/, "");
}

async function parseFile(path: string): Promise<Fields> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new InvalidConfig(`${path}: ${String(cause)}: name a kubeconfig with --kubeconfig or KUBECONFIG`, { cause });
  });
  let parsed: unknown;
  try {
    parsed = parse(text);
  } catch (cause) {
    throw new InvalidConfig(`${path}: is not YAML: ${String(cause)}`, { cause });
  }
  if (!isRecord(parsed)) throw new InvalidConfig(`${path}: is not a kubeconfig: it has no fields`);
  return parsed;
}

function entryOf(path: string, file: Fields, kind: "context" | "cluster" | "user", name: string): Entry {
  const list: unknown = file[`${kind}s`];
  const items = Array.isArray(list) ? list.filter(isRecord) : [];
  const found = items.find((item) => textOf(item["name"]) === name);
  if (found === undefined) {
    const names = items.map((item) => textOf(item["name"]) ?? "").join(", ");
    const advice = kind === "context" ? `: choose one with kubectl config use-context` : "";
    throw new InvalidConfig(`${path}: there is no ${kind} "${name}", only: ${names}${advice}`);
  }
  const fields: unknown = found[kind];
  return { of: `${path}: ${kind} "${name}"`, folder: dirname(path), fields: isRecord(fields) ? fields : {} };
}

/** Refuses what must not be left unheeded. */
function refuse({ of, fields }: Entry, names: readonly string[], advice: string): void {
  const name = names.find((key) => fields[key] !== undefined && fields[key] !== null);
  if (name !== undefined) throw new InvalidConfig(`${of}: "${name}" is not supported: ${advice}`);
}

/** A certificate or key: inline, or in a file of its own. */
async function pemOf({ of, folder, fields }: Entry, field: string): Promise<string | undefined> {
  const data = textOf(fields[`${field}-data`]);
  const file = textOf(fields[field]);
  if (data === undefined && file === undefined) return undefined;
  const pem =
    data !== undefined
      ? Buffer.from(data, "base64").toString("utf8")
      : await readFile(resolve(folder, file ?? ""), "utf8").catch((cause: unknown) => {
          throw new InvalidConfig(`${of}: ${field}: ${String(cause)}`, { cause });
        });
  if (pem.includes("-----BEGIN ")) return pem;
  throw new InvalidConfig(`${of}: ${data === undefined ? field : `${field}-data`}: is not PEM`);
}

function authorizationOf(user: Entry, env: ConfigOptions["env"], clock: Clock): ClusterConfig["authorization"] {
  const { of, folder, fields } = user;
  const file = textOf(fields["tokenFile"]);
  const token = textOf(fields["token"]);
  const name = textOf(fields["username"]);
  const exec: unknown = fields["exec"];
  if (file !== undefined) return tokenFile(resolve(folder, file), clock);
  if (token !== undefined) return () => Promise.resolve(`Bearer ${token}`);
  if (name !== undefined) {
    const pair = Buffer.from(`${name}:${textOf(fields["password"]) ?? ""}`).toString("base64");
    return () => Promise.resolve(`Basic ${pair}`);
  }
  return isRecord(exec)
    ? pluginOf({ of: `${of}: exec`, folder, fields: exec }, env, clock)
    : () => Promise.resolve(undefined);
}

function pluginOf(
  { of, folder, fields }: Entry,
  env: ConfigOptions["env"],
  clock: Clock,
): ClusterConfig["authorization"] {
  const apiVersion = textOf(fields["apiVersion"]) ?? "";
  if (!/^client\.authentication\.k8s\.io\/v1(beta1)?$/.test(apiVersion)) {
    throw new InvalidConfig(`${of}: apiVersion "${apiVersion}" is not supported: use client.authentication.k8s.io/v1`);
  }
  if (fields["provideClusterInfo"] === true) {
    throw new InvalidConfig(`${of}: "provideClusterInfo" is not supported: give the plugin what it needs as arguments`);
  }
  if (fields["interactiveMode"] === "Always") {
    throw new InvalidConfig(`${of}: interactiveMode "Always" is not supported: nobody is there to answer`);
  }
  const command = textOf(fields["command"]) ?? "";
  const list = (field: string): readonly unknown[] => (Array.isArray(fields[field]) ? fields[field] : []);
  const own = list("env").filter(isRecord);
  return pluginToken(
    {
      of,
      apiVersion,
      // A path, unlike a name, begins at the kubeconfig's folder.
      command: command.includes("/") ? resolve(folder, command) : command,
      args: list("args").map(String),
      env: {
        ...env,
        ...Object.fromEntries(own.map((item) => [textOf(item["name"]) ?? "", textOf(item["value"]) ?? ""])),
      },
      installHint: textOf(fields["installHint"]) ?? "",
    },
    clock,
  );
}

/** A number, too, may be meant as text: a password of digits. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
