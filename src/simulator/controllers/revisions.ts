import type { PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import { equal } from "../merge/equal.ts";
import { kinds } from "./kinds.ts";
import type { DeploymentObject, ReplicaSetObject } from "./kinds.ts";
import { hashOf } from "./names.ts";
import { controllerReference } from "./ownership.ts";
import { mostPods, replicasOf } from "./rolling-limits.ts";
import type { Labels } from "./selectors.ts";

export const revisionAnnotation = "deployment.kubernetes.io/revision";
export const wantedPodsAnnotation = "deployment.kubernetes.io/desired-replicas";
export const mostPodsAnnotation = "deployment.kubernetes.io/max-replicas";
const historyAnnotation = "deployment.kubernetes.io/revision-history";
const hashLabel = "pod-template-hash";

/** Annotations of a Deployment that its ReplicaSets do not get. */
const ownAnnotations = [
  "kubectl.kubernetes.io/last-applied-configuration",
  "deprecated.deployment.rollback.to",
  revisionAnnotation,
  historyAnnotation,
  wantedPodsAnnotation,
  mostPodsAnnotation,
];

/** The ReplicaSet of the Deployment's template, the oldest if there are several, and all others, by age. */
export function splitSets(
  { spec }: DeploymentObject,
  sets: readonly ReplicaSetObject[],
): { readonly current: ReplicaSetObject | undefined; readonly old: readonly ReplicaSetObject[] } {
  const byAge = [...sets].sort((a, b) => order(ageKey(a), ageKey(b)));
  const current = byAge.find((set) => isOf(spec?.template, set));
  return { current, old: byAge.filter((set) => set !== current) };
}

/** Whether a ReplicaSet is of this template. */
export function isOf(template: PodTemplateSpec | undefined, set: ReplicaSetObject): boolean {
  return equal(bare(set.spec?.template), bare(template));
}

/** The revision that the ReplicaSet of the Deployment's template has: one more than all others. */
export function nextRevision(old: readonly ReplicaSetObject[]): number {
  return Math.max(0, ...old.map(revisionOf)) + 1;
}

export function revisionOf({ metadata }: ReplicaSetObject): number {
  return Number(metadata.annotations?.[revisionAnnotation] ?? 0);
}

/** A new ReplicaSet for the Deployment's template. */
export function newSet(deployment: DeploymentObject, replicas: number, revision: number): ReplicaSetObject {
  const { metadata, spec } = deployment;
  const template = spec?.template;
  const hash = hashOf([template, deployment.status?.collisionCount]);
  const labels = { ...template?.metadata?.labels, [hashLabel]: hash };
  return {
    metadata: {
      name: `${metadata.name}-${hash}`,
      namespace: metadata.namespace ?? "",
      labels,
      annotations: scaledAnnotations(deployment, annotationsFor(deployment, {}, revision)),
      ownerReferences: [controllerReference(kinds.deployments, deployment)],
    },
    spec: {
      replicas,
      ...(spec?.minReadySeconds !== undefined && { minReadySeconds: spec.minReadySeconds }),
      selector: { ...spec?.selector, matchLabels: { ...spec?.selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template?.metadata, labels } },
    },
  };
}

/** The ReplicaSet with the annotations and the readiness time of its Deployment, and the revision unless it is newer. */
export function refreshed(deployment: DeploymentObject, set: ReplicaSetObject, revision: number): ReplicaSetObject {
  const annotations = annotationsFor(deployment, set.metadata.annotations ?? {}, revision);
  const minReadySeconds = deployment.spec?.minReadySeconds;
  if (set.spec === undefined) return set;
  const { minReadySeconds: _, ...spec } = set.spec;
  return {
    ...set,
    metadata: { ...set.metadata, annotations },
    spec: { ...spec, ...(minReadySeconds !== undefined && { minReadySeconds }) },
  };
}

/** The ReplicaSet with other replicas, and with what the Deployment wants in its annotations. */
export function resized(deployment: DeploymentObject, set: ReplicaSetObject, replicas: number): ReplicaSetObject {
  const annotations = scaledAnnotations(deployment, set.metadata.annotations ?? {});
  if (set.spec === undefined) return set;
  return { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, replicas } };
}

/** The ReplicaSets of the past that are more than the Deployment keeps, the oldest first. */
export function surplus({ spec }: DeploymentObject, old: readonly ReplicaSetObject[]): readonly ReplicaSetObject[] {
  const alive = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const excess = Math.max(0, alive.length - (spec?.revisionHistoryLimit ?? 10));
  return [...alive]
    .sort((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, excess)
    .filter((set) => replicasOf(set) === 0 && (set.status?.replicas ?? 0) === 0 && isObserved(set));
}

function isObserved({ metadata, status }: ReplicaSetObject): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}

function annotationsFor({ metadata }: DeploymentObject, before: Labels, revision: number): Labels {
  const own = Object.entries(metadata.annotations ?? {}).filter(([key]) => !ownAnnotations.includes(key));
  const last = before[revisionAnnotation];
  const annotations = { ...before, ...Object.fromEntries(own) };
  if (last !== undefined && Number(last) >= revision) return annotations;
  const past = [before[historyAnnotation], last].filter((each) => each !== undefined && each !== "").join(",");
  return {
    ...annotations,
    [revisionAnnotation]: String(revision),
    ...(past !== "" && { [historyAnnotation]: past }),
  };
}

function scaledAnnotations(deployment: DeploymentObject, annotations: Labels): Labels {
  return {
    ...annotations,
    [wantedPodsAnnotation]: String(deployment.spec?.replicas ?? 1),
    [mostPodsAnnotation]: String(mostPods(deployment)),
  };
}

/** A template without the label that tells it apart. */
function bare(template: PodTemplateSpec | undefined): PodTemplateSpec {
  const { [hashLabel]: _, ...labels } = template?.metadata?.labels ?? {};
  return { ...template, metadata: { ...template?.metadata, labels } };
}

function ageKey({ metadata }: ReplicaSetObject): string {
  return `${metadata.creationTimestamp ?? ""} ${metadata.name}`;
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
