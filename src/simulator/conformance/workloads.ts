import { deployments } from "../../kubernetes/resources.ts";
import type { Resource } from "../../kubernetes/resources.ts";
import type { StoredObject } from "../resource.ts";
import { at, done, listAt } from "./answers.ts";
import type { Api } from "./api.ts";
import { pods, replicaSets } from "./resources.ts";
import { podSpec } from "./samples.ts";

/** The template of a Deployment's pods, `image` being its tag. */
export function templateOf(name: string, image = "1.0"): object {
  const containers = [{ name: "app", image: `example.com/app:${image}` }];
  return { metadata: { labels: { app: name } }, spec: { ...podSpec, containers } };
}

async function ofApp(api: Api, resource: Resource, app: string): Promise<readonly StoredObject[]> {
  const list = done(await api.list(resource, { query: { labelSelector: `app=${app}` } }));
  return listAt(list, "items") as readonly StoredObject[];
}

/** The ReplicaSets of a Deployment by their revisions. */
export async function replicaSetsOf(api: Api, deployment: string): Promise<readonly StoredObject[]> {
  return (await ofApp(api, replicaSets, deployment)).toSorted((a, b) => revisionOf(a) - revisionOf(b));
}

/** The number that the Deployment has given to a ReplicaSet; 0 before it has. */
export function revisionOf({ metadata }: StoredObject): number {
  return Number(metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
}

/** The pods of a Deployment whose image has this tag, or all. */
export async function podsOf(api: Api, deployment: string, image?: string): Promise<readonly StoredObject[]> {
  const all = await ofApp(api, pods, deployment);
  return all.filter((pod) => image === undefined || at(pod, "spec.containers.0.image") === `example.com/app:${image}`);
}

/** Waits for as many pods of that image. */
export async function countPods(api: Api, deployment: string, image: string, count: number): Promise<void> {
  await api.eventually(`${count} pods of ${image}`, async () => {
    const found = await podsOf(api, deployment, image);
    if (found.length === count) return true;
    throw new Error(`there are ${found.length}`);
  });
}

/** Says, in place of a node, that a pod runs and is ready or not. */
export async function report(api: Api, pod: StoredObject, ready: boolean, podIP = "10.244.77.1"): Promise<void> {
  const status = {
    phase: "Running",
    podIP,
    podIPs: [{ ip: podIP }],
    conditions: [
      { type: "Ready", status: ready ? "True" : "False", lastTransitionTime: pod.metadata.creationTimestamp },
    ],
  };
  done(await api.patch(pods, pod.metadata.name, { type: "merge", body: { status } }, { subresource: "status" }));
}

/** Says that all pods of a Deployment with that image are ready. */
export async function allReady(api: Api, deployment: string, image?: string): Promise<void> {
  for (const pod of await podsOf(api, deployment, image)) await report(api, pod, true);
}

/** Waits for a Deployment that has been looked at in its current state and is as the check wants it. */
export async function settled(
  api: Api,
  name: string,
  what: string,
  check: (status: unknown, deployment: StoredObject) => boolean,
): Promise<StoredObject> {
  return api.eventually(what, async () => {
    const deployment = done(await api.get(deployments, name));
    const { status } = deployment;
    const seen = at(status, "observedGeneration") === deployment.metadata.generation;
    if (seen && check(status, deployment)) return deployment;
    throw new Error(`generation ${String(deployment.metadata.generation)}: ${JSON.stringify(status)}`);
  });
}

/** A condition of an object as `STATUS REASON`; undefined where it has none. */
export function conditionOf(object: unknown, type: string): string | undefined {
  const condition = listAt(object, "status.conditions").find((each) => at(each, "type") === type);
  return condition === undefined ? undefined : `${String(at(condition, "status"))} ${String(at(condition, "reason"))}`;
}
