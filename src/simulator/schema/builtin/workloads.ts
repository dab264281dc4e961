import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from "kubernetes-types/apps/v1.d.ts";
import type { PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { LabelSelector } from "kubernetes-types/meta/v1.d.ts";
import type { Column } from "../../resource.ts";
import { columnsOf } from "../columns.ts";
import { formatLabels, formatSelector } from "../selectors.ts";
import { builtinKind } from "./kind.ts";
import { completeTemplate } from "./pod-defaults.ts";
import { daemonSetProblems, deploymentProblems, replicaSetProblems, statefulSetProblems } from "./workload-rules.ts";

/*
 * The kinds of group apps. Sources: kubernetes, pkg/apis/apps/v1/defaults.go and pkg/printers/internalversion.
 */

interface Workload {
  readonly spec?: { readonly selector: LabelSelector; readonly template?: PodTemplateSpec };
}

const workload = columnsOf<Workload>();

/** What runs in the pods of a workload. */
export const templateColumns: readonly Column[] = [
  workload.wide("Containers", "string", ({ spec }) => containers(spec, ({ name }) => name)),
  workload.wide("Images", "string", ({ spec }) => containers(spec, ({ image = "" }) => image)),
];

export const selectorColumn: Column = workload.wide("Selector", "string", ({ spec }) => formatSelector(spec?.selector));

type Container = NonNullable<PodTemplateSpec["spec"]>["containers"][number];

function containers(spec: Workload["spec"], text: (container: Container) => string): string {
  return (spec?.template?.spec?.containers ?? []).map(text).join(",");
}

const scale = { spec: ".spec.replicas", status: ".status.replicas", selector: ".spec.selector" };
const apps = { apiVersion: "apps/v1", categories: ["all"], status: true, generation: true };
const share = "25%";

const deployment = columnsOf<Deployment>();
const replicaSet = columnsOf<ReplicaSet>();
const daemonSet = columnsOf<DaemonSet>();
const statefulSet = columnsOf<StatefulSet>();

export const workloads = [
  builtinKind<Deployment>({
    ...apps,
    kind: "Deployment",
    shortNames: ["deploy"],
    scale,
    columns: [
      deployment.column(
        "Ready",
        "string",
        ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
      ),
      deployment.column("Up-to-date", "string", ({ status }) => status?.updatedReplicas ?? 0),
      deployment.column("Available", "string", ({ status }) => status?.availableReplicas ?? 0),
      ...templateColumns,
      selectorColumn,
    ],
    complete: ({ spec, ...rest }) => {
      if (spec === undefined) return rest;
      const { type = "RollingUpdate", rollingUpdate } = spec.strategy ?? {};
      return {
        ...rest,
        spec: {
          replicas: 1,
          revisionHistoryLimit: 10,
          progressDeadlineSeconds: 600,
          ...spec,
          strategy:
            type === "RollingUpdate"
              ? { type, rollingUpdate: { maxUnavailable: share, maxSurge: share, ...rollingUpdate } }
              : { ...spec.strategy, type },
          template: completeTemplate(spec.template),
        },
      };
    },
    rules: deploymentProblems,
  }),
  builtinKind<ReplicaSet>({
    ...apps,
    kind: "ReplicaSet",
    shortNames: ["rs"],
    scale,
    columns: [
      replicaSet.column("Desired", "integer", ({ spec }) => spec?.replicas ?? 0),
      replicaSet.column("Current", "integer", ({ status }) => status?.replicas ?? 0),
      replicaSet.column("Ready", "integer", ({ status }) => status?.readyReplicas ?? 0),
      ...templateColumns,
      selectorColumn,
    ],
    complete: ({ spec, ...rest }) =>
      spec === undefined
        ? rest
        : { ...rest, spec: { replicas: 1, ...spec, template: completeTemplate(spec.template ?? {}) } },
    rules: replicaSetProblems,
  }),
  builtinKind<DaemonSet>({
    ...apps,
    kind: "DaemonSet",
    shortNames: ["ds"],
    columns: [
      daemonSet.column("Desired", "integer", ({ status }) => status?.desiredNumberScheduled ?? 0),
      daemonSet.column("Current", "integer", ({ status }) => status?.currentNumberScheduled ?? 0),
      daemonSet.column("Ready", "integer", ({ status }) => status?.numberReady ?? 0),
      daemonSet.column("Up-to-date", "integer", ({ status }) => status?.updatedNumberScheduled ?? 0),
      daemonSet.column("Available", "integer", ({ status }) => status?.numberAvailable ?? 0),
      daemonSet.column("Node Selector", "string", ({ spec }) => formatLabels(spec?.template.spec?.nodeSelector)),
      ...templateColumns,
      selectorColumn,
    ],
    complete: ({ spec, ...rest }) => {
      if (spec === undefined) return rest;
      const { type = "RollingUpdate", rollingUpdate } = spec.updateStrategy ?? {};
      return {
        ...rest,
        spec: {
          revisionHistoryLimit: 10,
          ...spec,
          updateStrategy:
            type === "RollingUpdate"
              ? { type, rollingUpdate: { maxUnavailable: 1, maxSurge: 0, ...rollingUpdate } }
              : { ...spec.updateStrategy, type },
          template: completeTemplate(spec.template),
        },
      };
    },
    rules: daemonSetProblems,
  }),
  builtinKind<StatefulSet>({
    ...apps,
    kind: "StatefulSet",
    shortNames: ["sts"],
    scale,
    columns: [
      statefulSet.column(
        "Ready",
        "string",
        ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
      ),
      ...templateColumns,
    ],
    complete: ({ spec, ...rest }) => {
      if (spec === undefined) return rest;
      const { type = "RollingUpdate", rollingUpdate } = spec.updateStrategy ?? {};
      return {
        ...rest,
        spec: {
          replicas: 1,
          revisionHistoryLimit: 10,
          podManagementPolicy: "OrderedReady",
          persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
          ...spec,
          updateStrategy:
            type === "RollingUpdate"
              ? { type, rollingUpdate: { partition: 0, ...rollingUpdate } }
              : { ...spec.updateStrategy, type },
          template: completeTemplate(spec.template),
        },
      };
    },
    rules: statefulSetProblems,
  }),
];
