import type { Canary } from "./canary.ts";

/** `targetRef.name`: the workload that the user edits. */
export function targetName({ spec }: Canary): string {
  return spec.targetRef.name;
}

/** `targetRef.kind`, as in messages: Deployment, DaemonSet or Service. */
export function targetKind({ spec }: Canary): string {
  return spec.targetRef.kind;
}

/** The Service that users call: `service.name`, or the target's name. */
export function apexName({ spec }: Canary): string {
  const name = spec.service?.name ?? "";
  return name === "" ? spec.targetRef.name : name;
}

/** `NAME-primary`: the workload, Service, autoscaler or config that serves all users at rest. */
export function primaryName(name: string): string {
  return `${name}-primary`;
}

/** `NAME-canary`: the Service of the revision under analysis. */
export function canaryName(name: string): string {
  return `${name}-canary`;
}

/** `NAME.NAMESPACE` of the Canary, as in events and alerts. */
export function sourceName({ metadata }: Canary): string {
  return `${metadata.name}.${metadata.namespace ?? ""}`;
}
