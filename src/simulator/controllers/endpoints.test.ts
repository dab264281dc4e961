import type { ServiceSpec } from "kubernetes-types/core/v1.d.ts";
import { expect, test } from "vitest";
import type { Resource } from "../../kubernetes/resources.ts";
import { slicesOf } from "./endpoint-slices.ts";
import { endpointsOf } from "./endpoints.ts";
import { createVirtualClock } from "../../virtual-clock.ts";
import { kinds } from "./kinds.ts";
import type { ServiceObject } from "./kinds.ts";
import { deploymentOf, samplePod } from "./samples.ts";
import { midnight, openStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

function serviceOf(spec: Partial<ServiceSpec> = {}): ServiceObject {
  return {
    metadata: { namespace: "test", name: "app", uid: "app", labels: { team: "a" } },
    spec: { selector: { app: "app" }, ports: [{ name: "http", port: 80, targetPort: 8080 }], ...spec },
  };
}

const pods = [
  samplePod("ready", { ip: "10.0.0.1" }),
  samplePod("unready", { ip: "10.0.0.2", ready: false }),
  samplePod("ending", { ip: "10.0.0.3", deleted: true }),
];

test("Endpoints have the ready pods, and beside them those that are not ready yet", () => {
  expect(endpointsOf(serviceOf(), pods)).toMatchInlineSnapshot(`
    {
      "metadata": {
        "labels": {
          "endpoints.kubernetes.io/managed-by": "endpoint-controller",
          "team": "a",
        },
        "name": "app",
        "namespace": "test",
      },
      "subsets": [
        {
          "addresses": [
            {
              "ip": "10.0.0.1",
              "nodeName": "node1",
              "targetRef": {
                "kind": "Pod",
                "name": "ready",
                "namespace": "test",
                "uid": "ready",
              },
            },
          ],
          "notReadyAddresses": [
            {
              "ip": "10.0.0.2",
              "nodeName": "node1",
              "targetRef": {
                "kind": "Pod",
                "name": "unready",
                "namespace": "test",
                "uid": "unready",
              },
            },
          ],
          "ports": [
            {
              "name": "http",
              "port": 8080,
              "protocol": "TCP",
            },
          ],
        },
      ],
    }
  `);
});

test("slices have pods on their way out, too", () => {
  expect(slicesOf(serviceOf(), pods)).toMatchInlineSnapshot(`
    [
      {
        "addressType": "IPv4",
        "endpoints": [
          {
            "addresses": [
              "10.0.0.1",
            ],
            "conditions": {
              "ready": true,
              "serving": true,
              "terminating": false,
            },
            "nodeName": "node1",
            "targetRef": {
              "kind": "Pod",
              "name": "ready",
              "namespace": "test",
              "uid": "ready",
            },
          },
          {
            "addresses": [
              "10.0.0.2",
            ],
            "conditions": {
              "ready": false,
              "serving": false,
              "terminating": false,
            },
            "nodeName": "node1",
            "targetRef": {
              "kind": "Pod",
              "name": "unready",
              "namespace": "test",
              "uid": "unready",
            },
          },
          {
            "addresses": [
              "10.0.0.3",
            ],
            "conditions": {
              "ready": false,
              "serving": true,
              "terminating": true,
            },
            "nodeName": "node1",
            "targetRef": {
              "kind": "Pod",
              "name": "ending",
              "namespace": "test",
              "uid": "ending",
            },
          },
        ],
        "metadata": {
          "labels": {
            "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
            "kubernetes.io/service-name": "app",
            "team": "a",
          },
          "name": "",
          "namespace": "test",
          "ownerReferences": [
            {
              "apiVersion": "v1",
              "blockOwnerDeletion": true,
              "controller": true,
              "kind": "Service",
              "name": "app",
              "uid": "app",
            },
          ],
        },
        "ports": [
          {
            "name": "http",
            "port": 8080,
            "protocol": "TCP",
          },
        ],
      },
    ]
  `);
});

/** Has a name for port 9898. */
const named = {
  ...samplePod("named", { ip: "10.0.0.4" }),
  spec: { containers: [{ name: "main", image: "app:1", ports: [{ name: "web", containerPort: 9898 }] }] },
};

test.each<[string, Partial<ServiceSpec>, string[]]>([
  ["a target port", {}, ["http 8080: 10.0.0.1 10.0.0.4"]],
  ["no target port", { ports: [{ port: 80 }] }, ["- 80: 10.0.0.1 10.0.0.4"]],
  ["a target port by name", { ports: [{ port: 80, targetPort: "web" }] }, ["- 9898: 10.0.0.4"]],
  ["no port at all", { ports: [] }, ["- 0: 10.0.0.1 10.0.0.4"]],
  ["unready pods, too", { publishNotReadyAddresses: true }, ["http 8080: 10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4"]],
])("the Endpoints of a Service with %s", (_, spec, expected) => {
  const { subsets = [] } = endpointsOf(serviceOf(spec), [...pods, named]);
  const shown = subsets.flatMap(({ ports = [{ port: 0 }], addresses: list = [] }) =>
    ports.map(({ name = "-", port }) => `${name} ${port}: ${list.map(({ ip }) => ip).join(" ")}`),
  );
  expect(shown).toEqual(expected);
});

async function addresses(stage: Stage): Promise<string> {
  const { subsets = [] } = await stage.user.get(kinds.endpoints, { namespace: "test", name: "app" });
  const { items } = await stage.user.list(kinds.endpointSlices, { namespace: "test" });
  const ready = subsets.flatMap((subset) => subset.addresses ?? []).length;
  const unready = subsets.flatMap((subset) => subset.notReadyAddresses ?? []).length;
  const conditions = items
    .flatMap(({ endpoints }) => endpoints)
    .map(({ conditions: { ready: is, serving, terminating } = {} }) =>
      [is === true && "ready", serving === true && "serving", terminating === true && "terminating"]
        .filter((each) => each !== false)
        .join("+"),
    );
  return `${ready} ready, ${unready} not; ${items.length} slices: ${conditions.join(" ")}`;
}

test("endpoints follow pods as they come, fail and go", async () => {
  const stage = await openStage(createVirtualClock(midnight), {
    courseOf: () => ({ kind: "runs", readyAfterMs: 2000, stopsAfterMs: 5000 }),
  });
  const { metadata, spec } = serviceOf();
  const { uid: _, ...key } = metadata;
  await stage.user.create(kinds.services, { metadata: key, spec: spec ?? {} });
  await stage.user.create(kinds.deployments, deploymentOf(2));
  const story: string[] = [];
  const look = async (what: string): Promise<void> => {
    story.push(`${what}: ${await addresses(stage)}`);
  };
  await stage.clock.advance(1000);
  await look("started");
  await stage.clock.advance(2000);
  await look("ready");
  const [first] = (await stage.user.list(kinds.pods, { namespace: "test" })).items;
  stage.pods.setReady(first?.metadata.name ?? "", false);
  await stage.clock.advance(0);
  await look("one unready");
  await stage.client.setScale(kinds.deployments, { namespace: "test", name: "app" }, 0);
  await stage.clock.advance(1000);
  await look("ending");
  await stage.clock.advance(10_000);
  await look("gone");
  expect(story).toMatchInlineSnapshot(`
    [
      "started: 0 ready, 2 not; 1 slices:  ",
      "ready: 2 ready, 0 not; 1 slices: ready+serving ready+serving",
      "one unready: 1 ready, 1 not; 1 slices:  ready+serving",
      "ending: 0 ready, 0 not; 1 slices: terminating serving+terminating",
      "gone: 0 ready, 0 not; 1 slices: ",
    ]
  `);
  await stage.user.delete(kinds.services, key);
  await stage.clock.advance(1000);
  const left = [kinds.endpoints, kinds.endpointSlices].map(async (kind: Resource) => {
    return (await stage.user.list(kind, { namespace: "test" })).items.length;
  });
  expect(await Promise.all(left)).toEqual([0, 0]);
  expect(stage.errors).toEqual([]);
});
