import type { Canary, CanaryService, MatchCondition } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { given } from "../../api/given.ts";
import { apexName, canaryName, primaryName } from "../../api/names.ts";
import { allToCanary, allToPrimary } from "../../api/routes.ts";
import type { Routes } from "../../api/routes.ts";
import type {
  HeaderCondition,
  HttpProxyRoute,
  RetryPolicy,
  RouteCondition,
  TimeoutPolicy,
  WeightedService,
} from "./http-proxy.ts";

type HeaderMatch = NonNullable<MatchCondition["headers"]>[string];

/**
 * The routes of the HTTPProxy that bring these routes about: one with the weights, or one for each of `analysis.match` and
 * a last one for everybody else.
 * @throws InvalidSpec for a match that cannot be had from Contour
 */
export function routesOf(canary: Canary, service: CanaryService, routes: Routes): readonly HttpProxyRoute[] {
  const { match = [] } = canary.spec.analysis;
  const served: RouteCondition = { prefix: given(service.match?.[0]?.uri?.prefix) ?? "/" };
  const [timeoutPolicy, retryPolicy] = [timeoutOf(service), retriesOf(service)];
  const route = (conditions: readonly RouteCondition[], weights: Routes): HttpProxyRoute => ({
    conditions,
    services: servicesOf(canary, service, weights),
    timeoutPolicy,
    retryPolicy,
  });
  if (match.length === 0) return [route([served], routes)];
  return [
    ...triedHeaders(match).map((headers) => route([served, ...headers.map((header) => ({ header }))], routes)),
    route([served], routes.rest === "canary" ? allToCanary : allToPrimary),
  ];
}

/** A weight of 0 is left out, as a client written in Go does: beside one that is not, it means the same. */
function servicesOf(canary: Canary, { port }: CanaryService, weights: Routes): readonly WeightedService[] {
  const apex = apexName(canary);
  const { namespace = "" } = canary.metadata;
  const weighted = (name: string, weight: number): WeightedService => ({
    name,
    port,
    weight: weight === 0 ? undefined : weight,
    // A Linkerd proxy beside Envoy would otherwise balance by the Service that the request was for.
    requestHeadersPolicy: {
      set: [{ name: "l5d-dst-override", value: `${name}.${namespace}.svc.cluster.local:${port}` }],
    },
  });
  return [weighted(primaryName(apex), weights.primary), weighted(canaryName(apex), weights.canary)];
}

function timeoutOf({ timeout }: CanaryService): TimeoutPolicy | undefined {
  const response = given(timeout);
  return response === undefined ? undefined : { response, idle: "5m" };
}

function retriesOf({ retries }: CanaryService): RetryPolicy | undefined {
  if (retries === undefined) return undefined;
  const { attempts = 1, perTryTimeout, retryOn = "" } = retries;
  const causes = retryOn
    .split(",")
    .map((cause) => cause.trim())
    .filter((cause) => cause !== "");
  return {
    count: attempts === 0 ? -1 : attempts,
    perTryTimeout: given(perTryTimeout),
    retryOn: causes.length > 0 ? causes : undefined,
  };
}

/** The headers by which the requests are told that a release is about: all conditions of any of these lists. */
function triedHeaders(match: readonly MatchCondition[]): readonly (readonly HeaderCondition[])[] {
  const tried = match
    .map(({ headers = {}, queryParams = {} }, index) => {
      const field = `spec.analysis.match[${index}]`;
      if (Object.keys(queryParams).length > 0) {
        throw new InvalidSpec(`${field}.queryParams: not supported with Contour, use headers`);
      }
      return Object.entries(headers)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, condition]) => headerCondition(name, condition, `${field}.headers`));
    })
    .filter((headers) => headers.length > 0);
  if (tried.length > 0) return tried;
  throw new InvalidSpec("spec.analysis.match: must have headers, by which alone Contour can tell requests apart here");
}

function headerCondition(
  name: string,
  { exact = "", prefix = "", suffix = "" }: HeaderMatch,
  field: string,
): HeaderCondition {
  if (exact !== "") return { name, exact };
  const contains = prefix === "" ? suffix : prefix;
  if (contains !== "") return { name, contains };
  throw new InvalidSpec(`${field}.${name}: must have exact, prefix or suffix, as regex is not supported with Contour`);
}
