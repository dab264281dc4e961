import type { CrossVersionObjectReference } from "kubernetes-types/autoscaling/v2.d.ts";
import { keyOf } from "../../kubernetes/informer.ts";
import { apiVersionOf } from "../../kubernetes/resources.ts";
import type { Resource } from "../../kubernetes/resources.ts";
import { parseLabelSelector } from "../rest/label-selector.ts";
import { kinds } from "./kinds.ts";
import type { AutoscalerObject } from "./kinds.ts";
import { decideScaling, targetMissing } from "./scaling-decision.ts";
import type { ScalingEvent } from "./scaling-decision.ts";
import type { ScalingMemory } from "./scaling-limits.ts";
import type { PodUsage } from "./scaling-proposal.ts";
import { keyFrom, within, writeStatus } from "./world.ts";
import type { World } from "./world.ts";

/** Each autoscaler looks at its target this often, for the first time so long after it was created. In ms. */
const periodMs = 15_000;

/** What the pod of that name uses; undefined when nothing is known. */
export type Usage = (namespace: string, pod: string) => PodUsage | undefined;

/** Scales the targets of HorizontalPodAutoscalers by what their pods use. */
export function controlAutoscalers(world: World, usage: Usage): void {
  const { client, clock, caches, record } = world;
  const memories = new Map<string, ScalingMemory>();

  async function sync(key: string): Promise<void> {
    const autoscaler = caches.autoscalers.get(keyFrom(key));
    if (autoscaler === undefined) {
      memories.delete(key);
      return;
    }
    loop.addAfter(key, periodMs);
    const status = await scale(key, autoscaler);
    await writeStatus(world, kinds.autoscalers, caches.autoscalers, autoscaler, status);
  }

  async function scale(key: string, autoscaler: AutoscalerObject): Promise<AutoscalerObject["status"]> {
    const target = await targetOf(autoscaler);
    if ("why" in target) {
      tell(autoscaler, { type: "Warning", reason: "FailedGetScale", message: target.why });
      return targetMissing(autoscaler, target.why, clock.now());
    }
    const { resource, at, current, selector } = target;
    const isSelected = selector === "" ? () => false : parseLabelSelector(selector);
    const { replicas, status, memory, events } = decideScaling({
      autoscaler,
      current,
      pods: within(caches.pods, at.namespace).filter(({ metadata }) => isSelected(metadata.labels ?? {})),
      usageOf: ({ metadata }) => usage(at.namespace, metadata.name),
      memory: memories.get(key),
      now: clock.now(),
    });
    if (replicas !== current) await client.setScale(resource, at, replicas);
    memories.set(key, memory);
    for (const event of events) tell(autoscaler, event);
    return status;
  }

  /** The target's scale, or why it cannot be told. */
  async function targetOf({ metadata, spec }: AutoscalerObject) {
    const { scaleTargetRef = { kind: "", name: "" } } = spec ?? {};
    const at = { namespace: metadata.namespace ?? "", name: scaleTargetRef.name };
    const resource = await resourceOf(scaleTargetRef);
    if (resource === undefined) return { why: `no matches for kind "${scaleTargetRef.kind}"` };
    try {
      const scale = await client.scaleOf(resource, at);
      return { resource, at, current: scale.spec?.replicas ?? 0, selector: scale.status?.selector ?? "" };
    } catch (error) {
      // The client adds the request to the API server's words.
      return { why: error instanceof Error ? error.message.replace(/ \([A-Z]+ \/\S+\)$/, "") : String(error) };
    }
  }

  async function resourceOf({ apiVersion = "v1", kind }: CrossVersionObjectReference) {
    const isIt = (resource: Resource): boolean => resource.kind === kind && apiVersionOf(resource) === apiVersion;
    return Object.values<Resource>(kinds).find(isIt) ?? (await client.resources()).find(isIt);
  }

  function tell(autoscaler: AutoscalerObject, event: ScalingEvent): void {
    record(kinds.autoscalers, autoscaler, { component: "horizontal-pod-autoscaler", ...event });
  }

  const loop = world.loop(sync);
  caches.autoscalers.onChange(({ kind, object }) => {
    const key = keyOf(object.metadata);
    if (kind === "deleted") loop.add(key);
    else loop.addAfter(key, periodMs);
  });
}
