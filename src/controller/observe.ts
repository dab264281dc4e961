import { randomUUID } from "node:crypto";
import { outOfRange, resolveAnalysis } from "../api/analysis.ts";
import type { Canary } from "../api/canary.ts";
import { InvalidSpec, NothingToRelease } from "../api/errors.ts";
import { primaryName, targetName } from "../api/names.ts";
import { isControlledBy } from "../api/ownership.ts";
import { validateCanary } from "../api/validation.ts";
import type { KubeObject } from "../kubernetes/objects.ts";
import type { Resource } from "../kubernetes/resources.ts";
import type { Observation } from "../release/observation.ts";
import type { RouteSource, Router } from "../routing/router.ts";
import { routerFor } from "../routing/routers.ts";
import { trackConfigs } from "../workloads/config-tracking.ts";
import type { TrackedConfigs } from "../workloads/config-tracking.ts";
import { scalerOf, workloadKind } from "../workloads/kinds.ts";
import type { Scaler } from "../workloads/scaler.ts";
import type { CopyOptions, WorkloadKind } from "../workloads/workload.ts";
import type { Cluster } from "./cluster.ts";
import type { Settings } from "./settings.ts";

/** The target's autoscaler and the primary's. */
export interface Scaling {
  readonly kind: Scaler;
  readonly target: KubeObject;
  readonly primary: KubeObject | undefined;
}

/** What one step works on: the observation that decides, and the objects that its effects change. */
export interface Scene {
  readonly seen: Observation;
  readonly kind: WorkloadKind;
  readonly target: KubeObject;
  readonly primary: KubeObject | undefined;
  /** Undefined when the Canary names no autoscaler. */
  readonly scaling: Scaling | undefined;
  readonly router: Router;
  readonly source: RouteSource;
  readonly copy: Omit<CopyOptions, "rolloutId">;
}

const defaultDeadlineSeconds = 600;

/**
 * The kinds that routes of this Canary are made of.
 * @throws InvalidSpec when the Canary is malformed
 */
export function routeKinds(canary: Canary, settings: Settings): readonly Resource[] {
  return routerOf(canary, settings)
    .inputs(canary)
    .map(({ resource }) => resource);
}

function routerOf(canary: Canary, settings: Settings): Router {
  const { noCrossNamespaceRefs, meshProvider } = settings;
  const provider = canary.spec.provider ?? meshProvider;
  const mistake = validateCanary(canary, { noCrossNamespaceRefs })[0] ?? outOfRange(canary, provider)[0];
  if (mistake !== undefined) throw new InvalidSpec(mistake);
  return routerFor(provider, settings);
}

/**
 * Puts together, from the caches alone, what a step for this Canary needs to know.
 * @throws InvalidSpec when the Canary is malformed, or something that it names is missing or not supported
 */
export function observe(cluster: Cluster, canary: Canary, settings: Settings, now: number): Scene {
  const router = routerOf(canary, settings);
  const provider = canary.spec.provider ?? settings.meshProvider;
  const { namespace = "" } = canary.metadata;
  const kind = workloadKind(canary);
  const name = targetName(canary);
  const target = cluster.find({ resource: kind.resource, key: { namespace, name } });
  if (target === undefined) {
    throw new NothingToRelease(
      `${kind.kind.toLowerCase()} ${name}.${namespace} not found: create it, or correct spec.targetRef.name`,
    );
  }
  const primary = cluster.find({ resource: kind.resource, key: { namespace, name: primaryName(name) } });
  const analysis = resolveAnalysis(canary, provider, settings.intervalFloorMs);
  const configs = isLeaving(canary) ? noConfigs : configsOf(cluster, settings, namespace, kind, target);
  const deadlineSeconds = canary.spec.progressDeadlineSeconds ?? defaultDeadlineSeconds;
  const source = {
    canary,
    selector: kind.selector(target, settings.selectorLabels),
    ports: kind.ports(canary, target),
  };
  const routes = router.read({ ...source, live: router.inputs(canary).map((at) => cluster.find(at)) });
  const readiness = (workload: KubeObject, threshold: number) =>
    kind.readiness(workload, { threshold, deadlineSeconds, now });
  return {
    seen: {
      now,
      canary,
      status: canary.status ?? {},
      analysis,
      provider,
      target: {
        revision: kind.revision(target),
        configs: configs.checksums,
        readiness: readiness(target, analysis.canaryReadyThreshold),
        available: kind.availableReplicas(target),
        goesAtOnce: kind.goesAtOnce(target, kind.replicas(primary ?? target)),
        availableSince: kind.availableSince(target),
      },
      primary:
        primary === undefined
          ? undefined
          : {
              rolloutId: kind.rolloutId(primary),
              isOwn: isControlledBy(canary, primary),
              readiness: readiness(primary, analysis.primaryReadyThreshold),
              available: kind.availableReplicas(primary),
            },
      targetEqualsPrimary: primary !== undefined && kind.sameRevision(target, primary, settings.selectorLabels),
      deadlineSeconds,
      routesNotReady: "notReady" in routes ? routes.notReady : undefined,
      freshId: randomUUID(),
    },
    kind,
    target,
    primary,
    scaling: scalingOf(cluster, canary, namespace),
    router,
    source,
    copy: {
      selectorLabels: settings.selectorLabels,
      includeLabelPrefixes: settings.includeLabelPrefixes,
      trackedConfigs: configs.refs,
    },
  };
}

const noConfigs: TrackedConfigs = { refs: [], checksums: {}, missing: [] };

/** What somebody has deleted along with the Canary must not keep it from giving back what is left. */
function isLeaving({ metadata }: Canary): boolean {
  return metadata.deletionTimestamp !== undefined;
}

function scalingOf(cluster: Cluster, canary: Canary, namespace: string): Scaling | undefined {
  const kind = scalerOf(canary);
  const name = canary.spec.autoscalerRef?.name;
  if (kind === undefined || name === undefined) return undefined;
  const target = cluster.find({ resource: kind.resource, key: { namespace, name } });
  if (target === undefined) {
    if (isLeaving(canary)) return undefined;
    throw new InvalidSpec(`${kind.kind} ${name}.${namespace} not found: create it, or correct spec.autoscalerRef.name`);
  }
  const primary = cluster.find({ resource: kind.resource, key: { namespace, name: primaryName(name) } });
  return { kind, target, primary };
}

function configsOf(
  cluster: Cluster,
  settings: Settings,
  namespace: string,
  kind: WorkloadKind,
  target: KubeObject,
): TrackedConfigs {
  if (!settings.configTracking) return noConfigs;
  const found = trackConfigs(kind.configRefs(target), (ref) => cluster.config(ref.kind, { namespace, name: ref.name }));
  const [missing] = found.missing;
  if (missing !== undefined) {
    const pods = `the pods of ${kind.kind.toLowerCase()} ${target.metadata.name}`;
    throw new InvalidSpec(
      `${missing.kind} ${missing.name}.${namespace} not found, which ${pods} read: create it, or make the reference optional`,
    );
  }
  return found;
}
