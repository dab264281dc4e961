import { InvalidSpec } from "../api/errors.ts";
import type { MetricTemplateSpec } from "../api/metrictemplate.ts";
import { Unreachable, withoutHeaders } from "../http.ts";
import type { Http, HttpRequest } from "../http.ts";
import { isRecord } from "../kubernetes/canonical.ts";
import { httpUrl } from "./address.ts";
import { ManyValues, NoValues, QueryFailed } from "./provider.ts";
import type { MetricProvider } from "./provider.ts";

type ProviderSpec = MetricTemplateSpec["provider"];

const timeoutMs = 5000;
const probeQuery = "vector(1)";

/**
 * Prometheus and what speaks its HTTP API: `GET {address}/api/v1/query`. The Secret has a `token`, or `username` and
 * `password`; the address may carry a user and password too. Source: prometheus.io/docs/prometheus/latest/querying/api.
 * @throws InvalidSpec when the address or the Secret is not usable
 */
export function createPrometheus(
  spec: ProviderSpec,
  secretData: Readonly<Record<string, string>> | undefined,
  http: Http,
): MetricProvider {
  const { secretRef, headers = {}, insecureSkipVerify = false } = spec;
  const url = httpUrl(spec.address, "spec.provider.address");
  const login = secretRef === undefined ? {} : { authorization: secretAuthorization(secretRef.name, secretData ?? {}) };
  return createClient(http, url, {
    headers: { ...withoutHeaders(headers, Object.keys(login)), ...login },
    insecureSkipVerify,
  });
}

/**
 * The Prometheus that builtin and inline queries go to.
 * @throws InvalidSpec when `address` is not a URL
 */
export function createMetricsServer(address: string, http: Http): MetricProvider {
  return createClient(http, httpUrl(address, "metricsServer"), { headers: {}, insecureSkipVerify: false });
}

function createClient(
  http: Http,
  { href, origin, pathname }: URL,
  options: Required<Pick<HttpRequest, "headers" | "insecureSkipVerify">>,
): MetricProvider {
  const path = pathname.replace(/\/+$/, "");
  /** As it is shown: without user and password. */
  const base = origin + path;
  const endpoint = Object.assign(new URL(href), { pathname: `${path}/api/v1/query`, search: "", hash: "" }).href;

  async function query(promql: string): Promise<number> {
    const text = encodeURIComponent(promql.replace(/[ \t\r\n\f]+/g, " "));
    const request = { method: "GET", url: `${endpoint}?query=${text}`, timeoutMs, followRedirects: true } as const;
    const { status, body } = await http({ ...request, ...options }).catch((error: unknown) => {
      // The URL with the whole query in it would bury the reason.
      throw error instanceof Unreachable ? new Unreachable(`${base}: ${error.why}`, { cause: error.cause }) : error;
    });
    if (status < 200 || status > 299) throw new QueryFailed(`${base} answered ${status}: ${beginning(body)}`);
    const value = valueOf(body);
    if (value === undefined) throw new QueryFailed(`${base} gave no instant vector: ${beginning(body)}`);
    return value;
  }

  async function probe(): Promise<void> {
    const value = await query(probeQuery);
    if (value !== 1) throw new QueryFailed(`${base} answered ${value} to ${probeQuery}`);
  }

  return { query, probe };
}

function secretAuthorization(secret: string, data: Readonly<Record<string, string>>): string {
  const { token, username, password } = data;
  if (token !== undefined) return `Bearer ${token}`;
  const missing = username === undefined ? "username" : password === undefined ? "password" : undefined;
  if (missing !== undefined) {
    throw new InvalidSpec(
      `spec.provider.secretRef: Secret ${secret} has no key ${missing}; it needs token, or username and password`,
    );
  }
  return `Basic ${Buffer.from(`${username ?? ""}:${password ?? ""}`).toString("base64")}`;
}

/**
 * The value of the last series; undefined when the body is no answer to an instant query.
 * @throws NoValues, ManyValues
 */
function valueOf(body: string): number | undefined {
  const data = dataOf(body);
  if (!isRecord(data) || !Array.isArray(data["result"])) return undefined;
  const series: readonly unknown[] = data["result"];
  const values = series.map((one) => {
    if (isRecord(one) && one["values"] !== undefined) throw new ManyValues("query returned multiple values");
    return isRecord(one) && Array.isArray(one["value"]) ? sampleOf(one["value"][1]) : undefined;
  });
  if (values.length === 0) throw new NoValues("no values found");
  const value = values.includes(undefined) ? undefined : values.at(-1);
  if (Number.isNaN(value)) throw new NoValues("no values found");
  return value;
}

function dataOf(body: string): unknown {
  try {
    const answer: unknown = JSON.parse(body);
    return isRecord(answer) ? answer["data"] : undefined;
  } catch {
    return undefined;
  }
}

/** A sample as Prometheus writes it: a number, `NaN`, `+Inf` or `-Inf`. */
function sampleOf(text: unknown): number | undefined {
  if (typeof text !== "string") return undefined;
  if (text === "NaN") return NaN;
  if (/^[+-]?Inf$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

function beginning(body: string): string {
  return body.slice(0, 200).replace(/\s+/g, " ").trim();
}
