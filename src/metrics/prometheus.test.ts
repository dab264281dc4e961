import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { InvalidSpec } from "../api/errors.ts";
import type { MetricTemplateSpec } from "../api/metrictemplate.ts";
import { createHttp, Unreachable } from "../http.ts";
import type { Http, HttpRequest } from "../http.ts";
import { createMetricsServer, createPrometheus } from "./prometheus.ts";

type ProviderSpec = MetricTemplateSpec["provider"];

const http = createHttp();
let received: IncomingMessage[] = [];
let answer = { status: 200, body: "" };
let server: Server;
let origin = "";

beforeAll(async () => {
  server = createServer((request, response) => {
    received.push(request);
    response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  received = [];
  answer = { status: 200, body: "" };
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function vector(...samples: readonly unknown[]): string {
  const result = samples.map((sample) => ({ metric: { name: "m" }, value: [1_545_905_245.458, sample] }));
  return JSON.stringify({ status: "success", data: { resultType: "vector", result } });
}

/** What a query throws or gives, the server's address left out. */
async function outcome(address = origin): Promise<string> {
  const provider = createPrometheus({ type: "prometheus", address }, undefined, http);
  return provider.query("up").then(String, (error: unknown) => String(error).replaceAll(origin, "ORIGIN"));
}

test.each([
  ["one series", vector("100.5"), "100.5"],
  ["the last of several series", vector("1", "2", "3"), "3"],
  ["an exponent", vector("1.5e-07"), "1.5e-7"],
  ["plus infinity", vector("+Inf"), "Infinity"],
  ["minus infinity", vector("-Inf"), "-Infinity"],
  ["no series", vector(), "NoValues: no values found"],
  ["not a number", vector("NaN"), "NoValues: no values found"],
  ["not a number in the last series", vector("1", "NaN"), "NoValues: no values found"],
  ["a number after one that is not", vector("NaN", "1"), "1"],
  [
    "a range",
    '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"1"],[2,"2"]]}]}}',
    "ManyValues: query returned multiple values",
  ],
  [
    "a histogram",
    '{"data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{}]}]}}',
    'QueryFailed: ORIGIN gave no instant vector: {"data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{}]}]}}',
  ],
  [
    "a scalar",
    '{"data":{"resultType":"scalar","result":[1,"2"]}}',
    'QueryFailed: ORIGIN gave no instant vector: {"data":{"resultType":"scalar","result":[1,"2"]}}',
  ],
  [
    "a sample that is no number",
    '{"data":{"result":[{"value":[1,"constructor"]}]}}',
    'QueryFailed: ORIGIN gave no instant vector: {"data":{"result":[{"value":[1,"constructor"]}]}}',
  ],
  ["no data", "{}", "QueryFailed: ORIGIN gave no instant vector: {}"],
  ["null", "null", "QueryFailed: ORIGIN gave no instant vector: null"],
  ["nothing", "", "QueryFailed: ORIGIN gave no instant vector: "],
  [
    "a page, of which the beginning is shown",
    `<html>\n  <body>${"x".repeat(300)}`,
    `QueryFailed: ORIGIN gave no instant vector: <html> <body>${"x".repeat(185)}`,
  ],
])("understands %s", async (_, body, result) => {
  answer = { status: 200, body };
  expect(await outcome()).toBe(result);
});

test.each([
  [400, '{"status":"error","error":"parse error"}', 'ORIGIN answered 400: {"status":"error","error":"parse error"}'],
  [503, "e".repeat(300), `ORIGIN answered 503: ${"e".repeat(200)}`],
  [304, "", "ORIGIN answered 304: "],
])("takes status %d for a failure", async (status, body, message) => {
  answer = { status, body };
  expect(await outcome()).toBe(`QueryFailed: ${message}`);
});

test("says when nobody answers, without the query", async () => {
  expect(await outcome("http://127.0.0.1:1/prom")).toBe(
    "Unreachable: http://127.0.0.1:1/prom: connect ECONNREFUSED 127.0.0.1:1",
  );
});

const up = "/api/v1/query?query=up";
const token = "Bearer s3cr3t";
const basic = "Basic dXNlcjpwQHNz";

test.each<[string, (host: string) => Omit<ProviderSpec, "type">, Record<string, string> | undefined, object]>([
  ["the address", (host) => ({ address: `http://${host}` }), undefined, { url: up }],
  ["a path and a slash", (host) => ({ address: `http://${host}/a/b/` }), undefined, { url: `/a/b${up}` }],
  ["slashes that are no host", (host) => ({ address: `http://${host}//a//` }), undefined, { url: `//a${up}` }],
  ["no query of the address", (host) => ({ address: `http://${host}/a?b=c#d` }), undefined, { url: `/a${up}` }],
  [
    "user and password of the address",
    (host) => ({ address: `http://user:p%40ss@${host}` }),
    undefined,
    { url: up, authorization: [basic] },
  ],
  [
    "an address whose password is not escaped",
    (host) => ({ address: `http://user:5%@${host}` }),
    undefined,
    { url: up, authorization: ["Basic dXNlcjo1JQ=="] },
  ],
  [
    "a token",
    (host) => ({ address: `http://${host}`, secretRef: { name: "prom" } }),
    { token: "s3cr3t", username: "user" },
    { url: up, authorization: [token] },
  ],
  [
    "user name and password",
    (host) => ({ address: `http://other:one@${host}`, secretRef: { name: "prom" } }),
    { username: "user", password: "p@ss" },
    { url: up, authorization: [basic] },
  ],
  ["no Secret that is not named", (host) => ({ address: `http://${host}` }), { token: "s3cr3t" }, { url: up }],
  [
    "headers with several values",
    (host) => ({ address: `http://${host}`, headers: { "X-Scope-OrgID": ["a", "b"], "X-One": ["1"] } }),
    undefined,
    { url: up, "x-scope-orgid": ["a", "b"], "x-one": ["1"] },
  ],
  [
    "the headers' authorization before the address's",
    (host) => ({ address: `http://user:p@${host}`, headers: { authorization: [token] } }),
    undefined,
    { url: up, authorization: [token] },
  ],
  [
    "the Secret's authorization before the headers'",
    (host) => ({
      address: `http://${host}`,
      headers: { Authorization: ["Basic x"], "X-One": ["1"] },
      secretRef: { name: "prom" },
    }),
    { token: "s3cr3t" },
    { url: up, authorization: [token], "x-one": ["1"] },
  ],
])("sends %s", async (_, spec, secret, sent) => {
  answer = { status: 200, body: vector("1") };
  await createPrometheus({ type: "prometheus", ...spec(new URL(origin).host) }, secret, http).query("up");
  const seen = received.map(({ method, url, headersDistinct }) => {
    const { host: _host, connection: _connection, "user-agent": _agent, ...headers } = headersDistinct;
    return { method, url, ...headers };
  });
  expect(seen).toEqual([{ method: "GET", ...sent }]);
});

test("collapses white space and escapes the query", async () => {
  answer = { status: 200, body: vector("1") };
  const provider = createPrometheus({ type: "prometheus", address: origin }, undefined, http);
  await provider.query('\n\tsum(\n    rate(a{b="c d+é&"}[1m])\n\t)  / 2');
  expect(received.map(({ url }) => url)).toEqual([
    "/api/v1/query?query=%20sum(%20rate(a%7Bb%3D%22c%20d%2B%C3%A9%26%22%7D%5B1m%5D)%20)%20%2F%202",
  ]);
});

test.each([
  ["1", "online"],
  ["2", "QueryFailed: ORIGIN answered 2 to vector(1)"],
])("takes %s for %s when it probes", async (sample, result) => {
  answer = { status: 200, body: vector(sample) };
  const probed = createMetricsServer(`${origin}/prom`, http).probe();
  const text = await probed.then(
    () => "online",
    (error: unknown) => String(error).replace(`${origin}/prom`, "ORIGIN"),
  );
  expect([text, ...received.map(({ url }) => url)]).toEqual([result, "/prom/api/v1/query?query=vector(1)"]);
});

test("says which header cannot be sent", async () => {
  const spec: ProviderSpec = { type: "prometheus", address: origin, headers: { "X-Scope-OrgID": ["a\nb"] } };
  await expect(createPrometheus(spec, undefined, http).query("up")).rejects.toThrow(
    new Unreachable(`${origin}: invalid X-Scope-OrgID header`),
  );
});

test.each<[Record<string, string> | undefined, string]>([
  [undefined, "username"],
  [{}, "username"],
  [{ password: "p" }, "username"],
  [{ username: "u" }, "password"],
])("refuses a Secret of %j", (secret, missing) => {
  const spec: ProviderSpec = { type: "prometheus", address: origin, secretRef: { name: "prom-auth" } };
  expect(() => createPrometheus(spec, secret, http)).toThrow(
    `spec.provider.secretRef: Secret prom-auth has no key ${missing}; it needs token, or username and password`,
  );
});

test.each([
  [undefined, "spec.provider.address: is missing; set it to the store's URL"],
  ["", "spec.provider.address: is missing; set it to the store's URL"],
  ["prometheus:9090", "spec.provider.address: is not an http or https URL"],
  ["http://user:secret@", "spec.provider.address: is not an http or https URL"],
])("refuses the address %j", (address, message) => {
  const spec: ProviderSpec = { type: "prometheus", ...(address !== undefined && { address }) };
  expect(() => createPrometheus(spec, undefined, http)).toThrow(new InvalidSpec(message));
});

test("refuses a metrics server that is no URL", () => {
  expect(() => createMetricsServer("prometheus:9090", http)).toThrow("metricsServer: is not an http or https URL");
});

test("gives the request 5 seconds, and skips verification of certificates when told to", async () => {
  const spec: ProviderSpec = { type: "prometheus", address: "https://prometheus/", insecureSkipVerify: true };
  const requests: HttpRequest[] = [];
  const recorded: Http = (request) => {
    requests.push(request);
    return Promise.resolve({ status: 200, headers: {}, body: vector("1") });
  };
  await createPrometheus(spec, undefined, recorded).query("up");
  await createMetricsServer("https://prometheus", recorded).query("up");
  const request = {
    method: "GET",
    url: `https://prometheus${up}`,
    headers: {},
    timeoutMs: 5000,
    followRedirects: true,
  };
  expect(requests).toEqual([
    { ...request, insecureSkipVerify: true },
    { ...request, insecureSkipVerify: false },
  ]);
});
