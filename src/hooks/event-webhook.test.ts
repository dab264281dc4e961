import { expect, test } from "vitest";
import type { Canary, Webhook } from "../api/canary.ts";
import { createHttp } from "../http.ts";
import { hastyClock } from "../testing/hasty-clock.ts";
import { startLoopback } from "../testing/loopback.ts";
import { sendEvent } from "./event-webhook.ts";

const http = createHttp();
const event = { type: "Normal", text: "Initialization done! podinfo.test", phase: "Initialized" } as const;

const withWebhooks = (webhooks: readonly Webhook[]): Canary => ({
  metadata: { name: "podinfo", namespace: "test" },
  spec: { targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "podinfo" }, analysis: { webhooks } },
});

test.each([
  ["nobody", [], false, []],
  ["the operator's webhook", ["rollout"], true, ["/global"]],
  ["the Canary's own instead of the operator's", ["event", "rollout", "event"], true, ["/0", "/2"]],
  ["the Canary's own", ["event"], false, ["/0"]],
] as const)("tells %s", async (_, types, global, paths) => {
  await using server = await startLoopback(() => ({}));
  const canary = withWebhooks(types.map((type, index) => ({ name: "hook", type, url: `${server.url}/${index}` })));
  const context = { canary, checksum: "758df7c9fc", globalUrl: global ? `${server.url}/global` : "" };
  expect(await sendEvent(http, hastyClock(), context, event)).toEqual([]);
  expect(server.received.map(({ path }) => path).sort()).toEqual(paths);
});

test("sends what happened and when, and says who could not be told", async () => {
  await using server = await startLoopback(({ path }) => (path === "/bad" ? { status: 400, body: "no thanks" } : {}));
  const canary = withWebhooks([
    { name: "bad", type: "event", url: `${server.url}/bad` },
    { name: "good", type: "event", url: `${server.url}/good`, metadata: { team: "a" } },
  ]);
  const context = { canary, checksum: "758df7c9fc", globalUrl: "" };
  expect(await sendEvent(http, hastyClock(1_789_000_000_123), context, event)).toEqual(["no thanks"]);
  expect(server.received.find(({ path }) => path === "/good")?.body).toBe(
    '{"name":"podinfo","namespace":"test","phase":"Initialized","checksum":"758df7c9fc",' +
      '"metadata":{"eventMessage":"Initialization done! podinfo.test","eventType":"Normal","team":"a",' +
      '"timestamp":"1789000000123"}}',
  );
});
