import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { Clock } from "../clock.ts";
import { isRecord } from "./canonical.ts";
import { InvalidConfig } from "./errors.ts";

/** Gives the value of the Authorization header. Rejects with `InvalidConfig`. */
type Login = () => Promise<string>;

/** A token that does not say when it expires is read again after this long. */
const tokenMs = 60_000;
/** A plugin that takes longer is ended. */
const pluginTimeoutMs = 60_000;
/** A plugin is asked for the next token this long before the last one expires, and not more often than this. */
const marginMs = 10_000;

/** The token in a file, which is read again every minute: the kubelet renews it. */
export function tokenFile(path: string, clock: Clock): Login {
  return renewed(clock, async () => {
    const token = await readFile(path, "utf8").catch((cause: unknown) => {
      throw new InvalidConfig(`${path}: the token cannot be read: ${String(cause)}`, { cause });
    });
    if (token.trim() === "") throw new InvalidConfig(`${path}: the token is empty`);
    return { token: token.trim(), until: clock.now() + tokenMs };
  });
}

/** A program that logs in for a user of a kubeconfig. */
export interface ExecPlugin {
  /** What messages begin with: the kubeconfig and the user. */
  readonly of: string;
  /** `client.authentication.k8s.io/v1` or `v1beta1`. */
  readonly apiVersion: string;
  /** The name of a program on the PATH, or an absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where to get the program. */
  readonly installHint: string;
}

/** The token that a plugin gives, which is asked again when the token expires. Plugins cannot ask a person. */
export function pluginToken(plugin: ExecPlugin, clock: Clock): Login {
  return renewed(clock, async () => {
    const { token, expires } = credentialOf(plugin, await outputOf(plugin));
    const now = clock.now();
    return { token, until: expires === undefined ? now + tokenMs : Math.max(expires - marginMs, now + marginMs) };
  });
}

interface Token {
  readonly token: string;
  /** When to read it again, in milliseconds since the epoch. */
  readonly until: number;
}

/** Reads once for all who ask meanwhile, and again when the token is no longer good or could not be read. */
function renewed(clock: Clock, read: () => Promise<Token>): Login {
  let reading: Promise<Token> = Promise.resolve({ token: "", until: 0 });
  let until = 0;
  return async () => {
    if (clock.now() >= until) {
      until = Infinity;
      reading = read();
      reading.then(
        (token) => {
          until = token.until;
        },
        () => {
          until = 0;
        },
      );
    }
    const { token } = await reading;
    return `Bearer ${token}`;
  };
}

/** What the plugin prints. */
async function outputOf({ of, apiVersion, command, args, env, installHint }: ExecPlugin): Promise<string> {
  const info = { apiVersion, kind: "ExecCredential", spec: { interactive: false } };
  const running = promisify(execFile)(command, args, {
    env: { ...env, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
    timeout: pluginTimeoutMs,
  });
  running.child.stdin?.end();
  try {
    return (await running).stdout;
  } catch (cause) {
    const { code, stderr = "" } = cause as { readonly code?: unknown; readonly stderr?: string };
    const why = code === "ENOENT" ? `is not installed. ${installHint}` : `failed: ${stderr}`;
    throw new InvalidConfig(`${of}: ${command} ${why.trim()}`, { cause });
  }
}

/** `expires` is in milliseconds since the epoch. */
function credentialOf(
  { of, apiVersion, command }: ExecPlugin,
  output: string,
): { readonly token: string; readonly expires: number | undefined } {
  const wrong = (what: string): InvalidConfig => new InvalidConfig(`${of}: ${command} ${what}`);
  let credential: unknown;
  try {
    credential = JSON.parse(output);
  } catch {
    // is none
  }
  if (!isRecord(credential) || credential["kind"] !== "ExecCredential" || credential["apiVersion"] !== apiVersion) {
    throw wrong(`does not print an ExecCredential of ${apiVersion}`);
  }
  const { token, expirationTimestamp } = isRecord(credential["status"]) ? credential["status"] : {};
  if (typeof token !== "string" || token === "") throw wrong("gives no token; client certificates are not supported");
  const expires = typeof expirationTimestamp === "string" ? Date.parse(expirationTimestamp) : NaN;
  return { token, expires: Number.isNaN(expires) ? undefined : expires };
}
