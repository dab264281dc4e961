import type { DaemonSet, Deployment, DeploymentStrategy, ReplicaSet, StatefulSet } from "kubernetes-types/apps/v1.d.ts";
import type { PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { LabelSelector } from "kubernetes-types/meta/v1.d.ts";
import { canonicalJson } from "../../../kubernetes/canonical.ts";
import type { Cause } from "../../resource.ts";
import { forbidden, invalid, required, unsupported } from "../causes.ts";
import { matches, selectorProblems } from "../selectors.ts";
import { negative } from "./container-rules.ts";
import { templateProblems } from "./pod-rules.ts";

/*
 * Rules for the kinds of group apps. Source of rules and texts: kubernetes, pkg/apis/apps/validation.
 */

export function deploymentProblems({ spec }: Deployment, before: Deployment | undefined): readonly Cause[] {
  if (spec === undefined) return [];
  const { minReadySeconds = 0, progressDeadlineSeconds } = spec;
  return [
    ...workloadProblems(spec, "deployment"),
    ...strategyProblems(spec.strategy ?? {}),
    ...negative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit"),
    ...negative(progressDeadlineSeconds, "spec.progressDeadlineSeconds"),
    ...(progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds
      ? [invalid("spec.progressDeadlineSeconds", progressDeadlineSeconds, "must be greater than minReadySeconds")]
      : []),
    ...changedSelector(spec, before?.spec),
  ];
}

export function replicaSetProblems({ spec }: ReplicaSet, before: ReplicaSet | undefined): readonly Cause[] {
  if (spec === undefined) return [];
  return [...workloadProblems(spec, "deployment"), ...changedSelector(spec, before?.spec)];
}

export function daemonSetProblems({ spec }: DaemonSet, before: DaemonSet | undefined): readonly Cause[] {
  if (spec === undefined) return [];
  return [...workloadProblems(spec, "daemonset"), ...changedSelector(spec, before?.spec)];
}

const statefulSetFields =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

export function statefulSetProblems({ spec }: StatefulSet, before: StatefulSet | undefined): readonly Cause[] {
  if (spec === undefined) return [];
  const fixed = (given: StatefulSet["spec"]): string =>
    canonicalJson([given?.selector, given?.serviceName, given?.podManagementPolicy, given?.volumeClaimTemplates]);
  return [
    ...workloadProblems(spec, "statefulset"),
    ...(before?.spec !== undefined && fixed(spec) !== fixed(before.spec) ? [forbidden("spec", statefulSetFields)] : []),
  ];
}

interface WorkloadSpec {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly selector?: LabelSelector;
  readonly template?: PodTemplateSpec;
}

function workloadProblems(spec: WorkloadSpec, kind: string): readonly Cause[] {
  const { selector, template = {} } = spec;
  const { labels } = template.metadata ?? {};
  const isSelecting = selector !== undefined && canonicalJson(selector) !== "{}";
  return [
    ...negative(spec.replicas, "spec.replicas"),
    ...negative(spec.minReadySeconds, "spec.minReadySeconds"),
    ...(selector === undefined ? [] : selectorProblems(selector, "spec.selector")),
    ...(selector === undefined || isSelecting
      ? []
      : [invalid("spec.selector", selector, `empty selector is invalid for ${kind}`)]),
    ...(selector !== undefined && matches(selector, labels)
      ? []
      : [invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")]),
    ...templateProblems(template, "spec.template", ["Always"]),
  ];
}

function changedSelector({ selector }: WorkloadSpec, before: WorkloadSpec | undefined): readonly Cause[] {
  return before === undefined || canonicalJson(selector) === canonicalJson(before.selector)
    ? []
    : [invalid("spec.selector", selector, "field is immutable")];
}

function strategyProblems({ type, rollingUpdate }: DeploymentStrategy): readonly Cause[] {
  const path = "spec.strategy.rollingUpdate";
  if (type === "Recreate") {
    return rollingUpdate === undefined
      ? []
      : [forbidden(path, "may not be specified when strategy `type` is 'Recreate'")];
  }
  if (type !== "RollingUpdate") return [unsupported("spec.strategy", { type }, ["Recreate", "RollingUpdate"])];
  if (rollingUpdate === undefined) {
    return [required(path, "this should be defaulted and never be nil")];
  }
  const { maxSurge = 0, maxUnavailable = 0 } = rollingUpdate;
  const share = (value: string | number): number => (typeof value === "number" ? value : Number.parseInt(value, 10));
  return [
    ...shareProblems(maxUnavailable, `${path}.maxUnavailable`),
    ...shareProblems(maxSurge, `${path}.maxSurge`),
    ...(share(maxSurge) === 0 && share(maxUnavailable) === 0
      ? [invalid(`${path}.maxUnavailable`, maxUnavailable, "may not be 0 when `maxSurge` is 0")]
      : []),
    ...(typeof maxUnavailable === "string" && share(maxUnavailable) > 100
      ? [invalid(`${path}.maxUnavailable`, maxUnavailable, "must not be greater than 100%")]
      : []),
  ];
}

/** A number of pods, or a percentage of them. */
function shareProblems(value: string | number, field: string): readonly Cause[] {
  if (typeof value === "number") return negative(value, field);
  const says =
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
  return /^\d+%$/.test(value) ? [] : [invalid(field, value, says)];
}
