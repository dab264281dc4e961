import { equal } from "../merge/equal.ts";
import type { Endpoint } from "kubernetes-types/discovery/v1.d.ts";
import { canonicalJson } from "../../kubernetes/canonical.ts";
import { labelsOf, onPodsOf, selectedPods, selectsPods } from "./endpoints.ts";
import { kinds } from "./kinds.ts";
import type { EndpointSliceObject, PodObject, ServiceObject } from "./kinds.ts";
import { controllerReference } from "./ownership.ts";
import { isReady } from "./pod-facts.ts";
import { targetPorts } from "./target-ports.ts";
import type { TargetPort } from "./target-ports.ts";
import { follow, keyFrom, within, write } from "./world.ts";
import type { World } from "./world.ts";

const serviceLabel = "kubernetes.io/service-name";
const managedBy = "endpointslice.kubernetes.io/managed-by";
const manager = "endpointslice-controller.k8s.io";

/** Keeps the EndpointSlices of each Service that selects pods. Without their Service, they are garbage. */
export function controlEndpointSlices(world: World): void {
  const { client, caches, suffix } = world;

  async function sync(key: string): Promise<void> {
    const service = caches.services.get(keyFrom(key));
    if (service === undefined || !selectsPods(service)) return;
    const live = within(caches.endpointSlices, service.metadata.namespace).filter(({ metadata: { labels = {} } }) => {
      return labels[serviceLabel] === service.metadata.name && labels[managedBy] === manager;
    });
    const unused = [...live];
    for (const wanted of slicesOf(service, selectedPods(world, service))) {
      const index = unused.findIndex(({ ports }) => canonicalJson(ports) === canonicalJson(wanted.ports));
      const slice = index === -1 ? unused.shift() : unused.splice(index, 1)[0];
      if (slice === undefined) {
        const named = { ...wanted, metadata: { ...wanted.metadata, name: `${service.metadata.name}-${suffix()}` } };
        await write(caches.endpointSlices, () => client.create(kinds.endpointSlices, named));
        continue;
      }
      const { name: _, ...metadata } = wanted.metadata;
      const next = { ...slice, ...wanted, metadata: { ...slice.metadata, ...metadata } };
      if (equal(next, slice)) continue;
      await write(caches.endpointSlices, () => client.replace(kinds.endpointSlices, next));
    }
    for (const { metadata } of unused) await client.delete(kinds.endpointSlices, metadata);
  }

  const loop = world.loop(sync);
  follow(caches.services, loop);
  caches.endpointSlices.onChange(({ object: { metadata } }) => {
    const service = metadata.labels?.[serviceLabel];
    if (service !== undefined) loop.add(`${metadata.namespace ?? ""}/${service}`);
  });
  onPodsOf(world, (key) => {
    loop.add(key);
  });
}

/** The slices of a Service without their names: pods with the same ports in one. Without pods there is an empty one. */
export function slicesOf(service: ServiceObject, pods: readonly PodObject[]): readonly EndpointSliceObject[] {
  const even = service.spec?.publishNotReadyAddresses === true;
  const slices = new Map<string, { ports: readonly TargetPort[]; endpoints: Endpoint[] }>();
  for (const pod of pods) {
    const ports = targetPorts(service, pod);
    const slice = slices.get(canonicalJson(ports)) ?? { ports, endpoints: [] };
    slice.endpoints.push(endpointOf(pod, even));
    slices.set(canonicalJson(ports), slice);
  }
  const all = slices.size === 0 ? [{ ports: undefined, endpoints: [] }] : [...slices.values()];
  return all.map(({ ports, endpoints }) => ({
    metadata: {
      name: "",
      namespace: service.metadata.namespace ?? "",
      labels: { ...labelsOf(service), [serviceLabel]: service.metadata.name, [managedBy]: manager },
      ownerReferences: [controllerReference(kinds.services, service)],
    },
    addressType: "IPv4",
    endpoints,
    ...(ports !== undefined && { ports: [...ports] }),
  }));
}

/** `even`: whether the Service counts pods as ready that are not. */
function endpointOf(pod: PodObject, even: boolean): Endpoint {
  const { name, namespace = "", uid = "" } = pod.metadata;
  const [serving, terminating] = [isReady(pod), pod.metadata.deletionTimestamp !== undefined];
  return {
    addresses: [pod.status?.podIP ?? ""],
    conditions: { ready: even || (serving && !terminating), serving, terminating },
    ...(pod.spec?.nodeName !== undefined && { nodeName: pod.spec.nodeName }),
    targetRef: { kind: "Pod", namespace, name, uid },
  };
}
