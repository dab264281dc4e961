import type { Canary, CanaryService } from "../../../api/canary.ts";
import type { Resource } from "../../../kubernetes/resources.ts";
import type { HeaderMatch } from "../header-matches.ts";
import type { PlannedRoute } from "../planned-routes.ts";
import { retriesOf } from "../retries.ts";
import type { RetryEvents } from "../retries.ts";
import { pathPrefixOf, protocolOf, serviceOf } from "../service-settings.ts";
import type { Reported } from "../status.ts";
import { meshNameOf } from "./mesh-name.ts";
import type { Listener } from "./virtual-node.ts";

/*
 * The parts of a VirtualService that the router writes and reads: it has the virtual router in it. Source: the API types
 * of github.com/aws/aws-app-mesh-controller-for-k8s before 1.0.
 */

export interface VirtualService extends Reported {
  readonly spec?: VirtualServiceSpec;
}

export interface VirtualServiceSpec {
  readonly meshName?: string;
  readonly virtualRouter?: { readonly name: string; readonly listeners?: readonly Listener[] };
  readonly routes?: readonly Route[];
}

export interface Route {
  readonly name: string;
  /** The lowest is tried first. */
  readonly priority?: number | undefined;
  readonly http?: {
    readonly match?: { readonly prefix: string; readonly headers?: readonly HeaderMatch[] | undefined };
    readonly action?: { readonly weightedTargets?: readonly WeightedTarget[] };
    readonly retryPolicy?: RetryPolicy | undefined;
  };
}

interface WeightedTarget {
  readonly virtualNodeName?: string;
  readonly weight?: number;
}

interface RetryPolicy extends Omit<RetryEvents, "grpcRetryEvents"> {
  readonly maxRetries: number;
  readonly perRetryTimeoutMillis: number;
}

export const virtualServices: Resource<VirtualService> = {
  group: "appmesh.k8s.aws",
  version: "v1beta1",
  kind: "VirtualService",
  plural: "virtualservices",
  namespaced: true,
  origin: "the App Mesh controller before 1.0",
};

/**
 * The spec of a VirtualService with a virtual router of this name.
 * @throws InvalidSpec for retries that App Mesh does not have
 */
export function virtualServiceSpec(
  canary: Canary,
  router: string,
  routes: readonly PlannedRoute[],
): VirtualServiceSpec {
  const service = serviceOf(canary);
  const portMapping = { port: service.port, protocol: protocolOf(service) };
  return {
    meshName: meshNameOf(canary),
    virtualRouter: { name: router, listeners: [{ portMapping }] },
    routes: routes.map((route) => routeOf(service, route)),
  };
}

function routeOf(service: CanaryService, { name, priority, headers, targets }: PlannedRoute): Route {
  return {
    name,
    priority,
    http: {
      match: { prefix: pathPrefixOf(service), headers },
      action: { weightedTargets: targets.map(({ node, weight }) => ({ virtualNodeName: node, weight })) },
      retryPolicy: retryPolicyOf(service),
    },
  };
}

function retryPolicyOf(service: CanaryService): RetryPolicy | undefined {
  // v1beta1 has no routes for gRPC, whatever its listeners speak.
  const retries = retriesOf(service, "http");
  if (retries === undefined) return undefined;
  return { maxRetries: retries.maxRetries, perRetryTimeoutMillis: retries.perTryTimeout, ...retries.events };
}
