import type { Canary, CanaryService } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { apexName, sourceName } from "../../api/names.ts";
import { isControlledBy, ownerReference } from "../../api/ownership.ts";
import type { Routes } from "../../api/routes.ts";
import { changeTo } from "../../kubernetes/change.ts";
import type { Change, ObjectAt } from "../../kubernetes/change.ts";
import { apiVersionOf } from "../../kubernetes/resources.ts";
import { managedAnnotations } from "../metadata.ts";
import type { Router } from "../router.ts";
import { destinationRuleAt, destinationRuleChange } from "./destination-rule.ts";
import type { DestinationRule } from "./destination-rule.ts";
import { mesh } from "./destinations.ts";
import { httpRoutesOf } from "./http-routes.ts";
import { originalAnnotation, restored } from "./original.ts";
import { rejectionOf } from "./rejection.ts";
import { isTcp, tcpRouteOf } from "./tcp-routes.ts";
import { virtualServices } from "./virtual-service.ts";
import type { VirtualService, VirtualServiceSpec } from "./virtual-service.ts";
import { weightsIn } from "./weights.ts";

/**
 * Istio: one VirtualService with the name of the apex, and a DestinationRule for each backend. Of objects that exist, what
 * says where requests go is corrected whoever made them; labels of the VirtualService are replaced only if this Canary is
 * its controller. Source: istio.io/latest/docs/reference/config/networking.
 */
export const istio: Router<readonly [DestinationRule, DestinationRule, VirtualService]> = {
  name: "istio",

  inputs: (canary) => [
    destinationRuleAt(canary, "canary"),
    destinationRuleAt(canary, "primary"),
    virtualServiceAt(canary),
  ],

  render: ({ canary, live: [canaryRule, primaryRule, virtualService] }, routes) => {
    const service = serviceOf(canary);
    return [
      destinationRuleChange(canary, service, "canary", canaryRule),
      destinationRuleChange(canary, service, "primary", primaryRule),
      virtualServiceChange(canary, service, routes, virtualService),
    ].filter((change) => change !== undefined);
  },

  read: ({ canary, live: [, , live] }) => {
    const { name, namespace = "" } = virtualServiceAt(canary).key;
    const route = `VirtualService ${name}.${namespace}`;
    if (live === undefined) return { notReady: `${route} does not exist` };
    const reason = rejectionOf(live);
    if (reason !== undefined) return { notReady: `${route} not ready: ${reason}` };
    return (
      weightsIn(live, canary, serviceOf(canary)) ?? {
        notReady: `${route} sends requests to neither primary nor canary`,
      }
    );
  },

  // What this Canary has made goes with it.
  undo: ({ canary, live: [, , live] }) => {
    if (live === undefined || isControlledBy(canary, live)) return [];
    const change = changeTo(virtualServices, live, restored(canary, serviceOf(canary), live));
    return change === undefined ? [] : [change];
  },
};

function virtualServiceAt(canary: Canary): ObjectAt<VirtualService> {
  const { namespace } = canary.metadata;
  return {
    resource: virtualServices,
    key: { name: apexName(canary), ...(namespace !== undefined && { namespace }) },
  };
}

function serviceOf(canary: Canary): CanaryService {
  const { service } = canary.spec;
  if (service === undefined) throw new InvalidSpec(`canary ${sourceName(canary)} must have spec.service.port`);
  return service;
}

function virtualServiceChange(
  canary: Canary,
  service: CanaryService,
  routes: Routes,
  live: VirtualService | undefined,
): Change | undefined {
  const { resource, key } = virtualServiceAt(canary);
  const { labels, annotations } = service.apex ?? {};
  const spec = specOf(canary, service, routes);
  if (live === undefined) {
    const metadata = {
      ...key,
      ...(labels !== undefined && { labels }),
      annotations: managedAnnotations(annotations),
      ownerReferences: [ownerReference(canary)],
    };
    const object = { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata, spec };
    return { kind: "create", resource, object };
  }
  const allLabels = { ...(!isControlledBy(canary, live) && live.metadata.labels), ...labels };
  return changeTo(resource, live, {
    ...live,
    metadata: {
      ...live.metadata,
      labels: Object.keys(allLabels).length > 0 ? allLabels : undefined,
      annotations: {
        ...live.metadata.annotations,
        ...originalAnnotation(canary, live),
        ...managedAnnotations(annotations),
      },
    },
    spec: { ...live.spec, ...spec },
  });
}

function specOf(canary: Canary, service: CanaryService, routes: Routes): VirtualServiceSpec {
  return {
    ...(service.delegation === true ? delegated(service) : reached(canary, service)),
    ...(isTcp(service)
      ? { http: undefined, tcp: [tcpRouteOf(canary, service, routes)] }
      : { http: httpRoutesOf(canary, service, routes), tcp: undefined }),
  };
}

type Reach = Pick<VirtualServiceSpec, "hosts" | "gateways">;

/** Whom the VirtualService serves: callers of the apex, too, unless it serves every host. */
function reached(canary: Canary, { hosts = [], gateways = [] }: CanaryService): Reach {
  const apex = apexName(canary);
  return {
    hosts: hosts.includes(apex) || hosts.includes("*") ? hosts : [...hosts, apex],
    gateways: gateways.length === 0 ? [mesh] : gateways,
  };
}

/** The one that delegates says whom it serves. */
function delegated(service: CanaryService): Reach {
  const { hosts = [], gateways = [] } = service;
  if (hosts.length > 0 || gateways.length > 0) {
    throw new InvalidSpec(
      "spec.service.delegation: excludes hosts and gateways, which belong to the VirtualService that delegates to this one",
    );
  }
  if (isTcp(service)) {
    throw new InvalidSpec(
      "spec.service.delegation: must be left out for appProtocol tcp, as Istio delegates HTTP only",
    );
  }
  return { hosts: undefined, gateways: undefined };
}
