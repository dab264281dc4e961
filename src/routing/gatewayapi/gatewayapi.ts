import type { Canary, CanaryService } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { apexName, canaryName, primaryName, sourceName } from "../../api/names.ts";
import type { Routes } from "../../api/routes.ts";
import type { ObjectAt } from "../../kubernetes/change.ts";
import { rulesOf } from "./http-route-rules.ts";
import { notAccepted } from "./http-route-status.ts";
import { httpRoutes } from "./http-route.ts";
import type { HttpRoute, HttpRouteRule, HttpRouteSpec, ParentRef, Version } from "./http-route.ts";
import type { NotReady, Router } from "../router.ts";
import { apexAt, apexChange } from "../apex-object.ts";

/** Gateway API 1.0 and later. */
export const gatewayApiV1 = gatewayApi("v1");

/** Gateway API before 1.0, which does without timeouts, cross-origin requests and cookies of the primary's users. */
export const gatewayApiV1beta1 = gatewayApi("v1beta1");

/**
 * One HTTPRoute with the name of the apex, attached to `service.gatewayRefs`. Of a route that exists, parents, host names
 * and rules are corrected whoever made it; its labels are replaced only if this Canary is its controller.
 * Source: gateway-api.sigs.k8s.io/reference/spec, HTTPRoute.
 */
function gatewayApi(version: Version): Router<readonly [HttpRoute]> {
  const resource = httpRoutes[version];
  const routeAt = (canary: Canary): ObjectAt<HttpRoute> => apexAt(resource, canary);

  return {
    name: `gatewayapi:${version}`,

    inputs: (canary) => {
      parentsOf(canary);
      return [routeAt(canary)];
    },

    render: ({ canary, live: [live] }, routes) => {
      const { service, parentRefs } = parentsOf(canary);
      const spec: HttpRouteSpec = {
        parentRefs,
        hostnames: service.hosts?.length ? service.hosts : undefined,
        rules: rulesOf(canary, service, routes, version),
      };
      const change = apexChange(resource, canary, live, spec);
      return change === undefined ? [] : [change];
    },

    read: ({ canary, live: [live] }) => {
      const { name, namespace = "" } = routeAt(canary).key;
      const route = `HTTPRoute ${name}.${namespace}`;
      if (live === undefined) return { notReady: `${route} does not exist` };
      const reason = version === "v1" ? notAccepted(live) : undefined;
      return reason === undefined ? routesIn(live, canary, route) : { notReady: `${route} not ready: ${reason}` };
    },

    // A route of this Canary goes with it; one that was there before stays as it is.
    undo: () => [],
  };
}

function parentsOf(canary: Canary): { readonly service: CanaryService; readonly parentRefs: readonly ParentRef[] } {
  const { service } = canary.spec;
  if (service?.gatewayRefs === undefined || service.gatewayRefs.length === 0) {
    throw new InvalidSpec(
      `canary ${sourceName(canary)} must have spec.service.gatewayRefs: name the Gateway that its HTTPRoute attaches to`,
    );
  }
  const parentRefs = service.gatewayRefs.map((ref) => ({
    group: "gateway.networking.k8s.io",
    kind: "Gateway",
    ...ref,
  }));
  return { service, parentRefs };
}

/** The weights of the last rule with both backends, in percent: those before it are for users with a cookie. */
function routesIn({ spec }: HttpRoute, canary: Canary, route: string): Routes | NotReady {
  const apex = apexName(canary);
  const weightOf = ({ backendRefs = [] }: HttpRouteRule, service: string) =>
    backendRefs.find(({ name }) => name === service)?.weight;
  const found = (spec.rules ?? []).flatMap((rule) => {
    const [primary, tested] = [weightOf(rule, primaryName(apex)), weightOf(rule, canaryName(apex))];
    return primary === undefined || tested === undefined ? [] : [{ rule, primary, tested }];
  });
  const last = found.at(-1);
  if (last === undefined || last.primary + last.tested === 0) {
    return { notReady: `${route} sends requests to neither primary nor canary` };
  }
  const share = Math.round((100 * last.tested) / (last.primary + last.tested));
  const mirrored = (last.rule.filters ?? []).some(
    (filter) => filter.type === "RequestMirror" && filter.requestMirror.backendRef.name === canaryName(apex),
  );
  return { primary: 100 - share, canary: share, mirrored };
}
