import { expect, test } from "vitest";
import type { Canary } from "../api/canary.ts";
import { eventPayload, hookPayload } from "./payload.ts";

const canary: Canary = {
  metadata: { name: "podinfo", namespace: "test" },
  spec: { targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "podinfo" }, analysis: {} },
};

test.each([
  [undefined, '{"name":"podinfo","namespace":"test","phase":"Progressing","checksum":"758df7c9fc"}'],
  [{}, '{"name":"podinfo","namespace":"test","phase":"Progressing","checksum":"758df7c9fc"}'],
  [
    { type: "cmd", cmd: "hey http://podinfo" },
    '{"name":"podinfo","namespace":"test","phase":"Progressing","checksum":"758df7c9fc",' +
      '"metadata":{"cmd":"hey http://podinfo","type":"cmd"}}',
  ],
])("a hook with the metadata %j", (metadata, body) => {
  expect(JSON.stringify(hookPayload(canary, "Progressing", "758df7c9fc", metadata))).toBe(body);
});

test("an event, with metadata of the webhook that replaces nothing", () => {
  const event = { type: "Warning", text: "Canary failed! Scaling down podinfo.test", phase: "Failed" } as const;
  const metadata = { environment: "production", eventType: "Normal", timestamp: "0" };
  expect(JSON.stringify(eventPayload(canary, event, "758df7c9fc", 1_789_000_000_123, metadata))).toBe(
    '{"name":"podinfo","namespace":"test","phase":"Failed","checksum":"758df7c9fc",' +
      '"metadata":{"environment":"production","eventMessage":"Canary failed! Scaling down podinfo.test",' +
      '"eventType":"Warning","timestamp":"1789000000123"}}',
  );
});
