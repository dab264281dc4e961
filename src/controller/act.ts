import type { Canary } from "../api/canary.ts";
import { canaries } from "../api/canary.ts";
import { primaryName } from "../api/names.ts";
import type { Routes } from "../api/routes.ts";
import type { Change, ObjectAt } from "../kubernetes/change.ts";
import type { Patch, WriteOptions } from "../kubernetes/client.ts";
import { Conflict, NotFound } from "../kubernetes/errors.ts";
import type { KubeObject, ObjectKey } from "../kubernetes/objects.ts";
import { configMaps, secrets } from "../kubernetes/resources.ts";
import type { Resource } from "../kubernetes/resources.ts";
import { finalizer } from "../release/finalize.ts";
import { initial, rolloutId } from "../release/status.ts";
import type { Effect } from "../release/step.ts";
import { kubernetes } from "../routing/kubernetes.ts";
import type { RouterView } from "../routing/router.ts";
import { serviceAt, serviceChange } from "../routing/services.ts";
import { configCopy } from "../workloads/config-copy.ts";
import { configKey, summarise } from "../workloads/config-tracking.ts";
import { revertReplicas, startReplicas } from "../workloads/scaling.ts";
import type { Sizes } from "../workloads/scaling.ts";
import type { ConfigRef } from "../workloads/workload.ts";
import type { Cluster } from "./cluster.ts";
import type { Scene } from "./observe.ts";
import type { Settings } from "./settings.ts";
import { callPostRollout, sendAlert } from "./tell.ts";
import type { TellContext } from "./tell.ts";
import { write } from "./unconfirmed.ts";

/** Makes one change to the world, or tells it something. Nothing is written that is so already. */
export async function act(context: TellContext, scene: Scene, effect: Effect): Promise<void> {
  const { cluster, settings } = context;
  const { canary } = scene.seen;
  switch (effect.kind) {
    case "ensurePrimary":
      return ensurePrimary(cluster, settings, scene);
    case "ensureScaler":
      return scene.scaling?.primary === undefined ? syncScaler(cluster, settings, scene) : undefined;
    case "syncScaler":
      return syncScaler(cluster, settings, scene);
    case "route":
      return make(
        cluster,
        [
          ...(scene.router.name === kubernetes.name ? [] : apexChanges(cluster, scene, effect.routes)),
          ...scene.router.render(viewOf(cluster, scene), effect.routes),
        ],
        { urgent: effect.urgent ?? false },
      );
    case "scaleTarget":
      return scaleTarget(cluster, scene, effect.to);
    case "freeScaler":
      return freePrimary(cluster, scene);
    case "promote":
      return promote(cluster, settings, scene, effect.rolloutId);
    case "event":
      context.tell(canary, effect);
      return;
    case "alert":
      return sendAlert(context, canary, effect.alert);
    case "postRollout":
      return callPostRollout(context, canary, effect.phase);
    case "revert":
      return revert(cluster, scene);
    case "finalizer":
      return setFinalizer(cluster, canary, effect.present);
  }
}

async function ensurePrimary(cluster: Cluster, settings: Settings, scene: Scene): Promise<void> {
  const { kind, target, seen } = scene;
  await make(cluster, serviceChanges(cluster, scene));
  if (scene.primary !== undefined) return;
  await copyConfigs(cluster, settings, scene);
  const id = rolloutId(seen.target.revision, initial);
  const object = kind.primary(seen.canary, target, { ...scene.copy, rolloutId: id });
  await make(cluster, [{ kind: "create", resource: kind.resource, object }]);
}

function serviceChanges(cluster: Cluster, { source }: Scene): readonly Change[] {
  return (["canary", "primary"] as const).flatMap((role) => {
    return serviceChange(source, role, cluster.find(serviceAt(source.canary, role)), role) ?? [];
  });
}

/** The apex Service behind a gateway, for those who call it from inside the cluster. */
function apexChanges(cluster: Cluster, { source }: Scene, { rest }: Routes): readonly Change[] {
  const change = serviceChange(source, "apex", cluster.find(serviceAt(source.canary, "apex")), rest);
  return change === undefined ? [] : [change];
}

/** Gives back what routes users, and the apex Service, which all providers have. */
async function revert(cluster: Cluster, scene: Scene): Promise<void> {
  await make(cluster, scene.router.undo(viewOf(cluster, scene)));
  if (scene.router.name === kubernetes.name) return;
  await make(
    cluster,
    kubernetes.undo({ ...scene.source, live: [cluster.find(serviceAt(scene.source.canary, "apex"))] }),
  );
}

function viewOf(cluster: Cluster, { router, source }: Scene): RouterView {
  return { ...source, live: router.inputs(source.canary).map((at) => cluster.find(at)) };
}

async function make(cluster: Cluster, changes: readonly Change[], options: WriteOptions = {}): Promise<void> {
  const { client } = cluster;
  for (const change of changes) {
    switch (change.kind) {
      case "create":
        await write(cluster, { resource: change.resource, key: change.object.metadata }, () =>
          client.create(change.resource, change.object, options),
        );
        break;
      case "patch":
        await patch(cluster, change, change.patch, options);
        break;
      case "delete":
        await client.delete(change.resource, change.key);
        break;
    }
  }
}

async function patch(
  cluster: Cluster,
  { resource, key }: ObjectAt,
  body: Patch,
  options: WriteOptions = {},
): Promise<void> {
  await write(cluster, { resource, key }, () => cluster.client.patch(resource, key, body, options));
}

async function freePrimary(cluster: Cluster, { seen, scaling }: Scene): Promise<void> {
  if (scaling?.primary === undefined) return;
  const body = scaling.kind.free(seen.canary, scaling.target, scaling.primary);
  if (body !== undefined)
    await patch(cluster, { resource: scaling.kind.resource, key: scaling.primary.metadata }, body);
}

async function scaleTarget(cluster: Cluster, scene: Scene, to: "zero" | "up"): Promise<void> {
  const { kind, target, primary, scaling, seen } = scene;
  const { resource } = kind;
  const pause = to === "zero" ? scaling?.kind.pause(scaling.target) : scaling?.kind.resume(scaling.target);
  if (scaling !== undefined && pause !== undefined) {
    await patch(cluster, { resource: scaling.kind.resource, key: scaling.target.metadata }, pause);
  }
  // The primary keeps its pods for users who go to the canary and come back.
  if (to === "up" && scaling?.primary !== undefined && primary !== undefined) {
    const hold = scaling.kind.hold(scaling.primary, kind.replicas(primary));
    if (hold !== undefined)
      await patch(cluster, { resource: scaling.kind.resource, key: scaling.primary.metadata }, hold);
  }
  const up = seen.canary.metadata.deletionTimestamp === undefined ? startReplicas : revertReplicas;
  const replicas = to === "zero" ? 0 : up(sizesOf(scene));
  if (kind.replicas(target) === replicas) return;
  const body = to === "zero" ? kind.scaleToZero() : kind.scaleUp(replicas);
  await patch(cluster, { resource, key: target.metadata }, body);
}

function sizesOf({ kind, target, primary, scaling }: Scene): Sizes {
  return {
    target: kind.replicas(target),
    primary: primary === undefined ? undefined : kind.replicas(primary),
    scalerMinimum: scaling?.kind.minReplicas(scaling.target),
  };
}

async function promote(cluster: Cluster, settings: Settings, scene: Scene, id: string): Promise<void> {
  const { kind, primary, target, seen, copy } = scene;
  if (primary === undefined || kind.rolloutId(primary) === id) return;
  await copyConfigs(cluster, settings, scene);
  const body = kind.promote(seen.canary, target, primary, { ...copy, rolloutId: id });
  if (body !== undefined) await patch(cluster, { resource: kind.resource, key: primary.metadata }, body);
}

async function syncScaler(cluster: Cluster, settings: Settings, { seen, scaling }: Scene): Promise<void> {
  if (scaling === undefined) return;
  const { kind, target, primary } = scaling;
  const prefixes = settings.includeLabelPrefixes;
  if (primary === undefined) {
    const object = kind.primary(seen.canary, target, prefixes);
    await make(cluster, [{ kind: "create", resource: kind.resource, object }]);
    return;
  }
  const body = kind.sync(seen.canary, target, primary, prefixes);
  if (body !== undefined) await patch(cluster, { resource: kind.resource, key: primary.metadata }, body);
}

/** Copies the tracked configs for the primary, provided that they still are what was observed. */
async function copyConfigs(cluster: Cluster, settings: Settings, scene: Scene): Promise<void> {
  for (const ref of scene.copy.trackedConfigs) {
    await (ref.kind === "ConfigMap"
      ? copyConfig(cluster, settings, scene, ref, configMaps)
      : copyConfig(cluster, settings, scene, ref, secrets));
  }
}

type Config = NonNullable<(typeof configMaps | typeof secrets)["object"]>;

async function copyConfig<C extends Config>(
  cluster: Cluster,
  { includeLabelPrefixes }: Settings,
  { seen: { canary, target } }: Scene,
  ref: ConfigRef,
  resource: Resource<C>,
): Promise<void> {
  const { namespace = "" } = canary.metadata;
  const source = await cluster.client.get(resource, { namespace, name: ref.name });
  if (summarise(source).checksum !== target.configs[configKey(ref)]) {
    throw new Conflict(`${ref.kind} ${ref.name}.${namespace} has just changed`, 409, "Conflict");
  }
  const existing = await getIfAny(cluster, resource, { namespace, name: primaryName(ref.name) });
  const change = configCopy(canary, ref.kind, source, existing, includeLabelPrefixes);
  if (change !== undefined) await make(cluster, [change]);
}

async function getIfAny<T extends KubeObject>(
  { client }: Cluster,
  resource: Resource<T>,
  key: ObjectKey,
): Promise<T | undefined> {
  try {
    return await client.get(resource, key);
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

/** Adds or removes the finalizer that keeps a deleted Canary until its target serves again. */
export async function setFinalizer(cluster: Cluster, { metadata }: Canary, present: boolean): Promise<void> {
  const { finalizers: held = [], resourceVersion } = metadata;
  const finalizers = [...held.filter((name) => name !== finalizer), ...(present ? [finalizer] : [])];
  await patch(
    cluster,
    { resource: canaries, key: metadata },
    { type: "merge", body: { metadata: { finalizers, resourceVersion } } },
  );
}
