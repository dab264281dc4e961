import { once } from "node:events";
import { request } from "node:http";
import type { Container, Pod, PodSpec } from "kubernetes-types/core/v1.d.ts";
import { systemClock } from "../../clock.ts";
import type { Stored } from "../../kubernetes/resources.ts";
import type { ContainerState, RunningContainer } from "../../simulator/controllers/pod-runtime.ts";
import { createImages } from "../images/images.ts";
import type { Endpoint } from "./addresses.ts";
import { createPodProcesses } from "./pod-processes.ts";
import type { PodProcesses, PodProcessesOptions } from "./pod-processes.ts";

/** A pod's container that has been started, and what has been told of it. */
export interface Started extends RunningContainer {
  readonly pod: Stored<Pod>;
  readonly events: readonly string[];
  /** The next state for which this holds, of those that have been told and will be. */
  readonly until: (is: (state: ContainerState) => boolean) => Promise<ContainerState>;
}

let count = 0;

/** Starts a pod of one container, in namespace test. */
export function startIn(
  runtime: PodProcesses,
  container: Omit<Container, "name">,
  spec: Partial<PodSpec> = {},
  restarts = 0,
): Started {
  count++;
  const pod: Stored<Pod> = {
    metadata: { namespace: "test", name: `app-${count}`, uid: `uid-${count}` },
    spec: { containers: [{ name: "app", ...container }], ...spec },
  };
  return startPod(runtime, { ...pod, status: { podIP: runtime.addressOf(pod) } }, restarts);
}

/** Starts the container of a pod. */
export function startPod(runtime: PodProcesses, pod: Stored<Pod>, restarts: number): Started {
  const [container = { name: "" }] = pod.spec?.containers ?? [];
  const events: string[] = [];
  const states: ContainerState[] = [];
  const heard = new EventTarget();
  const running = runtime.start({
    pod,
    container,
    restarts,
    report: (state) => {
      states.push(state);
      heard.dispatchEvent(new Event("state"));
    },
    event: (type, reason, message) => {
      events.push(`${type} ${reason} ${message}`);
    },
  });
  return {
    ...running,
    pod,
    events,
    until: async (is) => {
      for (;;) {
        const state = states.find(is);
        if (state !== undefined) return state;
        await once(heard, "state");
      }
    },
  };
}

export const isReady = (state: ContainerState): boolean => state.kind === "running" && state.ready;
export const isOver = (state: ContainerState): boolean => state.kind !== "running";

/** Pods on this machine; `sh` is an image, `settings` a ConfigMap. Disposed of by `await using`. */
export async function createPods(options: Partial<PodProcessesOptions> = {}): Promise<PodProcesses> {
  return createPodProcesses({
    clock: systemClock,
    images: createImages(["sh=sh"]),
    configs: {
      configMap: async (_, name) =>
        name === "settings" ? { metadata: { name }, data: { PODINFO_UI_MESSAGE: "hi" } } : undefined,
      secret: async () => undefined,
    },
    folder: process.cwd(),
    path: process.env["PATH"] ?? "",
    ...options,
  });
}

/** Status and body. */
export function get({ host, port }: Endpoint, path: string): Promise<[status: number | undefined, body: string]> {
  return new Promise((resolve, reject) => {
    request({ host, port, path, agent: false }, (response) => {
      response.toArray().then((chunks) => {
        resolve([response.statusCode, Buffer.concat(chunks as Buffer[]).toString()]);
      }, reject);
    })
      .once("error", reject)
      .end();
  });
}

/** All that a pod has written. */
export async function logOf(runtime: PodProcesses, pod: Stored<Pod>, previous = false): Promise<string> {
  let text = "";
  const lines = runtime.logs({ namespace: "test", pod: pod.metadata.name }, { previous }) ?? [];
  for await (const line of lines) text += line;
  return text;
}
