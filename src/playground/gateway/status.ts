import { attach } from "./attach.ts";
import type { Parents } from "./attach.ts";
import type { BackendRef, HttpRoute, ParentRef, RouteCondition, RouteParentStatus } from "./gateway-api.ts";
import type { Services } from "./services.ts";

/** Who writes the status, and when. */
export interface StatusOptions {
  /** Such as `example.com/gateway`: entries of other controllers stay as they are. */
  readonly controllerName: string;
  /** RFC 3339, whole seconds. */
  readonly now: string;
}

/**
 * The status that the controller of a gateway gives an HTTPRoute: for each parent that it knows, whether the route is
 * accepted and whether its backends exist. Equal to the present one when nothing has changed.
 */
export function routeStatus(
  route: HttpRoute,
  parents: Parents,
  { controllerName, now }: StatusOptions,
): { readonly parents: readonly RouteParentStatus[] } {
  const before = route.status?.parents ?? [];
  const resolved = resolvedRefs(route, parents.services);
  const ours = (route.spec.parentRefs ?? []).flatMap((parentRef): readonly RouteParentStatus[] => {
    const attachment = attach(route, parentRef, parents);
    if (attachment.kind === "none") return [];
    const accepted: Finding =
      attachment.kind === "refused"
        ? { type: "Accepted", status: "False", reason: attachment.reason, message: attachment.message }
        : { type: "Accepted", status: "True", reason: "Accepted", message: "" };
    const known = before.find((entry) => entry.controllerName === controllerName && isSame(entry.parentRef, parentRef));
    const conditions = [accepted, resolved].map((finding): RouteCondition => {
      const old = known?.conditions?.find(({ type }) => type === finding.type);
      const lastTransitionTime = old?.status === finding.status ? old.lastTransitionTime : now;
      return { ...finding, observedGeneration: route.metadata.generation ?? 0, lastTransitionTime };
    });
    return [{ parentRef, controllerName, conditions }];
  });
  return { parents: [...before.filter((entry) => entry.controllerName !== controllerName), ...ours] };
}

type Finding = Pick<RouteCondition, "type" | "status" | "reason" | "message">;

function resolvedRefs({ metadata, spec }: HttpRoute, services: Services): Finding {
  const refs = (spec.rules ?? []).flatMap(({ backendRefs = [], filters = [] }) => [
    ...backendRefs,
    ...filters.flatMap(({ requestMirror }) => requestMirror?.backendRef ?? []),
  ]);
  const problems = refs.map((ref) => problemOf(ref, metadata.namespace ?? "", services));
  const first = problems.find((problem) => problem !== undefined);
  if (first === undefined) return { type: "ResolvedRefs", status: "True", reason: "ResolvedRefs", message: "" };
  return { type: "ResolvedRefs", status: "False", ...first };
}

function problemOf(ref: BackendRef, routeNamespace: string, services: Services) {
  const { group = "", kind = "Service", name, namespace = routeNamespace, port } = ref;
  if (group !== "" || kind !== "Service") return { reason: "InvalidKind", message: `${kind} ${name} is not a Service` };
  const service = services.get(namespace, name);
  if (service === undefined) return { reason: "BackendNotFound", message: `service ${name}.${namespace} not found` };
  return port === undefined || service.ports.some((each) => each.port === port)
    ? undefined
    : { reason: "BackendNotFound", message: `service ${name}.${namespace} has no port ${port}` };
}

function isSame(a: ParentRef, b: ParentRef): boolean {
  const fields = ["group", "kind", "name", "namespace", "sectionName", "port"] as const;
  return fields.every((field) => a[field] === b[field]);
}
