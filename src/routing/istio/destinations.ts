import type { Canary, CanaryService } from "../../api/canary.ts";
import { apexName, canaryName, primaryName } from "../../api/names.ts";
import type { Backend } from "../services.ts";
import type { Weights } from "../session-cookies.ts";
import type { Destination, WeightedDestination } from "./virtual-service.ts";

/** The Service of a backend, by its short name. */
export function hostOf(canary: Canary, backend: Backend): string {
  const apex = apexName(canary);
  return backend === "primary" ? primaryName(apex) : canaryName(apex);
}

/**
 * A Service as a destination. With further ports Istio would go by the port that the request came in on, which at a
 * gateway is the gateway's.
 */
export function destinationOf(
  host: string,
  { portDiscovery, gateways = [], delegation, port }: CanaryService,
): Destination {
  const atGateway = (gateways[0] ?? mesh) !== mesh || delegation === true;
  return { host, ...(portDiscovery === true && atGateway && { port: { number: port } }) };
}

/** The gateway that stands for all callers inside the mesh. */
export const mesh = "mesh";

/** Both backends with their weights, the primary first. */
export function weighted(canary: Canary, service: CanaryService, weights: Weights): readonly WeightedDestination[] {
  return (["primary", "canary"] as const).map((backend) => ({
    destination: destinationOf(hostOf(canary, backend), service),
    weight: weights[backend],
  }));
}

/** One Service that gets everything. */
export function only(host: string, service: CanaryService): readonly WeightedDestination[] {
  return [{ destination: destinationOf(host, service), weight: 100 }];
}
