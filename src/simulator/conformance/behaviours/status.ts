import { deepEqual, equal, partialDeepStrictEqual as matches } from "node:assert/strict";
import { configMaps, deployments } from "../../../kubernetes/resources.ts";
import { at, done } from "../answers.ts";
import type { Topic } from "../behaviour.ts";
import { namespaces, pods } from "../resources.ts";
import { configMap, deployment, pod } from "../samples.ts";

const subresource = "status";
const running = { phase: "Running", podIP: "10.244.77.1", podIPs: [{ ip: "10.244.77.1" }] };

/** The path under which the status of an object is written. */
export const status: Topic = {
  name: "status subresource",
  behaviours: {
    "it is read as the object": async (api) => {
      const object = done(await api.get(namespaces, api.namespace));
      deepEqual(done(await api.get(namespaces, api.namespace, { subresource })), object);
    },
    "a replacement of the status leaves the spec as it is": async (api) => {
      const before = await api.eventually("the namespace takes pods", async () =>
        done(await api.create(pods, pod("a"))),
      );
      const changed = { ...before, spec: { containers: [] }, status: running };
      const after = done(await api.replace(pods, changed, { subresource }));
      matches(after, { status: running });
      deepEqual(after["spec"], before["spec"]);
      deepEqual(done(await api.get(pods, "a")), after);
    },
    "a replacement of the object leaves the status as it is": async (api) => {
      await api.eventually("the namespace takes pods", async () => done(await api.create(pods, pod("a"))));
      const before = done(await api.patch(pods, "a", { type: "merge", body: { status: running } }, { subresource }));
      const changed = {
        ...before,
        metadata: { ...before.metadata, labels: { a: "b" } },
        status: { phase: "Failed" },
      };
      const after = done(await api.replace(pods, changed));
      deepEqual(after.metadata.labels, { a: "b" });
      deepEqual(after["status"], before["status"]);
    },
    "a patch of the status changes what it names": async (api) => {
      await api.eventually("the namespace takes pods", async () => done(await api.create(pods, pod("a"))));
      const conditions = [{ type: "Ready", status: "True" }];
      const patch = async (body: object): Promise<unknown> =>
        done(await api.patch(pods, "a", { type: "strategic", body: { status: body } }, { subresource }))["status"];
      matches(await patch({ ...running, conditions }), { ...running, conditions });
      const later = await patch({ conditions: [{ type: "ContainersReady", status: "True" }] });
      equal(at(later, "phase"), "Running");
      matches(
        [...(at(later, "conditions") as readonly { readonly type: string }[])].sort((a, b) =>
          a.type < b.type ? -1 : 1,
        ),
        [{ type: "ContainersReady" }, { type: "Ready" }],
      );
    },
    "a change of the status is no change of the generation": async (api) => {
      done(await api.create(deployments, deployment("a", { paused: true })));
      const body = { status: { collisionCount: 1 } };
      const after = done(await api.patch(deployments, "a", { type: "merge", body }, { subresource }));
      equal(after.metadata.generation, 1);
      equal(at(after, "status.collisionCount"), 1);
    },
    "annotations of a Deployment are written with its status, labels are not, and its generation stays": async (
      api,
    ) => {
      done(await api.create(deployments, deployment("a", { paused: true })));
      const body = { metadata: { annotations: { note: "b" }, labels: { a: "b" } } };
      const after = done(await api.patch(deployments, "a", { type: "merge", body }, { subresource }));
      equal(after.metadata.annotations?.["note"], "b");
      equal(after.metadata.labels, undefined);
      equal(after.metadata.generation, 1);
    },
    "a replacement of an old version is a conflict": async (api) => {
      const before = await api.eventually("the namespace takes pods", async () =>
        done(await api.create(pods, pod("a"))),
      );
      done(await api.replace(pods, { ...before, status: running }, { subresource }));
      const { status: code } = await api.replace(pods, { ...before, status: { phase: "Failed" } }, { subresource });
      equal(code, 409);
    },
    "kinds without a status have no such path": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      equal((await api.get(configMaps, "a", { subresource })).status, 404);
    },
    "of an object that is not there it is not found": async (api) => {
      const body = { status: { phase: "Running" } };
      matches(await api.patch(pods, "a", { type: "merge", body }, { subresource }), {
        status: 404,
        body: { message: 'pods "a" not found' },
      });
    },
  },
};
