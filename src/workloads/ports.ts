import type { ContainerPort, PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { Canary, CanaryService } from "../api/canary.ts";

/** Containers that a service mesh adds. */
const sidecars = ["istio-proxy", "envoy"];

/**
 * With `service.portDiscovery`: the container ports that the Services expose beside `service.port`, by name. A port
 * without a name is called `tcp-CONTAINER-INDEX`.
 */
export function discoverPorts({ spec }: Canary, template: PodTemplateSpec): Readonly<Record<string, number>> {
  const { service } = spec;
  if (service?.portDiscovery !== true) return {};
  const containers = template.spec?.containers.filter(({ name }) => !sidecars.includes(name)) ?? [];
  return Object.fromEntries(
    containers.flatMap(({ name, ports = [] }) =>
      ports.flatMap((port, index) =>
        isMain(port, service) ? [] : [[port.name ?? `tcp-${name}-${index}`, port.containerPort] as const],
      ),
    ),
  );
}

function isMain({ name, containerPort }: ContainerPort, service: CanaryService): boolean {
  const target = service.targetPort ?? 0;
  const main = target === 0 || target === "0" ? service.port : target;
  return main === (typeof main === "string" ? name : containerPort);
}
