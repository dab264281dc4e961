import type { Canary, CanaryService } from "../../../api/canary.ts";
import type { Resource } from "../../../kubernetes/resources.ts";
import type { HeaderMatch } from "../header-matches.ts";
import type { PlannedRoute } from "../planned-routes.ts";
import { retriesOf } from "../retries.ts";
import type { RetryEvents } from "../retries.ts";
import { pathPrefixOf, protocolOf, serviceOf } from "../service-settings.ts";
import type { Reported } from "../status.ts";
import { durationOf, timeoutOf } from "./timeout.ts";
import type { Duration, Timeout } from "./timeout.ts";
import type { PortMapping } from "./virtual-node.ts";

/*
 * The parts of a VirtualRouter that the router writes and reads. Source: the API types of
 * github.com/aws/aws-app-mesh-controller-for-k8s, apis/appmesh/v1beta2.
 */

export interface VirtualRouter extends Reported {
  readonly spec?: VirtualRouterSpec;
}

export interface VirtualRouterSpec {
  readonly listeners?: readonly { readonly portMapping: PortMapping }[];
  readonly routes?: readonly Route[];
}

export interface Route {
  readonly name: string;
  /** The lowest is tried first. */
  readonly priority?: number | undefined;
  /** One of the two: the one of the listener's protocol. */
  readonly httpRoute?: RouteOf<HttpMatch>;
  readonly grpcRoute?: RouteOf<GrpcMatch>;
}

interface RouteOf<Match> extends RouteAction {
  readonly match?: Match;
}

interface RouteAction {
  readonly action?: { readonly weightedTargets?: readonly WeightedTarget[] };
  readonly retryPolicy?: RetryPolicy | undefined;
  readonly timeout?: Timeout | undefined;
}

interface HttpMatch {
  readonly prefix: string;
  readonly headers?: readonly HeaderMatch[] | undefined;
}

/** gRPC has no paths, and metadata for headers. */
interface GrpcMatch {
  readonly metadata?: readonly HeaderMatch[] | undefined;
}

interface WeightedTarget {
  readonly virtualNodeRef?: { readonly name: string };
  readonly weight?: number;
}

interface RetryPolicy extends RetryEvents {
  readonly maxRetries: number;
  readonly perRetryTimeout: Duration;
}

export const virtualRouters: Resource<VirtualRouter> = {
  group: "appmesh.k8s.aws",
  version: "v1beta2",
  kind: "VirtualRouter",
  plural: "virtualrouters",
  namespaced: true,
  origin: "the App Mesh controller",
};

/**
 * The spec of a VirtualRouter, which is called on the port of the Service. App Mesh wants routes of the listener's protocol
 * (docs.aws.amazon.com/app-mesh/latest/userguide/routes.html).
 * @throws InvalidSpec for retries that App Mesh does not have, or a timeout that is no duration
 */
export function virtualRouterSpec(canary: Canary, routes: readonly PlannedRoute[]): VirtualRouterSpec {
  const service = serviceOf(canary);
  return {
    listeners: [{ portMapping: { port: service.port, protocol: protocolOf(service) } }],
    routes: routes.map((route) => routeOf(service, route)),
  };
}

function routeOf(service: CanaryService, { name, priority, headers, targets }: PlannedRoute): Route {
  const weightedTargets = targets.map(({ node, weight }) => ({ virtualNodeRef: { name: node }, weight }));
  const action = { action: { weightedTargets }, retryPolicy: retryPolicyOf(service), timeout: timeoutOf(service) };
  return {
    name,
    priority,
    ...(protocolOf(service) === "grpc"
      ? { grpcRoute: { match: { metadata: headers }, ...action } }
      : { httpRoute: { match: { prefix: pathPrefixOf(service), headers }, ...action } }),
  };
}

function retryPolicyOf(service: CanaryService): RetryPolicy | undefined {
  const retries = retriesOf(service, protocolOf(service));
  if (retries === undefined) return undefined;
  return { maxRetries: retries.maxRetries, perRetryTimeout: durationOf(retries.perTryTimeout), ...retries.events };
}
