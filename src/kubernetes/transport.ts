import { Agent, request } from "undici";
import { Unreachable } from "../http.ts";
import type { ClusterConfig } from "./config.ts";

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
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Carries one request to the API server: over HTTP, or to a simulated server in this process.
 * @throws Unreachable when no answer comes
 */
export type Transport = (request: ApiRequest) => Promise<ApiResponse>;

/** Carries requests over HTTPS with the credentials of the configuration. Connections are kept alive. */
export function createTransport(config: ClusterConfig): Transport {
  const agent = new Agent({
    // A watch may be silent for minutes: the client bounds its own requests.
    bodyTimeout: 0,
    headersTimeout: 0,
    connect: {
      timeout: 10_000,
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
        headers: { ...headers, ...(authorization !== undefined && { authorization }) },
        body: body ?? null,
        signal,
      });
      return { status: answer.statusCode, headers: answer.headers, body: answer.body };
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Unreachable(`API server ${config.server}: ${why}`, { cause });
    }
  };
}
