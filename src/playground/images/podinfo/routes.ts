import type { IncomingHttpHeaders } from "node:http";
import type { PodinfoSettings } from "./settings.ts";

export interface PodinfoRequest {
  readonly method: string;
  /** What the route's path leaves open: the seconds of `/delay/3`. */
  readonly wildcard: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface PodinfoAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly text?: string;
}

/** What an instance of podinfo says of itself to probes. */
export interface PodinfoState {
  healthy: boolean;
  ready: boolean;
}

/** What routes can do besides answering. */
export interface PodinfoTools {
  readonly environment: Readonly<Record<string, string | undefined>>;
  sleep(ms: number): Promise<void>;
  /** Ends the process at once. */
  exit(code: number): void;
}

export interface Route {
  readonly methods: readonly string[];
  readonly path: RegExp;
  /** Its `path` in metrics. */
  readonly label: string;
  readonly answer: (request: PodinfoRequest) => PodinfoAnswer | Promise<PodinfoAnswer>;
}

/** The part of podinfo's API that releases are tried with. */
export function routesOf(settings: PodinfoSettings, state: PodinfoState, tools: PodinfoTools): readonly Route[] {
  const { version, backends } = settings;
  const probe = (ok: boolean): PodinfoAnswer => (ok ? { json: { status: "OK" } } : { status: 503 });
  const info = (): PodinfoAnswer => ({
    json: {
      hostname: settings.hostname,
      version,
      revision: "unknown",
      color: settings.color,
      logo: settings.logo,
      message: settings.message,
      goos: process.platform,
      goarch: process.arch,
      runtime: process.version,
      num_goroutine: "1",
      num_cpu: "1",
    },
  });
  const echo = async ({ headers, body }: PodinfoRequest): Promise<PodinfoAnswer> => {
    const color = { "x-color": settings.color };
    if (backends.length === 0) return { status: 202, headers: color, text: body };
    return { headers: color, json: await Promise.all(backends.map((url) => ask(url, headers, body))) };
  };
  const makeReady = (ready: boolean) => (): PodinfoAnswer => {
    state.ready = ready;
    return { status: 202 };
  };
  const any = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
  return [
    { methods: ["GET"], path: /^\/$/, label: "root", answer: info },
    { methods: ["GET"], path: /^\/api\/info$/, label: "api_info", answer: info },
    {
      methods: ["GET"],
      path: /^\/version$/,
      label: "version",
      answer: () => ({ json: { commit: "unknown", version } }),
    },
    { methods: ["GET"], path: /^\/healthz$/, label: "healthz", answer: () => probe(state.healthy) },
    { methods: ["GET"], path: /^\/readyz$/, label: "readyz", answer: () => probe(state.ready) },
    { methods: ["POST"], path: /^\/readyz\/enable$/, label: "readyz_enable", answer: makeReady(true) },
    { methods: ["POST"], path: /^\/readyz\/disable$/, label: "readyz_disable", answer: makeReady(false) },
    {
      methods: ["GET", "POST"],
      path: /^\/env$/,
      label: "env",
      answer: () => ({ json: Object.entries(tools.environment).map(([name, value]) => `${name}=${value ?? ""}`) }),
    },
    {
      methods: ["GET", "POST"],
      path: /^\/headers$/,
      label: "headers",
      answer: ({ headers }) => ({ json: canonicalHeaders(headers) }),
    },
    {
      methods: ["GET"],
      path: /^\/delay\/(\d+)$/,
      label: "delay",
      answer: async ({ wildcard }) => {
        await tools.sleep(Number(wildcard) * 1000);
        return { json: { delay: Number(wildcard) } };
      },
    },
    {
      methods: ["GET", "POST", "PUT"],
      path: /^\/status\/([2-9]\d\d)$/,
      label: "status",
      answer: ({ wildcard }) => ({ status: Number(wildcard), json: { status: Number(wildcard) } }),
    },
    {
      methods: ["GET"],
      path: /^\/panic$/,
      label: "panic",
      answer: () => {
        tools.exit(255);
        return {};
      },
    },
    { methods: any, path: /^\/echo(?:\/.*)?$/, label: "echo", answer: echo },
    { methods: any, path: /^\/api\/echo(?:\/.*)?$/, label: "api_echo", answer: echo },
  ];
}

/** Headers that carry a trace on. */
const tracing = ["x-request-id", "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled", "x-b3-flags"];

/** What another podinfo answers. What goes wrong is its answer. */
async function ask(url: string, headers: IncomingHttpHeaders, body: string): Promise<string> {
  const passed = tracing.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]]));
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: Object.fromEntries(passed) as Record<string, string>,
      body,
      signal: AbortSignal.timeout(120_000),
    });
    return answer.ok ? await answer.text() : `backend ${url} response status code ${answer.status}`;
  } catch (error) {
    return `backend ${url} call failed ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** As Go writes them: `User-Agent`, each with a list of values. */
function canonicalHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.replace(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase()),
      [value].flat(),
    ]),
  );
}
