import type { ServicePort } from "kubernetes-types/core/v1.d.ts";
import type { PodObject, ServiceObject } from "./kinds.ts";

/** A port of a Service as it is on a pod. */
export interface TargetPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol?: string;
}

/** The ports of a Service on a pod; one that the pod's containers do not name is left out. */
export function targetPorts({ spec }: ServiceObject, pod: PodObject): readonly TargetPort[] {
  return (spec?.ports ?? []).flatMap((port) => {
    const number = numberOf(port, pod);
    const { name = "", protocol = "TCP", appProtocol } = port;
    return number === undefined
      ? []
      : [{ name, port: number, protocol, ...(appProtocol !== undefined && { appProtocol }) }];
  });
}

function numberOf({ port, targetPort, protocol = "TCP" }: ServicePort, { spec }: PodObject): number | undefined {
  if (targetPort === undefined || targetPort === 0 || targetPort === "") return port;
  if (typeof targetPort === "number") return targetPort;
  return (spec?.containers ?? [])
    .flatMap(({ ports = [] }) => ports)
    .find((named) => named.name === targetPort && (named.protocol ?? "TCP") === protocol)?.containerPort;
}
