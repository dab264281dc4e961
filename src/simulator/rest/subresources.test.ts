import { expect, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import { createApiServer } from "../apiserver.ts";
import type { LogRequest } from "./log.ts";
import { began, createTestClient } from "./testing.ts";

const deployments = "/apis/apps/v1/namespaces/default/deployments";
const pods = "/api/v1/namespaces/default/pods";
const merge = "application/merge-patch+json";
const containers = [{ name: "app", image: "example.com/app:1" }];

async function openDeployment() {
  const client = createTestClient(createApiServer({ clock: createVirtualClock(began) }).transport);
  const template = { metadata: { labels: { b: "2", a: "1" } }, spec: { containers } };
  const spec = { replicas: 2, selector: { matchLabels: { b: "2", a: "1" } }, template };
  await client.done("POST", deployments, { metadata: { name: "web" }, spec });
  return client;
}

const scale = (replicas: number, resourceVersion: string) => ({
  kind: "Scale",
  apiVersion: "autoscaling/v1",
  metadata: {
    name: "web",
    namespace: "default",
    uid: expect.any(String) as string,
    resourceVersion,
    creationTimestamp: "2026-01-01T00:00:00Z",
  },
  spec: replicas === 0 ? {} : { replicas },
  status: { replicas: 0, selector: "a=1,b=2" },
});

test("a scale is read, replaced and patched", async () => {
  const { get, done } = await openDeployment();
  const first = await get(`${deployments}/web/scale`);
  expect(first).toEqual({ status: 200, body: scale(2, "5"), warnings: [] });
  const given = { ...(first.body as object), spec: { replicas: 3 } };
  expect(await done("PUT", `${deployments}/web/scale`, given)).toEqual(scale(3, "6"));
  expect(await done("PATCH", `${deployments}/web/scale`, { spec: { replicas: 0 } }, merge)).toEqual(scale(0, "7"));
  const { metadata, spec } = await done("GET", `${deployments}/web`);
  expect([metadata.generation, (spec as { readonly replicas: number }).replicas]).toEqual([3, 0]);
});

test.each([
  [
    { spec: { replicas: -1 } },
    422,
    'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  ],
  [{ metadata: { resourceVersion: "4" } }, 409, /the object has been modified/],
  [{ metadata: { name: "other" } }, 400, "the name of the object (other) does not match the name on the URL (web)"],
] as const)("refuses to scale by %o", async (body, code, message) => {
  const { send } = await openDeployment();
  const answer = await send("PATCH", `${deployments}/web/scale`, body, merge);
  expect(answer.status).toBe(code);
  expect((answer.body as { readonly message: string }).message).toMatch(message);
});

async function openPod(spec: object, status: object = {}) {
  const asked: LogRequest[] = [];
  const server = createApiServer({
    clock: createVirtualClock(began),
    logs: async function* (request) {
      asked.push(request);
      yield Buffer.from("one\n");
      yield Buffer.from("two\n");
    },
  });
  const client = createTestClient(server.transport);
  await client.done("POST", pods, { metadata: { name: "a" }, spec });
  await client.done("PATCH", `${pods}/a/status`, { status }, merge);
  return { asked, ...client };
}

test("a log comes from where it is kept", async () => {
  const { asked, get } = await openPod({ containers, nodeName: "node" });
  const query = "tailLines=5&sinceSeconds=60&follow=true&timestamps=true&limitBytes=100&previous=true";
  expect((await get(`${pods}/a/log?${query}`)).body).toBe("one\ntwo\n");
  expect(asked.map(({ pod, signal: _, ...rest }) => ({ ...rest, pod: pod.metadata.name }))).toEqual([
    {
      pod: "a",
      container: "app",
      follow: true,
      previous: true,
      timestamps: true,
      tailLines: 5,
      since: began - 60_000,
      limitBytes: 100,
    },
  ]);
});

test.each([
  [
    "of a container that there is not",
    { containers, nodeName: "node" },
    {},
    "?container=b",
    400,
    "container b is not valid for pod a",
  ],
  [
    "of one of several containers",
    { containers: [...containers, { name: "b", image: "b" }], nodeName: "node" },
    {},
    "",
    400,
    "a container name must be specified for pod a, choose one of: [app b]",
  ],
  [
    "of a container that waits",
    { containers, nodeName: "node" },
    { containerStatuses: [{ name: "app", state: { waiting: { reason: "ImagePullBackOff" } } }] },
    "",
    400,
    'container "app" in pod "a" is waiting to start: ImagePullBackOff',
  ],
] as const)("refuses the log %s", async (_, spec, status, query, code, message) => {
  const { get } = await openPod(spec, status);
  expect((await get(`${pods}/a/log${query}`)).body).toMatchObject({ code, message });
});

test("a pod without a node has said nothing", async () => {
  const { get } = await openPod({ containers });
  expect(await get(`${pods}/a/log`)).toEqual({ status: 200, body: "", warnings: [] });
});

test("a subresource takes what it takes", async () => {
  const { send } = await openPod({ containers });
  const code = async (method: "GET" | "POST" | "DELETE", path: string) => (await send(method, path, {})).status;
  expect([
    await code("POST", `${pods}/a/log`),
    await code("DELETE", `${pods}/a/status`),
    await code("GET", `${pods}/a/eviction`),
    await code("GET", `${pods}/a/exec`),
    await code("GET", "/api/v1/namespaces/default/configmaps/a/status"),
  ]).toEqual([405, 405, 405, 404, 404]);
});
