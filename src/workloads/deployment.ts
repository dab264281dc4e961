import type { Deployment, DeploymentCondition } from "kubernetes-types/apps/v1.d.ts";
import type { PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { Canary } from "../api/canary.ts";
import { primaryName } from "../api/names.ts";
import { ownerReference } from "../api/ownership.ts";
import type { Readiness } from "../api/readiness.ts";
import { patchTo } from "../kubernetes/change.ts";
import type { Patch } from "../kubernetes/client.ts";
import { withoutFlux } from "../kubernetes/flux.ts";
import { deployments } from "../kubernetes/resources.ts";
import type { Stored } from "../kubernetes/resources.ts";
import { configRefs } from "./config-refs.ts";
import { included, orNone } from "./metadata.ts";
import { discoverPorts } from "./ports.ts";
import { revisionOf } from "./revision.ts";
import { selectorOf } from "./selector.ts";
import { counterpart, primaryTemplate, rolloutAnnotation } from "./template.ts";
import type { PodsOf } from "./template.ts";
import type { CopyOptions, ReadinessOptions, WorkloadKind } from "./workload.ts";

type Live = Stored<Deployment>;

/** Deployments: the primary is a second Deployment, the canary is the target itself, scaled to zero at rest. */
export const deployment: WorkloadKind<Live> = {
  kind: "Deployment",
  resource: deployments,

  selector: (target, selectorLabels) => selectorOf("deployment", target, selectorLabels),
  ports: (canary, target) => discoverPorts(canary, templateOf(target)),
  revision: (target) => revisionOf(templateOf(target)),
  sameRevision: (target, primary, selectorLabels) => {
    const promoted = counterpart(
      templateOf(primary),
      templateOf(target),
      podsOf(target, selectorLabels),
      selectorLabels,
    );
    return revisionOf(promoted) === revisionOf(templateOf(primary));
  },
  configRefs: (target) => configRefs(target.spec?.template.spec),

  primary: (canary, target, options) => {
    const { label, value } = selectorOf("deployment", target, options.selectorLabels);
    const { namespace } = canary.metadata;
    const annotations = orNone(ownAnnotations(target));
    return {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: {
        name: primaryName(target.metadata.name),
        ...(namespace !== undefined && { namespace }),
        labels: primaryLabels(target, options),
        ...(annotations !== undefined && { annotations }),
        ownerReferences: [ownerReference(canary)],
      },
      spec: {
        ...copied(target, options),
        replicas: Math.max(1, replicas(target)),
        selector: { matchLabels: { [label]: primaryName(value) } },
      },
    };
  },

  promote: (canary, target, primary, options) =>
    patchTo(primary, {
      ...primary,
      metadata: {
        ...primary.metadata,
        labels: primaryLabels(target, options),
        annotations: orNone({
          ...included(target.metadata.annotations, options.includeLabelPrefixes),
          ...controllerAnnotations(primary),
        }),
      },
      spec: { ...primary.spec, ...copied(target, options), replicas: promotedReplicas(canary, target, primary) },
    }),

  rolloutId: (primary) => primary.spec?.template.metadata?.annotations?.[rolloutAnnotation],
  replicas,
  availableSince: ({ status }) => {
    const times = (status?.conditions ?? [])
      .filter(({ type, status: is }) => is === "True" && (type === "Available" || type === "Progressing"))
      .map(({ type, lastTransitionTime = "", lastUpdateTime = "" }) =>
        Date.parse(type === "Available" ? lastTransitionTime : lastUpdateTime),
      );
    return times.length === 0 ? undefined : Math.max(...times);
  },
  availableReplicas: (workload) => Math.min(replicas(workload), workload.status?.availableReplicas ?? 0),
  goesAtOnce: ({ spec }, pods) => {
    const { type = "RollingUpdate", rollingUpdate } = spec?.strategy ?? {};
    return type === "Recreate" || missing(rollingUpdate?.maxUnavailable ?? "25%", pods) >= pods;
  },
  scaleToZero: () => scaleTo(0),
  scaleUp: scaleTo,
  readiness,
};

function replicas({ spec }: Live): number {
  return spec?.replicas ?? 1;
}

/** How many of all pods may be missing: a share is rounded down. */
function missing(value: number | string, pods: number): number {
  return typeof value === "number" ? value : Math.floor((Number.parseInt(value, 10) * pods) / 100);
}

function scaleTo(pods: number): Patch {
  return { type: "merge", body: { spec: { replicas: pods } } };
}

function templateOf({ spec }: Live): PodTemplateSpec {
  return spec?.template ?? {};
}

function podsOf(target: Live, selectorLabels: readonly string[]): PodsOf {
  return { workload: target.metadata.name, selector: selectorOf("deployment", target, selectorLabels) };
}

/** What the primary takes over from the target, when it is created and at each promotion. */
function copied(target: Live, options: CopyOptions) {
  const { progressDeadlineSeconds, minReadySeconds, revisionHistoryLimit, strategy } = target.spec ?? {};
  return {
    progressDeadlineSeconds,
    minReadySeconds,
    revisionHistoryLimit,
    strategy,
    template: primaryTemplate(templateOf(target), podsOf(target, options.selectorLabels), options),
  };
}

function primaryLabels(target: Live, options: CopyOptions) {
  const { label, value } = selectorOf("deployment", target, options.selectorLabels);
  return { ...included(target.metadata.labels, options.includeLabelPrefixes), [label]: primaryName(value) };
}

/** With an autoscaler the primary's size is its business. A target that is scaled to zero never empties the primary. */
function promotedReplicas({ spec }: Canary, target: Live, primary: Live): number | undefined {
  return spec.autoscalerRef === undefined && replicas(target) > 0 ? replicas(target) : primary.spec?.replicas;
}

/** The prefix of what the deployment controller notes on the Deployments themselves. */
const controllerPrefix = "deployment.kubernetes.io/";

function controllerAnnotations({ metadata }: Live) {
  return Object.fromEntries(
    Object.entries(metadata.annotations ?? {}).filter(([key]) => key.startsWith(controllerPrefix)),
  );
}

/** The annotations of a Deployment that would be true of a copy too. */
function ownAnnotations({ metadata }: Live) {
  const entries = Object.entries(withoutFlux(metadata.annotations));
  return Object.fromEntries(
    entries.filter(
      ([key]) => !key.startsWith(controllerPrefix) && key !== "kubectl.kubernetes.io/last-applied-configuration",
    ),
  );
}

function readiness(workload: Live, { threshold, deadlineSeconds, now }: ReadinessOptions): Readiness {
  const { metadata, status } = workload;
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    return waiting(rollout("observed deployment generation less than desired generation"));
  }
  if (replicas(workload) === 0) return waiting(`deployment "${metadata.name}" is scaled to zero`);
  if (condition(workload, "Progressing")?.reason === "ProgressDeadlineExceeded") {
    return { kind: "stuck", reason: `deployment "${metadata.name}" exceeded its progress deadline` };
  }
  const lag = lagOf(workload, threshold);
  if (lag === undefined) return { kind: "ready" };
  const reason = rollout(lag);
  const stuckAt = deadlineOf(workload, deadlineSeconds);
  if (stuckAt === undefined) return waiting(reason);
  return stuckAt < now ? { kind: "stuck", reason } : { kind: "waiting", reason, stuckAt };
}

/** What is missing until enough pods of the present template are available and no others are left. */
function lagOf(workload: Live, threshold: number): string | undefined {
  const { replicas: all = 0, updatedReplicas: updated = 0, availableReplicas: available = 0 } = workload.status ?? {};
  const wanted = replicas(workload);
  if (updated < wanted) return `${updated} out of ${wanted} new replicas have been updated`;
  if (all > updated) return `${all - updated} old replicas are pending termination`;
  if (available < Math.max(1, Math.floor((updated * threshold) / 100))) {
    return `${available} of ${updated} (readyThreshold ${threshold}%) updated replicas are available`;
  }
  return undefined;
}

function rollout(lag: string): string {
  return `waiting for rollout to finish: ${lag}`;
}

function waiting(reason: string): Readiness {
  return { kind: "waiting", reason };
}

/** When too few pods will have been available for longer than the deadline; undefined while enough are. */
function deadlineOf(workload: Live, deadlineSeconds: number): number | undefined {
  const available = condition(workload, "Available");
  const lacking = available?.status === "False" && available.reason === "MinimumReplicasUnavailable";
  if (!lacking || condition(workload, "Progressing") === undefined) return undefined;
  const since = Date.parse(available.lastUpdateTime ?? "");
  return Number.isNaN(since) ? undefined : since + deadlineSeconds * 1000;
}

function condition({ status }: Live, type: string): DeploymentCondition | undefined {
  return status?.conditions?.find((each) => each.type === type);
}
