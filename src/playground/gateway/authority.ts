/** Where a request wants to go: `podinfo.test:9898` taken apart. */
export interface Authority {
  /** In lower case, without a dot at the end. */
  readonly host: string;
  /** 1 to 65535; undefined where none is given. */
  readonly port: number | undefined;
}

/** What a request line names: `http://podinfo.test:9898/api?x=1` taken apart. */
export interface Target extends Authority {
  /** Path and query, as they were written. */
  readonly path: string;
}

const authority = /^([a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?)\.?(?::(\d{1,5}))?$/i;
const absolute = /^http:\/\/(?:[^/?#@]*@)?([^/?#]*)([^#]*)/i;

/** Reads `HOST` or `HOST:PORT`, a name or an IPv4 address; undefined for anything else. */
export function parseAuthority(text: string): Authority | undefined {
  const [, host, , digits] = authority.exec(text) ?? [];
  const port = digits === undefined ? undefined : Number(digits);
  if (host === undefined || port === 0 || (port ?? 0) > 65535) return undefined;
  return { host: host.toLowerCase(), port };
}

/** Reads the target of a request to a proxy, an `http://` URL; undefined for anything else. */
export function parseTarget(url: string): Target | undefined {
  const [, named, rest = ""] = absolute.exec(url) ?? [];
  const found = named === undefined ? undefined : parseAuthority(named);
  return found && { ...found, path: rest.startsWith("/") ? rest : `/${rest}` };
}

/** The user in `Proxy-Authorization: Basic ...`; undefined without one. */
export function parseUser(credentials: string | undefined): string | undefined {
  const [, encoded] = /^basic +([a-z0-9+/=]+)$/i.exec(credentials ?? "") ?? [];
  if (encoded === undefined) return undefined;
  const [user = ""] = Buffer.from(encoded, "base64").toString().split(":");
  return user === "" ? undefined : user;
}
