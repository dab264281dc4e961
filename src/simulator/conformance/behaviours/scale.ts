import { deepEqual, equal, partialDeepStrictEqual as matches } from "node:assert/strict";
import { configMaps, deployments } from "../../../kubernetes/resources.ts";
import type { StoredObject } from "../../resource.ts";
import { at, done } from "../answers.ts";
import type { Topic } from "../behaviour.ts";
import { configMap, deployment } from "../samples.ts";

const subresource = "scale";
const scale = { apiVersion: "autoscaling/v1", kind: "Scale" };
const paused = { paused: true };

const withReplicas = (object: StoredObject, replicas: number): StoredObject => ({ ...object, spec: { replicas } });

/** The path under which kubectl and autoscalers scale. */
export const scaleSubresource: Topic = {
  name: "scale subresource",
  behaviours: {
    "it tells the replicas and the selector of a Deployment": async (api) => {
      const { metadata } = done(await api.create(deployments, deployment("a", { ...paused, replicas: 3 })));
      const answer = done(await api.get(deployments, "a", { subresource }));
      matches(answer, {
        ...scale,
        metadata: { name: "a", namespace: api.namespace, uid: metadata.uid },
        spec: { replicas: 3 },
        status: { replicas: 0, selector: "app=a" },
      });
    },
    "a patch sets the replicas, as by `kubectl scale`": async (api) => {
      done(await api.create(deployments, deployment("a", paused)));
      const body = { spec: { replicas: 2 } };
      const answer = done(await api.patch(deployments, "a", { type: "merge", body }, { subresource }));
      matches(answer, { ...scale, spec: { replicas: 2 } });
      const after = done(await api.get(deployments, "a"));
      deepEqual([at(after, "spec.replicas"), after.metadata.generation], [2, 2]);
    },
    "a replacement sets the replicas, as by an autoscaler": async (api) => {
      done(await api.create(deployments, deployment("a", paused)));
      const answer = await api.eventually("nobody else changes the Deployment meanwhile", async () => {
        const before = done(await api.get(deployments, "a", { subresource }));
        return done(await api.replace(deployments, withReplicas(before, 4), { subresource }));
      });
      matches(answer, { ...scale, spec: { replicas: 4 } });
      equal(at(done(await api.get(deployments, "a")), "spec.replicas"), 4);
    },
    "a replacement of an old version is a conflict": async (api) => {
      done(await api.create(deployments, deployment("a", paused)));
      const before = done(await api.get(deployments, "a", { subresource }));
      done(await api.patch(deployments, "a", { type: "merge", body: { spec: { replicas: 4 } } }, { subresource }));
      equal((await api.replace(deployments, withReplicas(before, 5), { subresource })).status, 409);
    },
    "fewer than no replicas are refused": async (api) => {
      done(await api.create(deployments, deployment("a", paused)));
      const body = { spec: { replicas: -1 } };
      matches(await api.patch(deployments, "a", { type: "merge", body }, { subresource }), {
        status: 422,
        body: { reason: "Invalid" },
      });
    },
    "nothing is stored in a dry run": async (api) => {
      done(await api.create(deployments, deployment("a", paused)));
      const patch = { type: "merge" as const, body: { spec: { replicas: 2 } } };
      const answer = done(await api.patch(deployments, "a", patch, { subresource, query: { dryRun: "All" } }));
      equal(at(answer, "spec.replicas"), 2);
      equal(at(done(await api.get(deployments, "a")), "spec.replicas"), 0);
    },
    "kinds that do not scale have no such path": async (api) => {
      done(await api.create(configMaps, configMap("a")));
      equal((await api.get(configMaps, "a", { subresource })).status, 404);
    },
    "of a Deployment that is not there it is not found": async (api) => {
      equal((await api.get(deployments, "a", { subresource })).status, 404);
    },
  },
};
