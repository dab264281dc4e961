import type { EndpointAddress } from "kubernetes-types/core/v1.d.ts";
import { canonicalJson } from "../../kubernetes/canonical.ts";
import { equal } from "../merge/equal.ts";
import { kinds } from "./kinds.ts";
import type { EndpointsObject, PodObject, ServiceObject } from "./kinds.ts";
import { isOver, isReady } from "./pod-facts.ts";
import { hasLabels } from "./selectors.ts";
import { targetPorts } from "./target-ports.ts";
import type { TargetPort } from "./target-ports.ts";
import { follow, keyFrom, within, write } from "./world.ts";
import type { World } from "./world.ts";

/** Keeps the Endpoints of each Service that selects pods, and deletes those whose Service is gone. */
export function controlEndpoints(world: World): void {
  const { client, caches } = world;

  async function sync(key: string): Promise<void> {
    const service = caches.services.get(keyFrom(key));
    const live = caches.endpoints.get(keyFrom(key));
    if (service === undefined) {
      if (live?.metadata.labels?.[managedBy] !== undefined) {
        await client.delete(kinds.endpoints, live.metadata);
      }
      return;
    }
    if (!selectsPods(service)) return;
    const wanted = endpointsOf(service, selectedPods(world, service));
    if (live === undefined) {
      await write(caches.endpoints, () => client.create(kinds.endpoints, wanted));
      return;
    }
    const { labels } = wanted.metadata;
    const next = {
      ...live,
      metadata: { ...live.metadata, ...(labels !== undefined && { labels }) },
      subsets: wanted.subsets ?? [],
    };
    if (equal(next, { ...live, subsets: live.subsets ?? [] })) return;
    await write(caches.endpoints, () => client.replace(kinds.endpoints, next));
  }

  const loop = world.loop(sync);
  follow(caches.services, loop);
  follow(caches.endpoints, loop);
  onPodsOf(world, (key) => {
    loop.add(key);
  });
}

const managedBy = "endpoints.kubernetes.io/managed-by";
const headless = "service.kubernetes.io/headless";

/** Whether the Service's endpoints are those of pods: it has a selector and is no alias of another host. */
export function selectsPods({ spec }: ServiceObject): boolean {
  return spec?.selector !== undefined && Object.keys(spec.selector).length > 0 && spec.type !== "ExternalName";
}

/** The pods of a Service that have an address and are not over, by name; those on their way out, too. */
export function selectedPods({ caches }: World, { metadata, spec }: ServiceObject): readonly PodObject[] {
  return within(caches.pods, metadata.namespace).filter(
    (pod) => hasLabels(pod.metadata.labels, spec?.selector) && pod.status?.podIP !== undefined && !isOver(pod),
  );
}

/** Calls back with the key of each Service that selects a pod which changes, or has selected it before. */
export function onPodsOf({ caches }: World, touch: (key: string) => void): void {
  caches.pods.onChange((change) => {
    const { object } = change;
    const labels = [object.metadata.labels, change.kind === "set" ? change.previous?.metadata.labels : undefined];
    for (const service of within(caches.services, object.metadata.namespace)) {
      const selected = labels.some((each) => each !== undefined && hasLabels(each, service.spec?.selector));
      if (selected && selectsPods(service)) touch(`${object.metadata.namespace ?? ""}/${service.metadata.name}`);
    }
  });
}

/** What Endpoints and EndpointSlices of a Service have as labels, but for those of their controller. */
export function labelsOf({ metadata, spec }: ServiceObject): Readonly<Record<string, string>> {
  return { ...metadata.labels, ...(spec?.clusterIP === "None" && { [headless]: "" }) };
}

/** The Endpoints of a Service: pods with the same ports in one subset. A pod on its way out is left out. */
export function endpointsOf(service: ServiceObject, pods: readonly PodObject[]): EndpointsObject {
  const { name, namespace = "" } = service.metadata;
  const even = service.spec?.publishNotReadyAddresses === true;
  const subsets = new Map<string, { ports: readonly TargetPort[]; pods: PodObject[] }>();
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined && !even) continue;
    const ports = targetPorts(service, pod);
    if (ports.length === 0 && (service.spec?.ports ?? []).length > 0) continue;
    const subset = subsets.get(canonicalJson(ports)) ?? { ports, pods: [] };
    subset.pods.push(pod);
    subsets.set(canonicalJson(ports), subset);
  }
  return {
    metadata: { name, namespace, labels: { ...labelsOf(service), [managedBy]: "endpoint-controller" } },
    subsets: [...subsets.values()].map(({ ports, pods: members }) => {
      const ready = members.filter((pod) => even || isReady(pod)).map(addressOf);
      const unready = members.filter((pod) => !even && !isReady(pod)).map(addressOf);
      return {
        ...(ready.length > 0 && { addresses: ready }),
        ...(unready.length > 0 && { notReadyAddresses: unready }),
        ...(ports.length > 0 && {
          ports: ports.map(({ name: port, ...rest }) => ({ ...(port !== "" && { name: port }), ...rest })),
        }),
      };
    }),
  };
}

function addressOf({ metadata, spec, status }: PodObject): EndpointAddress {
  const { name, namespace = "", uid = "" } = metadata;
  return {
    ip: status?.podIP ?? "",
    ...(spec?.nodeName !== undefined && { nodeName: spec.nodeName }),
    targetRef: { kind: "Pod", namespace, name, uid },
  };
}
