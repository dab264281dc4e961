import type { HttpRoute, ParentRef } from "./http-route.ts";

/**
 * Why the parents of a route do not act on it as it stands, or undefined when each that says anything has accepted it.
 * Source: Gateway API, RouteParentStatus: a condition is about the generation that it names.
 */
export function notAccepted({ metadata, spec, status }: HttpRoute): string | undefined {
  const { namespace = "", generation = 0 } = metadata;
  const parents = new Set(spec.parentRefs?.map((ref) => keyOf(ref, namespace)));
  for (const { parentRef, conditions = [] } of status?.parents ?? []) {
    if (!parents.has(keyOf(parentRef, namespace))) continue;
    const accepted = conditions.find(({ type }) => type === "Accepted");
    const parent = `${(parentRef.kind ?? "Gateway").toLowerCase()} ${parentRef.name}`;
    if ((accepted?.observedGeneration ?? generation) < generation) return `${parent} has not yet taken its last change`;
    if (accepted?.status !== "True") {
      const { reason = "", message = "" } = accepted ?? {};
      const why = [reason, message].filter((text) => text !== "").join(": ");
      return `${parent} has not accepted it${why === "" ? "" : `, ${why}`}`;
    }
  }
  return undefined;
}

function keyOf(ref: ParentRef, routeNamespace: string): string {
  const { group = "gateway.networking.k8s.io", kind = "Gateway", name, namespace = routeNamespace } = ref;
  return [group, kind, namespace, name, ref.sectionName ?? "", ref.port ?? ""].join("/");
}
