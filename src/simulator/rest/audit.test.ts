import { expect, test } from "vitest";
import type { ApiRequest } from "../../kubernetes/transport.ts";
import { createVirtualClock } from "../../virtual-clock.ts";
import { createApiServer } from "../apiserver.ts";
import { audited } from "./audit.ts";
import type { AuditEvent } from "./audit.ts";
import { began } from "./testing.ts";

const deployments = "/apis/apps/v1/namespaces/default/deployments";

async function auditOf(request: Omit<ApiRequest, "signal">): Promise<AuditEvent | undefined> {
  const clock = createVirtualClock(began);
  const told: AuditEvent[] = [];
  const transport = audited(createApiServer({ clock }).transport, clock, (event) => told.push(event));
  await transport({ ...request, signal: new AbortController().signal });
  expect(told.length).toBe(1);
  return told[0];
}

test("a request is told with who asked, for what, when, and the answer", async () => {
  const path = `${deployments}/podinfo/status?fieldManager=headgate`;
  const headers = { "User-Agent": "headgate/1.0.0", "content-type": "application/merge-patch+json" };
  expect(await auditOf({ method: "PATCH", path, headers, body: "{}" })).toEqual({
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: "Metadata",
    stage: "ResponseComplete",
    requestURI: path,
    verb: "patch",
    userAgent: "headgate/1.0.0",
    objectRef: {
      resource: "deployments",
      apiGroup: "apps",
      apiVersion: "v1",
      namespace: "default",
      name: "podinfo",
      subresource: "status",
    },
    responseStatus: { code: 404 },
    requestReceivedTimestamp: new Date(began).toISOString(),
    stageTimestamp: new Date(began).toISOString(),
  });
});

test.each([
  ["GET", "/api/v1/nodes", "list", { resource: "nodes", apiVersion: "v1" }],
  ["GET", "/api/v1/nodes?watch=true", "watch", { resource: "nodes", apiVersion: "v1" }],
  ["GET", "/api/v1/nodes/node1", "get", { resource: "nodes", apiVersion: "v1", name: "node1" }],
  ["GET", "/version", "get", undefined],
] as const)("%s %s is told as %s", async (method, path, verb, objectRef) => {
  const event = await auditOf({ method, path });
  expect([event?.verb, event?.objectRef]).toEqual([verb, objectRef]);
});

test.each([
  ["POST", deployments, "create"],
  ["PUT", `${deployments}/podinfo`, "update"],
  ["DELETE", `${deployments}/podinfo`, "delete"],
  ["DELETE", deployments, "deletecollection"],
] as const)("%s %s is told as %s", async (method, path, verb) => {
  expect((await auditOf({ method, path, body: "{}" }))?.verb).toBe(verb);
});
