import type { Canary, CanaryService } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { apexName, canaryName, primaryName, sourceName } from "../../api/names.ts";
import { isControlledBy, ownerReference } from "../../api/ownership.ts";
import type { Routes } from "../../api/routes.ts";
import { changeTo } from "../../kubernetes/change.ts";
import type { ObjectAt } from "../../kubernetes/change.ts";
import { apiVersionOf } from "../../kubernetes/resources.ts";
import { managedAnnotations } from "../metadata.ts";
import type { NotReady, Router } from "../router.ts";
import { traefikServices } from "./traefik-service.ts";
import type { TraefikService, WeightedService } from "./traefik-service.ts";

/**
 * Traefik: one TraefikService with the name of the apex, which the user's IngressRoute refers to. Of one that exists, the
 * weighted services are replaced whoever made it; its labels only if this Canary is its controller.
 * Source: doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/traefikservice.
 */
export const traefik: Router<readonly [TraefikService]> = {
  name: "traefik",

  inputs: (canary) => [traefikServiceAt(canary)],

  render: ({ canary, live: [live] }, routes) => {
    const service = serviceOf(canary);
    const { labels, annotations } = service.apex ?? {};
    const services = weightedServices(canary, service, routes);
    if (live === undefined) {
      const metadata = {
        ...traefikServiceAt(canary).key,
        ...(labels !== undefined && { labels }),
        annotations: managedAnnotations(annotations),
        ownerReferences: [ownerReference(canary)],
      };
      const spec = { weighted: { services } };
      const object = { apiVersion: apiVersionOf(traefikServices), kind: traefikServices.kind, metadata, spec };
      return [{ kind: "create", resource: traefikServices, object }];
    }
    const allLabels = { ...(!isControlledBy(canary, live) && live.metadata.labels), ...labels };
    const change = changeTo(traefikServices, live, {
      ...live,
      metadata: {
        ...live.metadata,
        labels: Object.keys(allLabels).length > 0 ? allLabels : undefined,
        annotations: { ...live.metadata.annotations, ...managedAnnotations(annotations) },
      },
      spec: { ...live.spec, weighted: { ...live.spec?.weighted, services } },
    });
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

function traefikServiceAt(canary: Canary): ObjectAt<TraefikService> {
  const { namespace } = canary.metadata;
  return { resource: traefikServices, key: { name: apexName(canary), ...(namespace !== undefined && { namespace }) } };
}

function serviceOf(canary: Canary): CanaryService {
  const { service } = canary.spec;
  if (service !== undefined) return service;
  throw new InvalidSpec(`canary ${sourceName(canary)} must have spec.service.port`);
}

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
