import { parseAuthority, parseTarget, parseUser } from "./authority.ts";
import type { Authority } from "./authority.ts";
import type { Headers } from "./headers.ts";
import type { Facts } from "./match.ts";

/** Where a connection is led by CONNECT, and who asked for it. */
export interface Tunnel {
  readonly host: string;
  readonly port: number;
  readonly caller: string | undefined;
}

/** A request as it came in. */
export interface Asking {
  readonly method: string;
  /** As in the request line. */
  readonly url: string;
  readonly headers: Headers;
  /** Of the connection that it came on, if any. */
  readonly tunnel: Tunnel | undefined;
  /** Port of the gateway. */
  readonly ownPort: number;
}

/** What CONNECT with this target asks for; undefined when that cannot be made out. */
export function readTunnel(target: string, headers: Headers): Tunnel | undefined {
  const { host, port } = parseAuthority(target) ?? {};
  return host === undefined || port === undefined ? undefined : { host, port, caller: callerOf(headers) };
}

const loopback = ["127.0.0.1", "localhost"];

/**
 * What a request asks for; undefined when that cannot be made out. It may be one to a proxy, naming a URL; one through a
 * tunnel; or one to the gateway itself, which then goes by `Host`. The user of the proxy's credentials is the namespace
 * of the caller.
 */
export function readFacts({ method, url, headers, tunnel, ownPort }: Asking): Facts | undefined {
  const isUrl = !url.startsWith("/") && url !== "*";
  const target = isUrl ? parseTarget(url) : undefined;
  if (isUrl && target === undefined) return undefined;
  const isToUs = target !== undefined && loopback.includes(target.host) && target.port === ownPort;
  const elsewhere = isToUs ? undefined : target;
  const named = elsewhere ?? tunnel;
  const [hostHeader = ""] = headers["host"] ?? [];
  const authority = named ?? parseAuthority(hostHeader);
  if (authority === undefined) return undefined;
  const [path = "", ...query] = (target?.path ?? url).split(/(?=\?)/);
  const joined = Object.entries(headers).map(([name, lines]) => [name, lines.join(name === "cookie" ? "; " : ", ")]);
  return {
    method,
    host: authority.host,
    port: authority.port ?? 80,
    path,
    query: query.join(""),
    headers: {
      ...(Object.fromEntries(joined) as Record<string, string>),
      host: elsewhere === undefined ? hostHeader : authorityText(elsewhere),
    },
    caller: tunnel?.caller ?? callerOf(headers),
    direct: named === undefined,
  };
}

function callerOf(headers: Headers): string | undefined {
  return parseUser(headers["proxy-authorization"]?.[0]);
}

/** As it stands in a `Host` header. */
function authorityText({ host, port }: Authority): string {
  return port === undefined || port === 80 ? host : `${host}:${port}`;
}
