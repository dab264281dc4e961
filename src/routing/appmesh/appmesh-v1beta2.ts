import { apexName, canaryName, primaryName } from "../../api/names.ts";
import type { Router } from "../router.ts";
import { gatewayMetadata } from "./gateway-annotations.ts";
import { apexMetadata } from "../apex-object.ts";
import { apexRoutes, canaryRoute } from "./planned-routes.ts";
import { serviceOf } from "./service-settings.ts";
import { notInEffect, textOf } from "./status.ts";
import { virtualNodes, virtualNodeSpec } from "./v1beta2/virtual-node.ts";
import type { VirtualNode } from "./v1beta2/virtual-node.ts";
import { virtualRouters, virtualRouterSpec } from "./v1beta2/virtual-router.ts";
import type { Route, VirtualRouter } from "./v1beta2/virtual-router.ts";
import { virtualServices, virtualServiceSpec } from "./v1beta2/virtual-service.ts";
import type { VirtualService } from "./v1beta2/virtual-service.ts";
import { routesIn } from "./weights.ts";
import { changeOf, objectAt } from "./write.ts";

type Objects = readonly [VirtualNode, VirtualNode, VirtualRouter, VirtualService, VirtualRouter, VirtualService];

/**
 * App Mesh with a controller of 1.0 or later: VirtualNodes for the primary's and the canary's pods; and two VirtualServices
 * with a VirtualRouter each, one that users call and one that leads to the canary. Of objects that exist, whoever made
 * them, what the Canary says is corrected; the labels of a VirtualNode are replaced only if this Canary is its controller.
 */
export const appMeshV1beta2: Router<Objects> = {
  name: "appmesh:v1beta2",

  inputs: (canary) => {
    const apex = apexName(canary);
    return [
      objectAt(virtualNodes, canary, primaryName(apex)),
      objectAt(virtualNodes, canary, canaryName(apex)),
      objectAt(virtualRouters, canary, apex),
      objectAt(virtualServices, canary, apex),
      objectAt(virtualRouters, canary, canaryName(apex)),
      objectAt(virtualServices, canary, canaryName(apex)),
    ];
  },

  render: (view, routes) => {
    const { canary } = view;
    const [primaryNode, canaryNode, usersRouter, users, testsRouter, tests] = view.live;
    const [ofPrimary, ofCanary, ofUsersRouter, ofUsers, ofTestsRouter, ofTests] = appMeshV1beta2.inputs(canary);
    return [
      changeOf(
        canary,
        ofPrimary,
        primaryNode,
        virtualNodeSpec(view, "primary", primaryNode),
        apexMetadata(canary, primaryNode),
      ),
      changeOf(
        canary,
        ofCanary,
        canaryNode,
        virtualNodeSpec(view, "canary", canaryNode),
        apexMetadata(canary, canaryNode),
      ),
      changeOf(canary, ofUsersRouter, usersRouter, virtualRouterSpec(canary, apexRoutes(canary, routes))),
      changeOf(
        canary,
        ofUsers,
        users,
        virtualServiceSpec(ofUsersRouter.key.name),
        gatewayMetadata(canary, serviceOf(canary), users),
      ),
      changeOf(canary, ofTestsRouter, testsRouter, virtualRouterSpec(canary, [canaryRoute(canary)])),
      changeOf(canary, ofTests, tests, virtualServiceSpec(ofTestsRouter.key.name)),
    ].filter((change) => change !== undefined);
  },

  read: ({ canary, live }) => {
    const objects = appMeshV1beta2.inputs(canary);
    const reason = notInEffect(objects, live);
    if (reason !== undefined) return { notReady: reason };
    return routesIn((live[2]?.spec?.routes ?? []).map(targetsOf), canary, textOf(objects[2]));
  },

  // What this Canary has made goes with it; what was there before stays as it is.
  undo: () => [],
};

function targetsOf({ httpRoute, grpcRoute }: Route) {
  const targets = (httpRoute ?? grpcRoute)?.action?.weightedTargets ?? [];
  return targets.map(({ virtualNodeRef, weight }) => ({ node: virtualNodeRef?.name, weight }));
}
