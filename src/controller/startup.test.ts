import { expect, test } from "vitest";
import { createHttp, Unreachable } from "../http.ts";
import type { Transport } from "../kubernetes/transport.ts";
import { openLogBook } from "../testing/log.ts";
import { startLoopback } from "../testing/loopback.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import { checkCluster, probeMetricsServer } from "./startup.ts";

type Answer = readonly [status: number, body: unknown];

const version: Answer = [200, { gitVersion: "v1.35.4" }];
const serving = (...names: readonly string[]): Answer => [200, { resources: names.map((name) => ({ name })) }];
const all = serving("canaries", "canaries/status", "metrictemplates", "alertproviders");
const refused = new Unreachable("API server https://10.0.0.1: connect ECONNREFUSED 10.0.0.1:443");

/** Gives these answers one after another, the last of a path again and again. */
function serve(answers: Readonly<Record<string, readonly (Answer | Error)[]>>): Transport {
  const left = new Map(Object.entries(answers).map(([path, list]) => [path, [...list]]));
  return async ({ path }) => {
    const list = left.get(path) ?? [];
    const [answer] = list;
    if (list.length > 1) list.shift();
    if (answer === undefined) throw new Error(`nobody asks for ${path}`);
    if (answer instanceof Error) throw answer;
    const [status, body] = answer;
    return { status, headers: {}, body: ReadableStream.from([Buffer.from(JSON.stringify(body))]) };
  };
}

/** How the check ends, within two minutes, and what it logs. */
async function outcome(transport: Transport, stop = new AbortController()): Promise<readonly string[]> {
  const clock = createVirtualClock();
  const book = openLogBook();
  const checked = checkCluster({ transport, clock, log: book.log }, stop.signal).then(
    () => `passed after ${clock.now() / 1000} s`,
    (error: unknown) => `failed after ${clock.now() / 1000} s: ${String(error)}`,
  );
  await clock.advance(120_000);
  return [...book.messages, await checked];
}

test.each<[string, Readonly<Record<string, readonly (Answer | Error)[]>>, readonly string[]]>([
  [
    "logs the version when all is well",
    { "/version": [version], "/apis/flagger.app/v1beta1": [all] },
    ["API server v1.35.4", "passed after 0 s"],
  ],
  [
    "names the definitions that are missing, and what installs them",
    { "/version": [version], "/apis/flagger.app/v1beta1": [serving("metrictemplates")] },
    [
      "API server v1.35.4",
      "failed after 0 s: NotInstalled: CustomResourceDefinitions not installed: canaries.flagger.app, " +
        "alertproviders.flagger.app. Install them with: kubectl apply --server-side -f charts/headgate/crds/crd.yaml " +
        "or: helm show crds headgate/headgate | kubectl apply --server-side -f -",
    ],
  ],
  [
    "takes a group that is not there for definitions that are missing",
    { "/version": [version], "/apis/flagger.app/v1beta1": [[404, {}]] },
    [
      "API server v1.35.4",
      expect.stringContaining(
        "canaries.flagger.app, metrictemplates.flagger.app, alertproviders.flagger.app",
      ) as string,
    ],
  ],
  [
    "waits for an API server that comes late",
    { "/version": [refused, [503, { message: "starting" }], version], "/apis/flagger.app/v1beta1": [all] },
    [
      `${refused.message}; trying again in 1 s`,
      "API server: status 503 to GET /version; trying again in 2 s",
      "API server v1.35.4",
      "passed after 3 s",
    ],
  ],
  [
    "gives up on an API server that does not come",
    { "/version": [refused] },
    [
      ...[1, 2, 4, 8, 15].map((s) => `${refused.message}; trying again in ${s} s`),
      `failed after 30 s: Unreachable: ${refused.message}`,
    ],
  ],
  [
    "goes on when it may not ask",
    { "/version": [[403, { message: "forbidden" }]], "/apis/flagger.app/v1beta1": [[403, { message: "forbidden" }]] },
    [
      'API server: status 403 to GET /version: {"message":"forbidden"}',
      "API server of unknown version",
      'API server: status 403 to GET /apis/flagger.app/v1beta1: {"message":"forbidden"}',
      "passed after 0 s",
    ],
  ],
])("%s", async (_, answers, expected) => {
  expect(await outcome(serve(answers))).toEqual(expected);
});

test("gives up on a request that gets no answer", async () => {
  const silent: Transport = () => new Promise(() => undefined);
  const [first] = await outcome(silent);
  expect(first).toBe("API server: no answer to GET /version; trying again in 1 s");
});

test("stops waiting when it is told to", async () => {
  const stop = new AbortController();
  const refuse: Transport = async () => {
    stop.abort(new Error("told to stop"));
    throw refused;
  };
  expect(await outcome(refuse, stop)).toEqual([`failed after 0 s: Unreachable: ${refused.message}`]);
});

test.each<[string, string | undefined, { status?: number; body?: string }, string]>([
  ["answers", undefined, { body: '{"data":{"result":[{"value":[0,"1"]}]}}' }, "metrics server URL answers"],
  ["fails", undefined, { status: 500, body: "no" }, "metrics server URL cannot be used: URL answered 500: no"],
  [
    "is no URL",
    "prometheus:9090",
    {},
    "metrics server prometheus:9090 cannot be used: metricsServer: is not an http or https URL",
  ],
])("says of a metrics server that it %s", async (_, address, answer, expected) => {
  await using server = await startLoopback(() => answer);
  const book = openLogBook();
  const withLogin = server.url.replace("//", "//user:secret@");
  await probeMetricsServer(address ?? withLogin, createHttp(), book.log);
  expect(book.messages.map((message) => message.replaceAll(server.url, "URL"))).toEqual([expected]);
});
