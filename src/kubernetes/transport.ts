import { Agent, request } from "undici";
import { Unreachable } from "../http.ts";
import type { ClusterConfig } from "./cluster-config.ts";

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Throws `Unreachable` when the connection is cut before the end. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Carries one request to the API server: over HTTP, or to a simulated server in this process.
 * @throws Unreachable when no answer comes
 */
export type Transport = (request: ApiRequest) => Promise<ApiResponse>;

/**
 * Carries requests over HTTPS with the credentials of the configuration. Connections are kept alive. `userAgent` is what
 * the audit log of the API server calls the client.
 */
export function createTransport(config: ClusterConfig, userAgent = "headgate"): Transport {
  const agent = new Agent({
    // HTTP/2 puts all requests on one connection: should that die unnoticed, all of them hang. With HTTP/1.1 a request
    // that is given up takes its connection with it.
    allowH2: false,
    // Kept for longer than from one renewal of a lease to the next, and less long than the API server keeps it.
    keepAliveTimeout: 60_000,
    // A watch may be silent for minutes: the client bounds its own requests.
    bodyTimeout: 0,
    headersTimeout: 0,
    connect: {
      timeout: 10_000,
      // The kernel asks after a silent peer, and ends the connections of watches whose server is gone.
      keepAlive: true,
      keepAliveInitialDelay: 15_000,
      rejectUnauthorized: !config.insecureSkipVerify,
      ...(config.ca !== undefined && { ca: config.ca }),
      ...(config.clientCertificate !== undefined && { cert: config.clientCertificate }),
      ...(config.clientKey !== undefined && { key: config.clientKey }),
      ...(config.serverName !== undefined && { servername: config.serverName }),
    },
  });
  return async ({ method, path, headers = {}, body, signal }) => {
    const authorization = await config.authorization();
    try {
      const answer = await request(config.server + path, {
        dispatcher: agent,
        method,
        headers: { "user-agent": userAgent, ...headers, ...(authorization !== undefined && { authorization }) },
        body: body ?? null,
        signal,
      });
      return { status: answer.statusCode, headers: answer.headers, body: readAll(answer.body, config) };
    } catch (cause) {
      throw unreachable(config, cause);
    }
  };
}

async function* readAll(body: AsyncIterable<Uint8Array>, config: ClusterConfig): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw unreachable(config, cause);
  }
}

function unreachable({ server }: ClusterConfig, cause: unknown): Unreachable {
  if (cause instanceof Unreachable) return cause;
  const { why } = new Unreachable("", { cause });
  return new Unreachable(`API server ${server}: ${why}`, { cause });
}
