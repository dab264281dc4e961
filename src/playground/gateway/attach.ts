import type { Gateway, HttpRoute, Listener, ParentRef } from "./gateway-api.ts";
import { matchesHost } from "./match.ts";
import type { ClusterService, Services } from "./services.ts";

/** What parents of routes are looked up in. */
export interface Parents {
  readonly gateways: readonly Gateway[];
  readonly services: Services;
}

/** How a route stands to one of its parents. */
export type Attachment =
  /** Nobody's: the parent does not exist, or is of a kind that is not served here. */
  | { readonly kind: "none" }
  | { readonly kind: "refused"; readonly reason: string; readonly message: string }
  /** Serves requests to these hosts, `*` for any. */
  | { readonly kind: "gateway"; readonly hosts: readonly string[] }
  /** Serves requests to this Service, on one port only when that is given. */
  | { readonly kind: "service"; readonly service: ClusterService; readonly port: number | undefined };

/** Whether the parent takes the route, and for which requests. Reasons are those of the condition `Accepted`. */
export function attach({ metadata, spec }: HttpRoute, parent: ParentRef, { gateways, services }: Parents): Attachment {
  const { group = "gateway.networking.k8s.io", kind = "Gateway", name, namespace = metadata.namespace } = parent;
  if (group === "" && kind === "Service") {
    const service = services.get(namespace ?? "", name);
    if (service === undefined) return { kind: "none" };
    return parent.port === undefined || service.ports.some(({ port }) => port === parent.port)
      ? { kind: "service", service, port: parent.port }
      : refused("NoMatchingParent", `service ${name} has no port ${parent.port}`);
  }
  if (group !== "gateway.networking.k8s.io" || kind !== "Gateway") return { kind: "none" };
  const gateway = gateways.find((each) => each.metadata.name === name && each.metadata.namespace === namespace);
  if (gateway === undefined) return { kind: "none" };
  const named = gateway.spec.listeners.filter((listener) => isMeant(listener, parent));
  if (named.length === 0) return refused("NoMatchingParent", `gateway ${name} has no such listener`);
  const open = named.filter((listener) => allows(listener, metadata.namespace === gateway.metadata.namespace));
  if (open.length === 0) {
    return refused("NotAllowedByListeners", `gateway ${name} takes no routes of namespace ${metadata.namespace ?? ""}`);
  }
  const hosts = [...new Set(open.flatMap(({ hostname }) => commonHosts(hostname, spec.hostnames)))];
  return hosts.length === 0
    ? refused("NoMatchingListenerHostname", `gateway ${name} listens for none of the route's hostnames`)
    : { kind: "gateway", hosts };
}

function refused(reason: string, message: string): Attachment {
  return { kind: "refused", reason, message };
}

function isMeant({ name, port }: Listener, parent: ParentRef): boolean {
  return (parent.sectionName ?? name) === name && (parent.port ?? port) === port;
}

/** Labels of namespaces are not known here: a selector is taken to select. */
function allows({ allowedRoutes }: Listener, sameNamespace: boolean): boolean {
  const from = allowedRoutes?.namespaces?.from ?? "Same";
  return from === "All" || from === "Selector" || (from === "Same" && sameNamespace);
}

/** The hosts that both the listener and the route name. */
function commonHosts(listener = "", route: readonly string[] = []): readonly string[] {
  if (listener === "") return route.length === 0 ? ["*"] : route;
  if (route.length === 0) return [listener];
  return route.flatMap((host) => {
    if (host === listener || matchesHost(listener, host)) return [host];
    return matchesHost(host, listener) ? [listener] : [];
  });
}
