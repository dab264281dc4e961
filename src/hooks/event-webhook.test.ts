import { expect, test } from "vitest";
import type { Canary, Webhook } from "../api/canary.ts";
import { createHttp } from "../http.ts";
import { hastyClock } from "../testing/hasty-clock.ts";
import { startLoopback } from "../testing/loopback.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import { createEventSender } from "./event-webhook.ts";

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
  expect(await createEventSender(http, hastyClock())(context, event)).toEqual([]);
  expect(server.received.map(({ path }) => path).sort()).toEqual(paths);
});

test("sends what happened and when, and says who could not be told", async () => {
  await using server = await startLoopback(({ path }) => (path === "/bad" ? { status: 400, body: "no thanks" } : {}));
  const canary = withWebhooks([
    { name: "bad", type: "event", url: `${server.url}/bad` },
    { name: "good", type: "event", url: `${server.url}/good`, metadata: { team: "a" } },
  ]);
  const context = { canary, checksum: "758df7c9fc", globalUrl: "" };
  expect(await createEventSender(http, hastyClock(1_789_000_000_123))(context, event)).toEqual(["no thanks"]);
  expect(server.received.find(({ path }) => path === "/good")?.body).toBe(
    '{"name":"podinfo","namespace":"test","phase":"Initialized","checksum":"758df7c9fc",' +
      '"metadata":{"eventMessage":"Initialization done! podinfo.test","eventType":"Normal","team":"a",' +
      '"timestamp":"1789000000123"}}',
  );
});

test("tells one Canary's events in their order, each with its time, and others' meanwhile", async () => {
  const held = Promise.withResolvers<undefined>();
  await using server = await startLoopback(async ({ body }) => {
    if (!body.includes('"first"')) return {};
    await held.promise;
    return { status: 400, body: "no thanks" };
  });
  const clock = createVirtualClock();
  const send = createEventSender(http, clock);
  const context = { canary: withWebhooks([]), checksum: "758df7c9fc", globalUrl: server.url };
  const other = { ...context.canary, metadata: { name: "other", namespace: "test" } };

  const first = send(context, { ...event, text: "first" });
  await clock.advance(5);
  const second = send(context, { ...event, text: "second" });
  expect(await send({ ...context, canary: other }, { ...event, text: "another" })).toEqual([]);
  await clock.advance(5);
  held.resolve(undefined);
  expect(await Promise.all([first, second])).toEqual([["no thanks"], []]);

  const told = server.received.map(({ body }) => {
    const { metadata } = JSON.parse(body) as { readonly metadata: Readonly<Record<string, string>> };
    return `${metadata["timestamp"] ?? ""} ${metadata["eventMessage"] ?? ""}`;
  });
  expect(told.filter((line) => !line.endsWith("another"))).toEqual(["0 first", "5 second"]);
  expect(told).toContain("5 another");
});
