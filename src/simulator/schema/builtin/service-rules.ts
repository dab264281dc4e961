import type { Service, ServicePort, ServiceSpec } from "kubernetes-types/core/v1.d.ts";
import type { Cause } from "../../resource.ts";
import { duplicate, invalid, required } from "../causes.ts";
import { labelProblems, named } from "../metadata.ts";
import { dnsLabel } from "../names.ts";
import { isGiven } from "./container-rules.ts";
import { portNumberProblems, portProblems } from "./port-rules.ts";

/**
 * What is wrong with a Service, also as the successor of `before`. Source of rules and texts: kubernetes,
 * pkg/apis/core/validation.
 */
export function serviceProblems({ spec = {} }: Service, before: Service | undefined): readonly Cause[] {
  const { ports = [], clusterIP, externalName = "" } = spec;
  const isExternal = spec.type === "ExternalName";
  return [
    ...(ports.length === 0 && clusterIP !== "None" && !isExternal ? [required("spec.ports")] : []),
    ...(isExternal && externalName === "" ? [required("spec.externalName")] : []),
    ...(isExternal && isGiven(clusterIP)
      ? [
          {
            reason: "FieldValueForbidden",
            field: "spec.clusterIPs",
            message: "Forbidden: may not be set for ExternalName services",
          },
        ]
      : []),
    ...labelProblems("spec.selector", spec.selector),
    ...ports.flatMap((port, index) => servicePortProblems(port, index, ports)),
    ...changedAddress(spec, before?.spec),
  ];
}

function servicePortProblems(
  { name = "", port, protocol, targetPort }: ServicePort,
  index: number,
  ports: readonly ServicePort[],
): readonly Cause[] {
  const at = `spec.ports[${index}]`;
  const first = ports.findIndex((each) => each.port === port && each.protocol === protocol);
  return [
    ...(name === "" && ports.length > 1 ? [required(`${at}.name`)] : []),
    ...(name === "" ? [] : named(`${at}.name`, name, dnsLabel)),
    ...(name !== "" && ports.findIndex((each) => each.name === name) < index ? [duplicate(`${at}.name`, name)] : []),
    ...portNumberProblems(port, `${at}.port`),
    ...(targetPort === undefined ? [] : portProblems(targetPort, `${at}.targetPort`)),
    ...(first < index ? [duplicate(at, { port, protocol })] : []),
  ];
}

/** The address of a Service is its for life, except that of one that had no use for it. */
function changedAddress(spec: ServiceSpec, before: ServiceSpec | undefined): readonly Cause[] {
  const isKept = before?.type === "ExternalName" || spec.type === "ExternalName" || !isGiven(before?.clusterIP);
  return isKept || spec.clusterIP === before.clusterIP
    ? []
    : [invalid("spec.clusterIPs[0]", spec.clusterIPs ?? null, "may not change once set")];
}
