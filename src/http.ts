import { unescape } from "node:querystring";
import { EnvHttpProxyAgent, ProxyAgent, request } from "undici";
import type { Dispatcher } from "undici";

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** One outgoing request to a webhook, a metrics server or a chat service. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly headers?: Headers;
  readonly body?: string;
  /** Bound on the whole exchange, in milliseconds. */
  readonly timeoutMs: number;
  /** Accept any TLS certificate. */
  readonly insecureSkipVerify?: boolean;
  /** URL of a proxy to go through: http, https or socks5. */
  readonly proxy?: string;
  /**
   * Follow redirects, repeating the request as GET for 301, 302 and 303 as browsers do. Credentials in headers follow
   * to the same origin and to HTTPS of the same host only.
   */
  readonly followRedirects?: boolean;
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/**
 * Sends one request. Any answer of the server, of whatever status, is a response.
 * @throws Unreachable when there is no answer: name not found, refused, timed out, TLS failure, body too large.
 */
export type Http = (request: HttpRequest) => Promise<HttpResponse>;

/** No answer came: the message names the URL and the cause. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";

  /** The cause alone, for where the URL is known already or must not be shown. */
  get why(): string {
    return this.cause === undefined ? this.message : messageOf(this.cause);
  }
}

/** More than this many bytes in an answer are refused: no webhook or metrics query has a use for them. */
const largestBody = 10 * 1024 * 1024;
const mostRedirects = 10;
/** Longest delay that Node's timers take. */
const longestTimeoutMs = 2 ** 31 - 1;

/**
 * The real network. Connections are kept alive and shared by all callers. Requests that name no proxy go through that of
 * the environment (HTTP_PROXY, HTTPS_PROXY, NO_PROXY), if there is one.
 */
export function createHttp(): Http {
  const agents = new Map<string, Dispatcher>();

  function agentFor({ insecureSkipVerify = false, proxy }: HttpRequest): Dispatcher {
    const key = `${String(insecureSkipVerify)} ${proxy ?? ""}`;
    const known = agents.get(key);
    if (known !== undefined) return known;
    if (proxy !== undefined && !hasProtocol(proxy, ["http:", "https:", "socks5:"])) {
      throw new Error("the proxy is not an http, https or socks5 URL");
    }
    const tls = { rejectUnauthorized: !insecureSkipVerify };
    // The request's own timeout is the only bound: undici's would end a longer one early.
    const unbounded = { headersTimeout: 0, bodyTimeout: 0 };
    const agent =
      proxy === undefined
        ? new EnvHttpProxyAgent({ ...unbounded, connect: tls, requestTls: tls, proxyTls: tls })
        : new ProxyAgent({ ...unbounded, uri: proxy, requestTls: tls, proxyTls: tls });
    agents.set(key, agent);
    return agent;
  }

  async function exchange(given: HttpRequest, signal: AbortSignal, redirects: number): Promise<HttpResponse> {
    const sent = { ...given, headers: completed(given) };
    const answer = await request(sent.url, {
      dispatcher: agentFor(sent),
      method: sent.method,
      headers: sent.headers as Record<string, string | string[]>,
      body: sent.body ?? null,
      signal,
    });
    const next = redirectOf(sent, answer.statusCode, answer.headers["location"]);
    if (next !== undefined) {
      await answer.body.dump();
      if (redirects === mostRedirects) throw new Error(`stopped after ${mostRedirects} redirects`);
      return exchange(next, signal, redirects + 1);
    }
    return { status: answer.statusCode, headers: answer.headers, body: await readText(answer.body) };
  }

  return async (sent) => {
    const timeout = AbortSignal.timeout(Math.min(Math.ceil(sent.timeoutMs), longestTimeoutMs));
    const signal = sent.signal === undefined ? timeout : AbortSignal.any([timeout, sent.signal]);
    try {
      return await exchange(sent, signal, 0);
    } catch (error) {
      const cause = timeout.aborted ? new Error(`no answer within ${sent.timeoutMs} ms`, { cause: error }) : error;
      throw new Unreachable(`${sent.method} ${withoutCredentials(sent.url)}: ${messageOf(cause)}`, { cause });
    }
  };
}

/** The request that the answer sends us to; undefined when it does not. */
function redirectOf(sent: HttpRequest, status: number, location: unknown): HttpRequest | undefined {
  const asGet = [301, 302, 303].includes(status);
  if (sent.followRedirects !== true || typeof location !== "string" || !(asGet || [307, 308].includes(status))) {
    return undefined;
  }
  const from = new URL(sent.url);
  const to = new URL(location, from);
  const trusted = to.origin === from.origin || (to.hostname === from.hostname && to.protocol === "https:");
  const { body, headers = {}, ...rest } = sent;
  return {
    ...rest,
    method: asGet ? "GET" : sent.method,
    url: to.toString(),
    headers: trusted ? headers : withoutHeaders(headers, ["authorization", "cookie"]),
    ...(!asGet && body !== undefined && { body }),
  };
}

/** The headers but for these, whose names are in lower case. */
export function withoutHeaders(headers: Headers, names: readonly string[]): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name.toLowerCase())));
}

/**
 * The headers with those that Go's client adds, too, unless the request has its own: a name, without which some services
 * turn requests away, and the login of `http://USER:PASSWORD@HOST`, in which a `%` that escapes nothing stands for
 * itself.
 */
function completed({ url, headers = {} }: HttpRequest): Headers {
  const { username, password } = new URL(url);
  const login = Buffer.from(`${unescape(username)}:${unescape(password)}`).toString("base64");
  const added = { "user-agent": "headgate", ...(username + password !== "" && { authorization: `Basic ${login}` }) };
  const own = Object.keys(headers).map((name) => name.toLowerCase());
  return { ...withoutHeaders(added, own), ...headers };
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > largestBody) throw new Error(`answer is larger than ${largestBody} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Node packs the failures of all addresses of a name into one error without a message. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(", ");
  return error instanceof Error ? error.message : String(error);
}

/** Whether the text is the URL of something that requests can be sent to. */
export function isHttpUrl(text: string): boolean {
  return hasProtocol(text, ["http:", "https:"]);
}

function hasProtocol(text: string, protocols: readonly string[]): boolean {
  return protocols.includes(URL.parse(text)?.protocol ?? "");
}

/** The URL as it may be shown: without user and password. */
export function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/?#]*@/, "//");
}
