import type { Canary, CanaryService } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { apexName } from "../../api/names.ts";
import { isControlledBy } from "../../api/ownership.ts";
import type { Routes } from "../../api/routes.ts";
import { changeTo } from "../../kubernetes/change.ts";
import type { Change, ObjectAt } from "../../kubernetes/change.ts";
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
import { apexAt, apexChange } from "../apex-object.ts";
import { serviceSpec } from "../services.ts";

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
    const service = serviceSpec(canary);
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
      weightsIn(live, canary, serviceSpec(canary)) ?? {
        notReady: `${route} sends requests to neither primary nor canary`,
      }
    );
  },

  // What this Canary has made goes with it.
  undo: ({ canary, live: [, , live] }) => {
    if (live === undefined || isControlledBy(canary, live)) return [];
    const change = changeTo(virtualServices, live, restored(canary, serviceSpec(canary), live));
    return change === undefined ? [] : [change];
  },
};

const virtualServiceAt = (canary: Canary): ObjectAt<VirtualService> => apexAt(virtualServices, canary);

function virtualServiceChange(
  canary: Canary,
  service: CanaryService,
  routes: Routes,
  live: VirtualService | undefined,
): Change | undefined {
  return apexChange(virtualServices, canary, live, specOf(canary, service, routes), originalAnnotation);
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
