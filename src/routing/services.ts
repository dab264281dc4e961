import type { Service, ServicePort } from "kubernetes-types/core/v1.d.ts";
import type { Canary, CanaryService } from "../api/canary.ts";
import { InvalidSpec } from "../api/errors.ts";
import { apexName, canaryName, primaryName } from "../api/names.ts";
import { isControlledBy, ownerReference } from "../api/ownership.ts";
import { canonicalJson } from "../kubernetes/canonical.ts";
import { changeTo } from "../kubernetes/change.ts";
import type { Change, ObjectAt } from "../kubernetes/change.ts";
import { fluxOptOut } from "../kubernetes/flux.ts";
import { services } from "../kubernetes/resources.ts";
import type { Stored } from "../kubernetes/resources.ts";
import { managedAnnotations } from "./metadata.ts";
import type { RouteSource } from "./router.ts";

/** The three Services of a Canary: the one that users call, and one for each of the two workloads. */
export type ServiceRole = "apex" | "primary" | "canary";

/** Whose pods a Service selects. The canary's are the target's. */
export type Backend = "primary" | "canary";

type Metadata = Readonly<Record<string, string>>;

/** Where the Service is. */
export function serviceAt(canary: Canary, role: ServiceRole): ObjectAt<Stored<Service>> {
  const { namespace } = canary.metadata;
  return {
    resource: services,
    key: { name: serviceName(canary, role), ...(namespace !== undefined && { namespace }) },
  };
}

/** The selector of a Service for these pods: always a single label. */
export function podsOf({ selector: { label, value } }: RouteSource, backend: Backend): Metadata {
  return { [label]: backend === "primary" ? primaryName(value) : value };
}

/**
 * The change that makes a Service as it has to be, or undefined when it is. `selects` matters for the apex only.
 *
 * Of a Service that exists only ports and selector are corrected, and labels and annotations if this Canary is its
 * controller, but for `service.unmanagedMetadata`. A port that is not wanted is removed, also one that was there before
 * the Canary. Whoever made it, Flux is asked to let it be.
 * @throws InvalidSpec when the Canary has no `service`
 */
export function serviceChange(
  source: RouteSource,
  role: ServiceRole,
  live: Stored<Service> | undefined,
  selects: Backend = "primary",
): Change | undefined {
  const { canary } = source;
  const wanted = serviceSpec(canary);
  const { labels, annotations } = metadataOf(source, wanted, role);
  const { resource, key } = serviceAt(canary, role);
  const selector = podsOf(source, role === "apex" ? selects : role);
  const ports = portsOf(source, wanted);
  if (live === undefined) {
    const { headless, trafficDistribution } = wanted;
    return {
      kind: "create",
      resource,
      object: {
        apiVersion: "v1",
        kind: "Service",
        metadata: { ...key, labels, annotations, ownerReferences: [ownerReference(canary)] },
        spec: {
          type: "ClusterIP",
          ...(headless === true && { clusterIP: "None" }),
          selector,
          ports,
          ...(trafficDistribution !== undefined && { trafficDistribution }),
        },
      },
    };
  }
  const { unmanagedMetadata } = wanted;
  return changeTo(resource, live, {
    ...live,
    metadata: isControlledBy(canary, live)
      ? {
          ...live.metadata,
          labels: keeping(live.metadata.labels, unmanagedMetadata?.labels, labels),
          annotations: keeping(live.metadata.annotations, unmanagedMetadata?.annotations, annotations),
        }
      : { ...live.metadata, annotations: { ...live.metadata.annotations, ...fluxOptOut } },
    spec: { ...live.spec, selector, ports: corrected(live.spec?.ports ?? [], ports) },
  });
}

function serviceName(canary: Canary, role: ServiceRole): string {
  const apex = apexName(canary);
  switch (role) {
    case "apex":
      return apex;
    case "primary":
      return primaryName(apex);
    case "canary":
      return canaryName(apex);
  }
}

/**
 * `spec.service`, which all but Knative need.
 * @throws InvalidSpec when the Canary has none
 */
export function serviceSpec({ spec, metadata }: Canary): CanaryService {
  if (spec.service === undefined) {
    throw new InvalidSpec(`canary ${metadata.name}.${metadata.namespace ?? ""} must have spec.service.port`);
  }
  return spec.service;
}

function metadataOf({ canary, selector }: RouteSource, service: CanaryService, role: ServiceRole) {
  const { labels, annotations } = service[role] ?? {};
  return {
    labels: { ...labels, [selector.label]: serviceName(canary, role) },
    annotations: managedAnnotations(annotations),
  };
}

function portsOf({ ports }: RouteSource, service: CanaryService): readonly ServicePort[] {
  const { port, portName = "", targetPort = 0, appProtocol = "" } = service;
  const main: ServicePort = {
    name: portName === "" ? "http" : portName,
    protocol: "TCP",
    port,
    targetPort: targetPort === 0 || targetPort === "0" ? port : targetPort,
    ...(appProtocol !== "" && { appProtocol }),
  };
  const further = Object.entries(ports).map(([name, number]): ServicePort => ({
    name,
    protocol: "TCP",
    port: number,
    targetPort: number,
  }));
  return [main, ...further].filter(isFirst);
}

/** Names and numbers of a Service's ports must differ: the first of each stays. */
function isFirst({ name, port }: ServicePort, index: number, all: readonly ServicePort[]): boolean {
  return all.findIndex((other) => other.name === name || other.port === port) === index;
}

/** The wanted ports with the node ports of the live ones of the same name; the live list when only the order differs. */
function corrected(live: readonly ServicePort[], wanted: readonly ServicePort[]): readonly ServicePort[] {
  const ports = wanted.map((port) => {
    const { nodePort = 0 } = live.find(({ name }) => name === port.name) ?? {};
    return nodePort > 0 ? { ...port, nodePort } : port;
  });
  return sorted(live) === sorted(ports) ? live : ports;
}

function sorted(ports: readonly ServicePort[]): string {
  return canonicalJson(ports.toSorted((a, b) => a.port - b.port));
}

/** The wanted labels or annotations, with those of the given keys as they are on the live object. */
function keeping(live: Metadata = {}, keys: readonly string[] = [], wanted: Metadata): Metadata {
  const keep = (map: Metadata, kept: boolean) => Object.entries(map).filter(([key]) => keys.includes(key) === kept);
  return Object.fromEntries([...keep(wanted, false), ...keep(live, true)]);
}
