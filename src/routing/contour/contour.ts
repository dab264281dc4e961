import type { Canary } from "../../api/canary.ts";
import { apexName, canaryName, primaryName } from "../../api/names.ts";
import type { Routes } from "../../api/routes.ts";
import { canonicalJson } from "../../kubernetes/canonical.ts";
import type { ObjectAt } from "../../kubernetes/change.ts";
import type { NotReady, Router } from "../router.ts";
import { routesOf } from "./http-proxy-routes.ts";
import { notTaken } from "./http-proxy-status.ts";
import { httpProxies } from "./http-proxy.ts";
import type { HttpProxy, HttpProxyRoute } from "./http-proxy.ts";
import { apexAt, apexChange } from "../apex-object.ts";
import { serviceSpec } from "../services.ts";

/**
 * Contour: one HTTPProxy with the name of the apex, for another HTTPProxy with a host name to include. `ingressClass` is
 * the class that it is given, none when empty. Of an HTTPProxy that exists, the routes are replaced whoever made it; a host
 * name, and what a route with the same conditions says beside what the Canary does, stay.
 * Source: projectcontour.io/docs/main/config/api, HTTPProxy.
 */
export function contour(ingressClass: string): Router<readonly [HttpProxy]> {
  return {
    name: "contour",

    inputs: (canary) => [proxyAt(canary)],

    render: ({ canary, live: [live] }, routes) => {
      const service = serviceSpec(canary);
      const wanted = completed(routesOf(canary, service, routes), live?.spec?.routes);
      const className = ingressClass !== "" && { ingressClassName: ingressClass };
      const change = apexChange(httpProxies, canary, live, { routes: wanted, ...className });
      return change === undefined ? [] : [change];
    },

    read: ({ canary, live: [live] }) => {
      const { name, namespace = "" } = proxyAt(canary).key;
      const proxy = `HTTPProxy ${name}.${namespace}`;
      if (live === undefined) return { notReady: `${proxy} does not exist` };
      const reason = notTaken(live);
      return reason === undefined ? routesIn(live, canary, proxy) : { notReady: `${proxy} not ready: ${reason}` };
    },

    // An HTTPProxy of this Canary goes with it; one that was there before stays as it is.
    undo: () => [],
  };
}

const proxyAt = (canary: Canary): ObjectAt<HttpProxy> => apexAt(httpProxies, canary);

/**
 * The wanted routes with what others have put on the live ones. What they have put on the route for everybody, which is
 * the last one, holds for the routes of an A/B test, too, as these take requests from it.
 */
function completed(wanted: readonly HttpProxyRoute[], live: readonly HttpProxyRoute[] = []): readonly HttpProxyRoute[] {
  const like = (route: HttpProxyRoute | undefined) => live.find((other) => conditionsOf(other) === conditionsOf(route));
  const forAll = like(wanted.at(-1));
  return wanted.map((route) => ({ ...(like(route) ?? forAll), ...route }));
}

function conditionsOf({ conditions = [] }: HttpProxyRoute = {}): string {
  return canonicalJson(conditions.length === 0 ? [{ prefix: "/" }] : conditions);
}

/** The weights of the first route to primary or canary, in percent: those of an A/B test come before the others. */
function routesIn({ spec }: HttpProxy, canary: Canary, proxy: string): Routes | NotReady {
  const apex = apexName(canary);
  const names = [primaryName(apex), canaryName(apex)];
  const services = (spec?.routes ?? [])
    .map((route) => route.services ?? [])
    .find((all) => all.some(({ name }) => names.includes(name)));
  const unset = services?.every(({ weight = 0 }) => weight === 0) === true ? 1 : 0;
  const [primary = 0, tested = 0] = names.map((name) => {
    const service = services?.find((each) => each.name === name);
    return service === undefined ? 0 : (service.weight ?? 0) || unset;
  });
  if (primary + tested === 0) return { notReady: `${proxy} sends requests to neither primary nor canary` };
  const share = Math.round((100 * tested) / (primary + tested));
  return { primary: 100 - share, canary: share, mirrored: false };
}
