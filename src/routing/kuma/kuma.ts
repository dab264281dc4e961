import type { Canary } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { given } from "../../api/given.ts";
import { apexName, canaryName, primaryName, sourceName } from "../../api/names.ts";
import type { Routes } from "../../api/routes.ts";
import { changeTo } from "../../kubernetes/change.ts";
import type { ObjectAt } from "../../kubernetes/change.ts";
import { apiVersionOf } from "../../kubernetes/resources.ts";
import { managedAnnotations } from "../metadata.ts";
import type { NotReady, Router } from "../router.ts";
import { trafficRoutes } from "./traffic-route.ts";
import type { Tags, TrafficRoute } from "./traffic-route.ts";

/** On a Canary: the mesh of its Services. */
const meshKey = "kuma.io/mesh";

/** On a TrafficRoute: the Canary that it belongs to, NAME.NAMESPACE. A Canary cannot own what is outside its namespace. */
const canaryKey = "headgate.dev/canary";

const serviceTag = "kuma.io/service";

/**
 * Kuma: one TrafficRoute with the name of the apex, from all proxies of the mesh to primary and canary. It has no
 * namespace, so that Canaries of several namespaces may want the same one: the first has it, the others are refused. Of
 * a route to this apex that is nobody's, mesh, selectors and split are corrected whoever made it. There is no A/B, no
 * mirroring, and no status.
 */
export const kuma: Router<readonly [TrafficRoute]> = {
  name: "kuma",

  inputs: (canary) => [routeAt(canary)],

  render: ({ canary, live: [live] }, routes) => {
    const refusal = live && othersRoute(canary, live);
    if (refusal !== undefined) throw new InvalidSpec(refusal);
    const { labels, annotations } = canary.spec.service?.apex ?? {};
    const apex = apexName(canary);
    const wanted = {
      mesh: given(canary.metadata.annotations?.[meshKey]) ?? "default",
      spec: {
        ...live?.spec,
        sources: [{ match: { [serviceTag]: "*" } }],
        destinations: [{ match: tagsOf(canary, apex) }],
        conf: {
          ...live?.spec?.conf,
          split: [
            { weight: routes.primary, destination: tagsOf(canary, primaryName(apex)) },
            { weight: routes.canary, destination: tagsOf(canary, canaryName(apex)) },
          ],
          destination: undefined,
        },
      },
    };
    const own = { ...managedAnnotations(annotations), [canaryKey]: sourceName(canary) };
    if (live === undefined) {
      const metadata = { name: apex, ...(labels !== undefined && { labels }), annotations: own };
      const object = { apiVersion: apiVersionOf(trafficRoutes), kind: trafficRoutes.kind, metadata, ...wanted };
      return [{ kind: "create", resource: trafficRoutes, object }];
    }
    // Kuma puts labels of its own on its objects.
    const allLabels = { ...live.metadata.labels, ...labels };
    const change = changeTo(trafficRoutes, live, {
      ...live,
      ...wanted,
      metadata: {
        ...live.metadata,
        labels: Object.keys(allLabels).length > 0 ? allLabels : undefined,
        annotations: { ...live.metadata.annotations, ...own },
      },
    });
    return change === undefined ? [] : [change];
  },

  read: ({ canary, live: [live] }) => {
    const route = `TrafficRoute ${apexName(canary)}`;
    if (live === undefined) return { notReady: `${route} does not exist` };
    const reason = othersRoute(canary, live);
    return reason === undefined ? routesIn(canary, live, route) : { notReady: reason };
  },

  // Nothing else deletes it, and it would go on sending requests to the primary.
  undo: ({ canary, live: [live] }) =>
    live !== undefined && (ownerOf(live) === sourceName(canary) || isLeftOver(canary, live))
      ? [{ kind: "delete", ...routeAt(canary) }]
      : [],
};

function routeAt(canary: Canary): ObjectAt<TrafficRoute> {
  return { resource: trafficRoutes, key: { name: apexName(canary) } };
}

/** What the tag of a Service of the Canary's begins with: all but the port, which the Canary may change. */
function prefixOf({ metadata }: Canary, service: string): string {
  return `${service}_${metadata.namespace ?? ""}_svc_`;
}

function tagsOf(canary: Canary, service: string): Tags {
  return { [serviceTag]: `${prefixOf(canary, service)}${canary.spec.service?.port ?? ""}` };
}

function isFor(canary: Canary, service: string, tags: Tags | undefined): boolean {
  return tags?.[serviceTag]?.startsWith(prefixOf(canary, service)) ?? false;
}

function ownerOf({ metadata }: TrafficRoute): string | undefined {
  return metadata.annotations?.[canaryKey];
}

/** Why the route must not be touched; undefined for this Canary's, and for one to its apex that is nobody's. */
function othersRoute(canary: Canary, live: TrafficRoute): string | undefined {
  const owner = ownerOf(live);
  if (owner === sourceName(canary)) return undefined;
  const route = `TrafficRoute ${live.metadata.name}`;
  const fix = `give canary ${sourceName(canary)} another spec.service.name`;
  if (owner !== undefined) {
    return `${route} belongs to canary ${owner}, and has no namespace: ${fix}, or delete the route if that canary is gone`;
  }
  const apex = apexName(canary);
  const destinations = live.spec?.destinations ?? [];
  if (destinations.length > 0 && destinations.every(({ match }) => isFor(canary, apex, match))) return undefined;
  const others = destinations.map(({ match }) => match?.[serviceTag] ?? "*").join(", ");
  const place = `service ${apex}.${canary.metadata.namespace ?? ""}`;
  return `${route} is not for ${place} but for ${others === "" ? "none" : others}: ${fix}, or delete the route`;
}

/** Whether the route is nobody's but sends requests to the primary, as one does that Flagger made. */
function isLeftOver(canary: Canary, live: TrafficRoute): boolean {
  return othersRoute(canary, live) === undefined && !("notReady" in routesIn(canary, live, ""));
}

/** The weights in percent. */
function routesIn(canary: Canary, { spec }: TrafficRoute, route: string): Routes | NotReady {
  const apex = apexName(canary);
  const weightOf = (service: string) => {
    const split = spec?.conf?.split?.find(({ destination }) => isFor(canary, service, destination));
    return Math.max(0, split?.weight ?? 0);
  };
  const [primary, tested] = [weightOf(primaryName(apex)), weightOf(canaryName(apex))];
  const sum = primary + tested;
  if (!(sum > 0)) return { notReady: `${route} sends requests to neither primary nor canary` };
  const share = Math.round((100 * tested) / sum);
  return { primary: 100 - share, canary: share, mirrored: false };
}
