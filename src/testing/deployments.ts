import type { Deployment, DeploymentCondition, DeploymentStatus } from "kubernetes-types/apps/v1.d.ts";
import type { Clock } from "../clock.ts";
import { canonicalJson } from "../kubernetes/canonical.ts";
import type { KubeClient } from "../kubernetes/client.ts";
import { createInformer, keyOf } from "../kubernetes/informer.ts";
import { deployments } from "../kubernetes/resources.ts";
import type { Stored } from "../kubernetes/resources.ts";

type Live = Stored<Deployment>;

/** How long the new pods of a Deployment take to become available, in milliseconds; or they never do. */
export type Pace = (deployment: Live) => number | "never";

/**
 * Stands in for the deployment controller: gives Deployments the status that it would. Old pods stay until the new ones
 * are available; pods that are not wanted go at once. Resolves when it has begun.
 */
export function runDeployments(client: KubeClient, clock: Clock, pace: Pace, signal: AbortSignal): Promise<void> {
  /** Of which template the available pods are. */
  const templates = new Map<string, string>();
  const timers = new Map<string, () => void>();
  const informer = createInformer<Live>(client, clock, deployments, { transform: (whole) => whole });

  function roll(key: string, object: Live): void {
    const { replicas: wanted = 1, template, progressDeadlineSeconds = 600 } = object.spec ?? {};
    const available = Math.min(object.status?.availableReplicas ?? 0, wanted);
    const text = canonicalJson(template);
    const same = templates.get(key) === text;
    const pods = {
      replicas: same ? wanted : wanted + available,
      updatedReplicas: wanted,
      availableReplicas: available,
    };
    const finish = (): void => {
      templates.set(key, text);
      report(
        object,
        { replicas: wanted, updatedReplicas: wanted, availableReplicas: wanted },
        "NewReplicaSetAvailable",
      );
    };
    const giveUp = (): void => {
      report(object, pods, "ProgressDeadlineExceeded");
    };
    if (wanted === 0 || (same && available === wanted)) {
      finish();
      return;
    }
    report(object, pods, "ReplicaSetUpdated");
    const ms = pace(object);
    timers.set(key, ms === "never" ? clock.after(1000 * progressDeadlineSeconds, giveUp) : clock.after(ms, finish));
  }

  function report({ metadata, spec }: Live, pods: DeploymentStatus, progress: string): void {
    const enough = (pods.availableReplicas ?? 0) >= (spec?.replicas ?? 1);
    const conditions = [
      condition(metadata, "Available", enough, enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable"),
      condition(metadata, "Progressing", progress !== "ProgressDeadlineExceeded", progress),
    ];
    const body = { status: { observedGeneration: metadata.generation, ...pods, conditions } };
    void client.patch(deployments, metadata, { type: "merge", body }, { subresource: "status" });
  }

  function condition(at: Live["metadata"], type: string, is: boolean, reason: string): DeploymentCondition {
    const before = informer.get(at)?.status?.conditions?.find((each) => each.type === type);
    const status = is ? "True" : "False";
    if (before?.status === status && before.reason === reason) return before;
    const time = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
    const since = before?.status === status ? before.lastTransitionTime : undefined;
    return { type, status, reason, lastUpdateTime: time, lastTransitionTime: since ?? time };
  }

  informer.onChange(({ kind, object }) => {
    const key = keyOf(object.metadata);
    if (kind === "set" && (object.status?.observedGeneration ?? 0) >= (object.metadata.generation ?? 0)) return;
    timers.get(key)?.();
    if (kind === "set") roll(key, object);
    else templates.delete(key);
  });
  return informer.start(signal);
}
