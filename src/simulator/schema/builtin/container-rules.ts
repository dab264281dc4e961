import type { Container, ContainerPort, Probe } from "kubernetes-types/core/v1.d.ts";
import type { Cause } from "../../resource.ts";
import { duplicate, forbidden, invalid, required } from "../causes.ts";
import { named } from "../metadata.ts";
import { dnsLabel } from "../names.ts";
import { nanoOf } from "../quantity.ts";
import { hostPortProblems, portNumberProblems, portNameProblems, portProblems } from "./port-rules.ts";

/*
 * Rules for containers. Source of rules and texts: kubernetes, pkg/apis/core/validation.
 */

/** What is wrong with a list of containers, given the names of the pod's volumes. */
export function containerProblems(
  containers: readonly Container[],
  volumes: ReadonlySet<string>,
  path: string,
): readonly Cause[] {
  const names = containers.map(({ name }) => name);
  return containers.flatMap((container, index) => {
    const at = `${path}[${index}]`;
    const { name, image = "" } = container;
    return [
      ...(isGiven(name) ? named(`${at}.name`, name, dnsLabel) : []),
      ...(isGiven(name) && names.indexOf(name) < index ? [duplicate(`${at}.name`, name)] : []),
      ...(image === "" ? [required(`${at}.image`)] : []),
      ...(image === image.trim()
        ? []
        : [invalid(`${at}.image`, image, "must not have leading or trailing whitespace")]),
      ...containerPorts(container.ports ?? [], `${at}.ports`),
      ...envProblems(container, at),
      ...mountProblems(container, volumes, at),
      ...probeProblems(container.livenessProbe, `${at}.livenessProbe`, true),
      ...probeProblems(container.readinessProbe, `${at}.readinessProbe`, false),
      ...probeProblems(container.startupProbe, `${at}.startupProbe`, true),
      ...resourceProblems(container, `${at}.resources`),
    ];
  });
}

/** Whether there is a name at all: that it is required is said by the schema. */
export function isGiven(name: string | undefined): name is string {
  return (name ?? "") !== "";
}

function containerPorts(ports: readonly ContainerPort[], path: string): readonly Cause[] {
  const names = ports.map(({ name }) => name);
  return ports.flatMap(({ name, containerPort, hostPort = 0 }, index) => {
    const at = `${path}[${index}]`;
    return [
      ...(isGiven(name) ? portNameProblems(name, `${at}.name`) : []),
      ...(isGiven(name) && names.indexOf(name) < index ? [duplicate(`${at}.name`, name)] : []),
      ...(containerPort === 0
        ? [required(`${at}.containerPort`)]
        : portNumberProblems(containerPort, `${at}.containerPort`)),
      ...(hostPort === 0 ? [] : hostPortProblems(hostPort, `${at}.hostPort`)),
    ];
  });
}

function envProblems({ env = [] }: Container, at: string): readonly Cause[] {
  return env.flatMap(({ name, value = "", valueFrom }, index) => {
    const field = `${at}.env[${index}]`;
    const sources = Object.keys(valueFrom ?? {}).length;
    return [
      ...(isGiven(name) && !/^[ -<>-~]+$/.test(name)
        ? [
            invalid(
              `${field}.name`,
              name,
              `a valid environment variable name must consist only of printable ASCII characters other than '='`,
            ),
          ]
        : []),
      ...(valueFrom !== undefined && value !== ""
        ? [invalid(`${field}.valueFrom`, "", "may not be specified when `value` is not empty")]
        : []),
      ...(valueFrom !== undefined && sources === 0
        ? [
            invalid(
              `${field}.valueFrom`,
              "",
              "must specify one of: `configMapKeyRef`, `fieldRef`, `fileKeyRef`, `resourceFieldRef` or `secretKeyRef`",
            ),
          ]
        : []),
      ...(sources > 1
        ? [invalid(`${field}.valueFrom`, "", "may not have more than one field specified at a time")]
        : []),
    ];
  });
}

function mountProblems({ volumeMounts = [] }: Container, volumes: ReadonlySet<string>, at: string): readonly Cause[] {
  const paths = volumeMounts.map(({ mountPath }) => mountPath);
  return volumeMounts.flatMap(({ name, mountPath }, index) => {
    const field = `${at}.volumeMounts[${index}]`;
    return [
      ...(isGiven(name) && !volumes.has(name)
        ? [{ reason: "FieldValueNotFound", field: `${field}.name`, message: `Not found: ${JSON.stringify(name)}` }]
        : []),
      ...(isGiven(mountPath) && paths.indexOf(mountPath) < index
        ? [invalid(`${field}.mountPath`, mountPath, "must be unique")]
        : []),
    ];
  });
}

const handlers = ["exec", "httpGet", "tcpSocket", "grpc"] as const;

/** A pod must be found alive at once: only readiness may ask for more than one success. */
function probeProblems(probe: Probe | undefined, at: string, onlyOnce: boolean): readonly Cause[] {
  if (probe === undefined) return [];
  const [first, ...others] = handlers.filter((name) => probe[name] !== undefined);
  const port = probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port;
  const numbers = [
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
  ] as const;
  return [
    ...(first === undefined ? [required(at, "must specify a handler type")] : []),
    ...others.map((name) => forbidden(`${at}.${name}`, "may not specify more than 1 handler type")),
    ...(first === undefined || first === "exec" ? [] : portProblems(port ?? 0, `${at}.${first}.port`)),
    ...numbers.flatMap((name) => negative(probe[name], `${at}.${name}`)),
    ...(onlyOnce && probe.successThreshold !== undefined && probe.successThreshold !== 1
      ? [invalid(`${at}.successThreshold`, probe.successThreshold, "must be 1")]
      : []),
  ];
}

/** What is wrong with a number that must not be below zero. */
export function negative(value: number | undefined, field: string): readonly Cause[] {
  return value !== undefined && value < 0 ? [invalid(field, value, "must be greater than or equal to 0")] : [];
}

function resourceProblems({ resources }: Container, path: string): readonly Cause[] {
  const { limits = {}, requests = {} } = resources ?? {};
  const below = (kind: string, amounts: Readonly<Record<string, string>>): readonly Cause[] =>
    Object.entries(amounts).flatMap(([name, amount]) =>
      (nanoOf(amount) ?? 0n) < 0n
        ? [invalid(`${path}.${kind}[${name}]`, amount, "must be greater than or equal to 0")]
        : [],
    );
  return [
    ...below("limits", limits),
    ...below("requests", requests),
    ...Object.entries(requests).flatMap(([name, amount]) => {
      const limit = limits[name];
      return limit !== undefined && (nanoOf(amount) ?? 0n) > (nanoOf(limit) ?? 0n)
        ? [invalid(`${path}.requests`, amount, `must be less than or equal to ${name} limit of ${limit}`)]
        : [];
    }),
  ];
}
