import { expect, test } from "vitest";
import { createHttp } from "../http.ts";
import { openLogBook } from "../testing/log.ts";
import { startLoopback } from "../testing/loopback.ts";
import { operatorCommand } from "./operator-flags.ts";
import type { OperatorFlags } from "./operator-flags.ts";
import { runOperator, settingsOf } from "./operator.ts";
import { definitions, json, startEmptyApi } from "./testing.ts";

async function flagsOf(...args: readonly string[]): Promise<OperatorFlags> {
  const seen: OperatorFlags[] = [];
  await operatorCommand(async (flags) => {
    seen.push(flags);
  }).parseAsync(args, { from: "user" });
  const [flags] = seen;
  if (flags === undefined) throw new Error("the command was not run");
  return flags;
}

const noHome = { HOME: "/nonexistent" };
/** The port that an operator has logged. */
function portOf(messages: readonly string[]): string {
  return /^probes and metrics on port (\d+)$/m.exec(messages.join("\n"))?.[1] ?? "";
}

async function get(port: string, path: string): Promise<string> {
  const { status, body } = await createHttp()({
    method: "GET",
    url: `http://127.0.0.1:${port}${path}`,
    timeoutMs: 5000,
  });
  return `${status} ${body}`;
}

test("is ready once the caches are filled, and stops when told to", async () => {
  const filled = Promise.withResolvers<undefined>();
  await using api = await startEmptyApi(definitions, filled.promise);
  await using prometheus = await startLoopback(() => json({ data: { result: [{ value: [0, "1"] }] } }));
  const book = openLogBook();
  const stop = new AbortController();
  const flags = await flagsOf("--master", api.url, "--port=0", "--metrics-server", prometheus.url);
  const run = runOperator(flags, noHome, book.log, stop.signal);

  await book.said("API server v1.35.4");
  const port = portOf(book.messages);
  expect(await get(port, "/healthz")).toBe("200 OK");
  expect(await get(port, "/readyz")).toBe("503 waiting for the caches");
  filled.resolve(undefined);
  await book.said("releasing");
  await book.said("answers");
  expect(await get(port, "/readyz")).toBe("200 OK");
  expect(await get(port, "/metrics")).toMatch(/^flagger_info\{version="\d.*mesh_provider="istio"\} 1$[^]*^process_/m);
  stop.abort();
  await run;
  expect(book.messages.filter((message) => !message.includes("answers"))).toEqual([
    expect.stringMatching(/^headgate \d+\.\d+\.\d+, provider istio, metrics server http:\/\/127\.0\.0\.1:\d+$/),
    "no alerts: neither -slack-url nor -msteams-url is set",
    `probes and metrics on port ${port}`,
    "API server v1.35.4",
    "caches are filled",
    "releasing",
  ]);
});

test("stops while it waits for the caches", async () => {
  await using api = await startEmptyApi(definitions, new Promise(() => undefined));
  const book = openLogBook();
  const stop = new AbortController();
  const run = runOperator(await flagsOf("--master", api.url, "--port=0"), noHome, book.log, stop.signal);
  await book.said("API server v1.35.4");
  stop.abort();
  await run;
  expect(book.messages).not.toContain("caches are filled");
});

test("leads when it is elected", async () => {
  await using api = await startEmptyApi(definitions);
  const book = openLogBook();
  const stop = new AbortController();
  const flags = await flagsOf("--master", api.url, "--port=0", "--enable-leader-election", "--namespace=test");
  const run = runOperator(flags, noHome, book.log, stop.signal);
  await book.said("releasing");
  stop.abort();
  await run;
  const leases = api.received.filter(({ path }) => path.includes("/leases")).map(({ path }) => path.split("?")[0]);
  expect(new Set(leases)).toEqual(
    new Set([
      "/apis/coordination.k8s.io/v1/namespaces/test/leases",
      "/apis/coordination.k8s.io/v1/namespaces/test/leases/flagger-leader-election",
    ]),
  );
});

test("does not begin without the definitions", async () => {
  await using api = await startEmptyApi(["canaries"]);
  const book = openLogBook();
  const run = runOperator(
    await flagsOf("--master", api.url, "--port=0"),
    noHome,
    book.log,
    new AbortController().signal,
  );
  await expect(run).rejects.toThrow(
    /^CustomResourceDefinitions not installed: metrictemplates\.flagger\.app, alertproviders\.flagger\.app\. .* kubectl/,
  );
  await expect(get(portOf(book.messages), "/healthz")).rejects.toThrow("ECONNREFUSED");
});

test.each<[string, readonly string[], Readonly<Record<string, string>>, object]>([
  ["flags alone", ["--slack-url=http://flag", "--slack-channel=a"], {}, { url: "http://flag", channel: "a" }],
  [
    "variables before flags",
    ["--slack-url=http://flag", "--slack-token=flag", "--slack-proxy-url=http://flag", "--slack-channel=a"],
    { SLACK_URL: "http://env", SLACK_TOKEN: "env", SLACK_PROXY_URL: "http://env:1" },
    { url: "http://env", token: "env", proxy: "http://env:1" },
  ],
  [
    "flags before empty variables",
    ["--slack-url=http://flag", "--slack-token=flag", "--slack-channel=a"],
    { SLACK_URL: "", SLACK_TOKEN: "" },
    { url: "http://flag", token: "flag" },
  ],
  [
    "variables of Teams",
    ["--msteams-url=http://flag"],
    { MSTEAMS_URL: "http://env", MSTEAMS_PROXY_URL: "http://env:1" },
    { url: "http://env", proxy: "http://env:1" },
  ],
])("alerts: %s", async (_, args, env, target) => {
  const { notifier } = settingsOf(await flagsOf(...args), env);
  expect(notifier).toMatchObject({ kind: "on", target });
});

test("settings", async () => {
  const args = ["--event-webhook=http://flag", "--namespace=test", "--no-cross-namespace-refs", "--cluster-name=east"];
  const flags = await flagsOf(...args);
  const settings = {
    meshProvider: "istio",
    metricsServer: "http://prometheus:9090",
    namespace: "test",
    selectorLabels: ["app", "name", "app.kubernetes.io/name"],
    includeLabelPrefixes: [],
    configTracking: true,
    intervalFloorMs: 10_000,
    noCrossNamespaceRefs: true,
    clusterName: "east",
    ingressClass: "",
    ingressAnnotationsPrefix: "nginx.ingress.kubernetes.io",
    eventWebhook: "http://flag",
    notifier: { kind: "off", reason: "neither -slack-url nor -msteams-url is set" },
  };
  expect(settingsOf(flags, {})).toEqual(settings);
  expect(settingsOf(flags, { EVENT_WEBHOOK_URL: "http://env" })).toEqual({ ...settings, eventWebhook: "http://env" });
  expect(settingsOf(flags, { EVENT_WEBHOOK_URL: "" })).toEqual(settings);
});
