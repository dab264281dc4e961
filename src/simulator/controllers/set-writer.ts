import { equal } from "../merge/equal.ts";
import { AlreadyExists } from "../../kubernetes/errors.ts";
import { kinds } from "./kinds.ts";
import type { DeploymentObject, ReplicaSetObject } from "./kinds.ts";
import { controllerOf } from "./ownership.ts";
import { isOf, resized, surplus } from "./revisions.ts";
import { replicasOf } from "./rolling-limits.ts";
import type { Scaling } from "./rolling-update.ts";
import { write, writeStatus } from "./world.ts";
import type { World } from "./world.ts";

/** What a Deployment does to its ReplicaSets. */
export interface SetWriter {
  /**
   * @throws AlreadyExists when another ReplicaSet has the name: the next will have another
   */
  create(deployment: DeploymentObject, set: ReplicaSetObject): Promise<ReplicaSetObject>;
  scale(deployment: DeploymentObject, scaling: Scaling): Promise<void>;
  /** Deletes the ReplicaSets of the past that are more than the Deployment keeps. */
  cleanUp(deployment: DeploymentObject, old: readonly ReplicaSetObject[]): Promise<void>;
}

export function createSetWriter(world: World): SetWriter {
  const { client, caches, record } = world;

  function tell(deployment: DeploymentObject, { metadata }: ReplicaSetObject, from: number, to: number): void {
    if (from === to) return;
    const message = `Scaled ${from < to ? "up" : "down"} replica set ${metadata.name} from ${from} to ${to}`;
    const component = "deployment-controller";
    record(kinds.deployments, deployment, { component, type: "Normal", reason: "ScalingReplicaSet", message });
  }

  return {
    create: async (deployment, set) => {
      try {
        const created = await write(caches.replicaSets, () => client.create(kinds.replicaSets, set));
        tell(deployment, created, 0, replicasOf(created));
        return created;
      } catch (error) {
        if (!(error instanceof AlreadyExists)) throw error;
        const there = await client.get(kinds.replicaSets, set.metadata);
        const isOurs = controllerOf(there)?.uid === deployment.metadata.uid;
        if (isOurs && isOf(deployment.spec?.template, there)) {
          caches.replicaSets.learn(there);
          return there;
        }
        const status = { ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 };
        await writeStatus(world, kinds.deployments, caches.deployments, deployment, status);
        throw error;
      }
    },
    scale: async (deployment, { set, replicas }) => {
      const wanted = resized(deployment, set, replicas);
      if (equal(wanted, set)) return;
      await write(caches.replicaSets, () => client.replace(kinds.replicaSets, wanted));
      tell(deployment, set, replicasOf(set), replicas);
    },
    cleanUp: async (deployment, old) => {
      for (const { metadata } of surplus(deployment, old)) {
        await client.delete(kinds.replicaSets, metadata, metadata.uid === undefined ? {} : { uid: metadata.uid });
      }
    },
  };
}
