import type { Container, ObjectFieldSelector, Pod, ResourceFieldSelector } from "kubernetes-types/core/v1.d.ts";
import type { Stored } from "../../kubernetes/resources.ts";
import { MissingConfig } from "./errors.ts";
import { parseQuantity } from "./quantity.ts";

/**
 * What the downward API tells a container of its pod. Labels and annotations as a whole come as lines of `key="value"`.
 * @throws MissingConfig for a field that it does not tell
 */
export function fieldOf({ metadata, spec, status }: Stored<Pod>, { fieldPath }: ObjectFieldSelector): string {
  const [, map, key = ""] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(fieldPath) ?? [];
  if (map === "labels" || map === "annotations") return metadata[map]?.[key] ?? "";
  switch (fieldPath) {
    case "metadata.name":
      return metadata.name;
    case "metadata.namespace":
      return metadata.namespace ?? "";
    case "metadata.uid":
      return metadata.uid ?? "";
    case "metadata.labels":
      return linesOf(metadata.labels);
    case "metadata.annotations":
      return linesOf(metadata.annotations);
    case "spec.nodeName":
      return spec?.nodeName ?? "";
    case "spec.serviceAccountName":
      return spec?.serviceAccountName ?? "default";
    case "status.podIP":
    case "status.podIPs":
      return status?.podIP ?? "";
    case "status.hostIP":
    case "status.hostIPs":
      return status?.hostIP ?? "127.0.0.1";
    default:
      throw new MissingConfig(`unsupported fieldPath: ${fieldPath}`);
  }
}

function linesOf(map: Readonly<Record<string, string>> = {}): string {
  return Object.entries(map)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join("\n");
}

/** What the node of the playground is said to have, for limits that a container does not have. */
const node: Readonly<Record<string, string>> = { cpu: "1", memory: "1Gi", "ephemeral-storage": "1Gi" };

/**
 * A container's request or limit, in units of the divisor, rounded up.
 * @throws MissingConfig for one that there is not
 */
export function resourceOf({ resources = {} }: Container, { resource, divisor = "1" }: ResourceFieldSelector): string {
  const [, list, name = ""] = /^(limits|requests)\.(.+)$/.exec(resource) ?? [];
  const { limits = {}, requests = {} } = resources;
  const given = list === "requests" ? (requests[name] ?? limits[name] ?? "0") : (limits[name] ?? node[name]);
  const amount = Math.ceil(parseQuantity(given ?? "") / parseQuantity(divisor === "0" ? "1" : divisor));
  if (list === undefined || Number.isNaN(amount)) throw new MissingConfig(`unsupported resource: ${resource}`);
  return String(amount);
}
