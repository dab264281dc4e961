import type { Canary, CanaryService } from "../../api/canary.ts";
import { apexName, canaryName, primaryName } from "../../api/names.ts";
import type { Routes } from "../../api/routes.ts";
import type { ObjectAt } from "../../kubernetes/change.ts";
import type { NotReady, Router } from "../router.ts";
import { traefikServices } from "./traefik-service.ts";
import type { TraefikService, WeightedService } from "./traefik-service.ts";
import { apexAt, apexChange } from "../apex-object.ts";
import { serviceSpec } from "../services.ts";

/**
 * Traefik: one TraefikService with the name of the apex, which the user's IngressRoute refers to. Of one that exists, the
 * weighted services are replaced whoever made it; its labels only if this Canary is its controller.
 * Source: doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/traefikservice.
 */
export const traefik: Router<readonly [TraefikService]> = {
  name: "traefik",

  inputs: (canary) => [traefikServiceAt(canary)],

  render: ({ canary, live: [live] }, routes) => {
    const service = serviceSpec(canary);
    const services = weightedServices(canary, service, routes);
    const change = apexChange(traefikServices, canary, live, { weighted: { ...live?.spec?.weighted, services } });
    return change === undefined ? [] : [change];
  },

  read: ({ canary, live: [live] }) => {
    const { name, namespace = "" } = traefikServiceAt(canary).key;
    const service = `TraefikService ${name}.${namespace}`;
    if (live === undefined) return { notReady: `${service} does not exist` };
    return routesIn(live, canary, service);
  },

  // A TraefikService of this Canary goes with it; one that was there before stays as it is.
  undo: () => [],
};

const traefikServiceAt = (canary: Canary): ObjectAt<TraefikService> => apexAt(traefikServices, canary);

/**
 * A Service without a share is left out: unless it is told to allow empty Services, Traefik serves nobody by a
 * TraefikService in which one has no endpoints, be it that of a canary at rest or of a primary that cannot start.
 */
function weightedServices(canary: Canary, { port }: CanaryService, routes: Routes): readonly WeightedService[] {
  const apex = apexName(canary);
  const { namespace } = canary.metadata;
  const weighted = (name: string, weight: number): WeightedService => ({
    name,
    ...(namespace !== undefined && { namespace }),
    port,
    weight,
  });
  return [weighted(primaryName(apex), routes.primary), weighted(canaryName(apex), routes.canary)].filter(
    ({ weight = 0 }) => weight > 0,
  );
}

/** The weights of primary and canary, in percent. */
function routesIn({ spec }: TraefikService, canary: Canary, service: string): Routes | NotReady {
  const apex = apexName(canary);
  const services = spec?.weighted?.services ?? [];
  const weightOf = (wanted: string): number => {
    const found = services.find(({ kind = "Service", name }) => kind === "Service" && name === wanted);
    return found === undefined ? 0 : (found.weight ?? 1);
  };
  const [primary, tested] = [weightOf(primaryName(apex)), weightOf(canaryName(apex))];
  if (primary + tested === 0) return { notReady: `${service} sends requests to neither primary nor canary` };
  const share = Math.round((100 * tested) / (primary + tested));
  return { primary: 100 - share, canary: share, mirrored: false };
}
