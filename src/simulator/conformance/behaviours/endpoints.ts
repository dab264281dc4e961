import { equal, match, ok, partialDeepStrictEqual as matches } from "node:assert/strict";
import { deployments, horizontalPodAutoscalers, services } from "../../../kubernetes/resources.ts";
import type { StoredObject } from "../../resource.ts";
import { at, done, listAt } from "../answers.ts";
import type { Api } from "../api.ts";
import type { Topic } from "../behaviour.ts";
import { endpoints, endpointSlices, nodes, pods } from "../resources.ts";
import { deployment, podSpec } from "../samples.ts";
import { report } from "../workloads.ts";

const containers = [{ name: "app", image: "example.com/app:1.0", ports: [{ name: "http", containerPort: 8080 }] }];

/** A node that nobody is behind, named after the namespace: only pods that have a node are endpoints. */
async function createNode(api: Api): Promise<void> {
  done(await api.create(nodes, { metadata: { name: api.namespace }, spec: { unschedulable: true } }));
  api.afterwards(async () => api.delete(nodes, api.namespace));
}

/** A pod on that node. */
async function createPod(api: Api, name: string, labels: object): Promise<StoredObject> {
  const spec = { ...podSpec, containers, nodeName: api.namespace, tolerations: [{ operator: "Exists" }] };
  const object = { metadata: { name, labels }, spec };
  return api.eventually("the namespace takes pods", async () => done(await api.create(pods, object)));
}

async function createService(api: Api, spec: object = {}): Promise<StoredObject> {
  await createNode(api);
  const ports = [{ name: "web", port: 80, targetPort: "http" }];
  return done(
    await api.create(services, { metadata: { name: "a" }, spec: { selector: { app: "a" }, ports, ...spec } }),
  );
}

async function slicesOf(api: Api, service: string): Promise<readonly StoredObject[]> {
  const query = { labelSelector: `kubernetes.io/service-name=${service}` };
  return listAt(done(await api.list(endpointSlices, { query })), "items") as readonly StoredObject[];
}

/** The endpoints of Service `a` by address, as they are now. */
async function endpointsNow(api: Api): Promise<readonly unknown[]> {
  const found = (await slicesOf(api, "a")).flatMap((slice) => listAt(slice, "endpoints"));
  return found.toSorted((a, b) => (String(at(a, "addresses.0")) < String(at(b, "addresses.0")) ? -1 : 1));
}

/** Waits for the endpoints of Service `a` to be like these, by address. */
async function eventuallyEndpoints(api: Api, expected: readonly object[]): Promise<void> {
  await api.eventually(`${expected.length} endpoints`, async () => {
    const found = await endpointsNow(api);
    equal(found.length, expected.length);
    matches(found, expected);
    return true;
  });
}

/** What follows from pods and their readiness. */
export const endpointTopic: Topic = {
  name: "endpoints and autoscalers",
  behaviours: {
    "the pods that a Service selects are its endpoints, ready or not": async (api) => {
      await createService(api);
      const one = await createPod(api, "one", { app: "a" });
      const two = await createPod(api, "two", { app: "a" });
      await report(api, one, true, "10.244.77.1");
      await report(api, two, false, "10.244.77.2");
      await report(api, await createPod(api, "other", { app: "other" }), true, "10.244.77.3");
      await eventuallyEndpoints(api, [
        {
          addresses: ["10.244.77.1"],
          conditions: { ready: true, serving: true, terminating: false },
          targetRef: { kind: "Pod", name: "one", namespace: api.namespace, uid: one.metadata.uid },
        },
        { addresses: ["10.244.77.2"], conditions: { ready: false, serving: false, terminating: false } },
      ]);
    },
    "a slice of endpoints belongs to its Service and has the ports of the pods": async (api) => {
      const service = await createService(api);
      await report(api, await createPod(api, "one", { app: "a" }), true);
      await eventuallyEndpoints(api, [{}]);
      const [slice] = await slicesOf(api, "a");
      ok(slice !== undefined);
      match(slice.metadata.name, /^a-[a-z0-9]{5}$/);
      matches(slice, {
        addressType: "IPv4",
        metadata: {
          labels: {
            "kubernetes.io/service-name": "a",
            "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
          },
          ownerReferences: [
            { apiVersion: "v1", kind: "Service", name: "a", uid: service.metadata.uid, controller: true },
          ],
        },
        ports: [{ name: "web", port: 8080, protocol: "TCP" }],
      });
    },
    "an endpoint follows its pod": async (api) => {
      await createService(api);
      const pod = await createPod(api, "one", { app: "a" });
      await report(api, pod, true);
      await eventuallyEndpoints(api, [{ conditions: { ready: true } }]);
      await report(api, pod, false);
      await eventuallyEndpoints(api, [{ conditions: { ready: false } }]);
      done(await api.delete(pods, "one"));
      await eventuallyEndpoints(api, []);
    },
    "the selector of a Service is followed": async (api) => {
      await createService(api);
      await report(api, await createPod(api, "one", { app: "a" }), true, "10.244.77.1");
      await report(api, await createPod(api, "two", { app: "b" }), true, "10.244.77.2");
      await eventuallyEndpoints(api, [{}]);
      done(await api.patch(services, "a", { type: "merge", body: { spec: { selector: { app: "b" } } } }));
      await eventuallyEndpoints(api, [{ addresses: ["10.244.77.2"] }]);
    },
    "addresses are listed in Endpoints, too, ready and not ready apart": async (api) => {
      await createService(api);
      await report(api, await createPod(api, "one", { app: "a" }), true, "10.244.77.1");
      await report(api, await createPod(api, "two", { app: "a" }), false, "10.244.77.2");
      await api.eventually("both addresses are listed", async () => {
        matches(at(done(await api.get(endpoints, "a")), "subsets"), [
          {
            addresses: [{ ip: "10.244.77.1", targetRef: { kind: "Pod", name: "one" } }],
            notReadyAddresses: [{ ip: "10.244.77.2" }],
            ports: [{ name: "web", port: 8080, protocol: "TCP" }],
          },
        ]);
        return true;
      });
    },
    "pods that are not ready are told as ready where the Service wants it": async (api) => {
      await createService(api, { publishNotReadyAddresses: true });
      await report(api, await createPod(api, "one", { app: "a" }), false);
      await eventuallyEndpoints(api, [{ conditions: { ready: true, serving: false } }]);
    },
    "slices go with their Service": async (api) => {
      await createService(api);
      await report(api, await createPod(api, "one", { app: "a" }), true);
      await eventuallyEndpoints(api, [{}]);
      done(await api.delete(services, "a"));
      await api.eventually("the slices are gone", async () =>
        (await slicesOf(api, "a")).length === 0 ? true : undefined,
      );
      await api.eventually("the Endpoints are gone", async () =>
        (await api.get(endpoints, "a")).status === 404 ? true : undefined,
      );
    },
    "an autoscaler keeps its target at the minimum at least": async (api) => {
      done(await api.create(deployments, deployment("a", { replicas: 1 })));
      const spec = {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "a" },
        minReplicas: 2,
        maxReplicas: 4,
      };
      done(await api.create(horizontalPodAutoscalers, { metadata: { name: "a" }, spec }));
      await api.eventually("the target is scaled", async () =>
        at(done(await api.get(deployments, "a")), "spec.replicas") === 2 ? true : undefined,
      );
    },
    "an autoscaler leaves a target alone that is switched off": async (api) => {
      done(await api.create(deployments, deployment("a", { replicas: 0 })));
      const spec = {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "a" },
        minReplicas: 2,
        maxReplicas: 4,
      };
      done(await api.create(horizontalPodAutoscalers, { metadata: { name: "a" }, spec }));
      await api.eventually("the autoscaler says so", async () =>
        listAt(done(await api.get(horizontalPodAutoscalers, "a")), "status.conditions").find(
          (condition) => at(condition, "type") === "ScalingActive" && at(condition, "reason") === "ScalingDisabled",
        ),
      );
      equal(at(done(await api.get(deployments, "a")), "spec.replicas"), 0);
    },
  },
};
