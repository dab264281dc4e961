import type { DeploymentSpec } from "kubernetes-types/apps/v1.d.ts";
import type { PodSpec } from "kubernetes-types/core/v1.d.ts";
import type { DeploymentObject, PodObject, ReplicaSetObject } from "./kinds.ts";
import { timestamp } from "../../timestamp.ts";

/** Objects for tests: all in namespace `test`, of app `app`, made when the clock stood at 0. */

export function deploymentOf(replicas: number, spec: Partial<DeploymentSpec> = {}, image = "app:1"): DeploymentObject {
  return {
    metadata: { namespace: "test", name: "app" },
    spec: {
      replicas,
      selector: { matchLabels: { app: "app" } },
      template: { metadata: { labels: { app: "app" } }, spec: podSpecOf(image) },
      ...spec,
    },
  };
}

export function podSpecOf(image: string): PodSpec {
  return { containers: [{ name: "main", image, resources: { requests: { cpu: "100m" } } }] };
}

/** A ReplicaSet as `NAME`, with so many replicas, so many of which are available. */
export function setOf(name: string, replicas: number, available: number, revision = 0): ReplicaSetObject {
  return {
    metadata: {
      namespace: "test",
      name,
      uid: name,
      creationTimestamp: timestamp(1000 * revision),
      annotations: { "deployment.kubernetes.io/revision": String(revision) },
    },
    spec: {
      replicas,
      selector: {},
      template: { metadata: { labels: { app: "app" } }, spec: podSpecOf(`app:${revision}`) },
    },
    status: { replicas, readyReplicas: available, availableReplicas: available },
  };
}

/** What differs from a pod on node1 that has run and been ready since 0. */
interface PodOptions {
  readonly phase?: string;
  /** Since when it is ready, or unready, in ms. */
  readonly since?: number;
  readonly ready?: boolean;
  readonly node?: string | undefined;
  readonly restarts?: number;
  readonly created?: number;
  readonly ip?: string;
  readonly deleted?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

export function samplePod(name: string, options: PodOptions = {}): PodObject {
  const { phase = "Running", since = 0, ready = true, restarts = 0, created = 0, ip, deleted = false } = options;
  const { annotations = {}, labels = { app: "app" } } = options;
  const node = "node" in options ? options.node : "node1";
  return {
    metadata: {
      namespace: "test",
      name,
      uid: name,
      creationTimestamp: timestamp(created),
      labels,
      annotations,
      ...(deleted && { deletionTimestamp: timestamp(0) }),
    },
    spec: { ...podSpecOf("app:1"), ...(node !== undefined && { nodeName: node }) },
    status: {
      phase,
      startTime: timestamp(created),
      ...(ip !== undefined && { podIP: ip }),
      conditions: [{ type: "Ready", status: ready ? "True" : "False", lastTransitionTime: timestamp(since) }],
      containerStatuses: [{ name: "main", ready, restartCount: restarts, image: "app:1", imageID: "app:1" }],
    },
  };
}
