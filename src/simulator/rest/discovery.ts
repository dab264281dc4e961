import { apiVersionOf } from "../../kubernetes/resources.ts";
import type { ServedResource } from "../resource.ts";
import { qualified } from "./status.ts";

/** A path below an object that is served, and what can be done with it. */
export interface Subresource {
  readonly name: string;
  /** What is sent and answered, where that is not the kind itself. */
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string } | undefined;
  readonly verbs: readonly string[];
}

const objectVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const partVerbs = ["get", "patch", "update"];

/** What can be done with the objects of a resource, sorted. */
export function verbsOf(resource: ServedResource): readonly string[] {
  return qualified(resource) === "namespaces" ? objectVerbs.filter((verb) => verb !== "deletecollection") : objectVerbs;
}

/** The subresources of a resource, sorted. */
export function subresourcesOf(resource: ServedResource): readonly Subresource[] {
  const own: Readonly<Record<string, readonly Subresource[]>> = {
    pods: [
      { name: "eviction", kind: { group: "policy", version: "v1", kind: "Eviction" }, verbs: ["create"] },
      { name: "log", kind: undefined, verbs: ["get"] },
    ],
    namespaces: [{ name: "finalize", kind: undefined, verbs: ["update"] }],
  };
  const scale = { group: "autoscaling", version: "v1", kind: "Scale" };
  return [
    ...(own[qualified(resource)] ?? []),
    ...(resource.scale === undefined ? [] : [{ name: "scale", kind: scale, verbs: partVerbs }]),
    ...(resource.status ? [{ name: "status", kind: undefined, verbs: partVerbs }] : []),
  ];
}

/** A group and its versions, the preferred one first. */
interface Group {
  readonly name: string;
  readonly versions: readonly string[];
}

/** The groups but for the core group, in the order in which they are served. */
export function groupsOf(resources: readonly ServedResource[]): readonly Group[] {
  const names = new Set(resources.map(({ group }) => group).filter((group) => group !== ""));
  return [...names].map((name) => ({
    name,
    versions: [...new Set(resources.filter(({ group }) => group === name).map(({ version }) => version))],
  }));
}

/** The document at `/api`. */
export function coreVersions(): unknown {
  const address = { clientCIDR: "0.0.0.0/0", serverAddress: "127.0.0.1" };
  return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [address] };
}

/** The document at `/apis`. */
export function groupList(resources: readonly ServedResource[]): unknown {
  return { kind: "APIGroupList", apiVersion: "v1", groups: groupsOf(resources).map(describeGroup) };
}

/** The document at `/apis/GROUP`; undefined for a group that is not served. */
export function groupDocument(resources: readonly ServedResource[], name: string): unknown {
  const group = groupsOf(resources).find((one) => one.name === name);
  return group === undefined ? undefined : { kind: "APIGroup", apiVersion: "v1", ...describeGroup(group) };
}

function describeGroup({ name, versions }: Group) {
  const described = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: described, preferredVersion: described[0] };
}

/** The document at `/api/v1` or `/apis/GROUP/VERSION`; undefined for a version that is not served. */
export function resourceList(resources: readonly ServedResource[], group: string, version: string): unknown {
  const served = resources
    .filter((resource) => resource.group === group && resource.version === version)
    .toSorted((a, b) => (a.plural < b.plural ? -1 : 1));
  const [first] = served;
  if (first === undefined) return undefined;
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: apiVersionOf(first),
    resources: served.flatMap((resource) => [describe(resource), ...describeParts(resource)]),
  };
}

function describe(resource: ServedResource) {
  const { plural, singular, namespaced, kind, shortNames, categories } = resource;
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: verbsOf(resource),
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
  };
}

function describeParts(resource: ServedResource) {
  return subresourcesOf(resource).map(({ name, kind, verbs }) => ({
    name: `${resource.plural}/${name}`,
    singularName: "",
    namespaced: resource.namespaced,
    ...(kind ?? { kind: resource.kind }),
    verbs,
  }));
}
