import type { Canary } from "../../api/canary.ts";
import { apexName, canaryName, primaryName } from "../../api/names.ts";
import type { ObjectAt } from "../../kubernetes/change.ts";
import type { Router } from "../router.ts";
import { gatewayMetadata } from "./gateway-annotations.ts";
import { apexMetadata } from "../apex-object.ts";
import { apexRoutes, canaryRoute } from "./planned-routes.ts";
import { serviceOf } from "./service-settings.ts";
import { notInEffect, textOf } from "./status.ts";
import { meshNameOf } from "./v1beta1/mesh-name.ts";
import { virtualNodes, virtualNodeSpec } from "./v1beta1/virtual-node.ts";
import type { VirtualNode } from "./v1beta1/virtual-node.ts";
import { virtualServices, virtualServiceSpec } from "./v1beta1/virtual-service.ts";
import type { Route, VirtualService } from "./v1beta1/virtual-service.ts";
import { routesIn } from "./weights.ts";
import { changeOf, objectAt } from "./write.ts";

type Objects = readonly [VirtualNode, VirtualNode, VirtualNode, VirtualService, VirtualService];

/**
 * App Mesh with a controller before 1.0: a VirtualNode for each of the three Services, the apex's with the address of the
 * primary; and two VirtualServices, one that users call and one that leads to the canary. Of objects that exist, whoever
 * made them, what the Canary says is corrected; the labels of a VirtualNode are replaced only if this Canary is its
 * controller.
 */
export const appMesh: Router<Objects> = {
  name: "appmesh",

  inputs: (canary) => {
    meshNameOf(canary);
    const apex = apexName(canary);
    return [
      objectAt(virtualNodes, canary, apex),
      objectAt(virtualNodes, canary, primaryName(apex)),
      objectAt(virtualNodes, canary, canaryName(apex)),
      virtualServiceAt(canary, apex),
      virtualServiceAt(canary, canaryName(apex)),
    ];
  },

  render: ({ canary, live: [apexNode, primaryNode, canaryNode, users, tests] }, routes) => {
    const apex = apexName(canary);
    const [ofApex, ofPrimary, ofCanary, ofUsers, ofTests] = appMesh.inputs(canary);
    const node = (at: ObjectAt<VirtualNode>, service: string, live: VirtualNode | undefined) =>
      changeOf(canary, at, live, virtualNodeSpec(canary, service, live), apexMetadata(canary, live));
    return [
      node(ofApex, primaryName(apex), apexNode),
      node(ofPrimary, primaryName(apex), primaryNode),
      node(ofCanary, canaryName(apex), canaryNode),
      changeOf(
        canary,
        ofUsers,
        users,
        virtualServiceSpec(canary, apex, apexRoutes(canary, routes)),
        gatewayMetadata(canary, serviceOf(canary), users),
      ),
      changeOf(canary, ofTests, tests, virtualServiceSpec(canary, canaryName(apex), [canaryRoute(canary)])),
    ].filter((change) => change !== undefined);
  },

  read: ({ canary, live }) => {
    const objects = appMesh.inputs(canary);
    const reason = notInEffect(objects, live);
    if (reason !== undefined) return { notReady: reason };
    return routesIn((live[3]?.spec?.routes ?? []).map(targetsOf), canary, textOf(objects[3]));
  },

  // What this Canary has made goes with it; what was there before stays as it is.
  undo: () => [],
};

/** The same, with the version written out. */
export const appMeshV1beta1: Router<Objects> = { ...appMesh, name: "appmesh:v1beta1" };

/** Its name is the one that is called in the mesh: NAME.NAMESPACE. */
function virtualServiceAt(canary: Canary, service: string): ObjectAt<VirtualService> {
  return objectAt(virtualServices, canary, `${service}.${canary.metadata.namespace ?? ""}`);
}

function targetsOf({ http }: Route) {
  return (http?.action?.weightedTargets ?? []).map(({ virtualNodeName, weight }) => ({
    node: virtualNodeName,
    weight,
  }));
}
