import type { ServedResource } from "../resource.ts";
import { groupsOf, subresourcesOf, verbsOf } from "./discovery.ts";

/** The media type in which all groups, versions and resources come as one document. */
export const aggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** Whether a client takes the aggregated document, by its Accept header. */
export function acceptsAggregated(accept = ""): boolean {
  return accept.split(",").some((clause) => {
    const parameters = new Set(clause.split(";").map((part) => part.trim()));
    return aggregatedType.split(";").every((part) => parameters.has(part));
  });
}

/** The document at `/api` (of the core group) or `/apis` (of all others). */
export function aggregatedDiscovery(resources: readonly ServedResource[], root: "api" | "apis"): unknown {
  const groups = root === "api" ? [{ name: "", versions: ["v1"] }] : groupsOf(resources);
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: groups.map(({ name, versions }) => ({
      metadata: { ...(name !== "" && { name }) },
      versions: versions.map((version) => ({
        version,
        resources: resources
          .filter((resource) => resource.group === name && resource.version === version)
          .toSorted((a, b) => (a.plural < b.plural ? -1 : 1))
          .map(describe),
        freshness: "Current",
      })),
    })),
  };
}

function describe(resource: ServedResource) {
  const { group, version, kind, custom, plural, singular, namespaced, shortNames, categories } = resource;
  // Builtin kinds are of the group and version around them.
  const responseKind = custom ? { group, version, kind } : { group: "", version: "", kind };
  const subresources = subresourcesOf(resource).map((part) => ({
    subresource: part.name,
    responseKind: part.kind ?? responseKind,
    verbs: part.verbs,
  }));
  return {
    resource: plural,
    responseKind,
    scope: namespaced ? "Namespaced" : "Cluster",
    singularResource: singular,
    verbs: verbsOf(resource),
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(subresources.length > 0 && { subresources }),
  };
}
