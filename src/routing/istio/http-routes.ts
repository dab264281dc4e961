import type { Canary, CanaryService } from "../../api/canary.ts";
import { given } from "../../api/given.ts";
import type { Routes } from "../../api/routes.ts";
import { cookiePattern } from "../cookies.ts";
import type { Backend } from "../services.ts";
import { destinationOf, hostOf, only, weighted } from "./destinations.ts";
import type { Weights } from "../session-cookies.ts";
import { narrowed, triedMatches } from "./http-matches.ts";
import { cookieRules } from "../session-cookies.ts";
import type { Headers, HttpDestination, HttpMatch, HttpRoute } from "./virtual-service.ts";

/**
 * The HTTP routes that bring these routes about. The last one with two destinations has the weights; before it are those
 * for users with a cookie, and after it, where `analysis.match` says whom a release is about, one for everybody else.
 * @throws InvalidSpec for a condition in `analysis.match` that everybody would meet
 */
export function httpRoutesOf(canary: Canary, service: CanaryService, routes: Routes): readonly HttpRoute[] {
  const { match = [] } = canary.spec.analysis;
  const tried = triedMatches(match, service.match ?? []);
  const cookies = cookieRules(canary, routes);
  const copies = routes.mirrored ? copiesOf(canary, service) : {};
  const route = (to: readonly HttpMatch[], weights: Weights, setCookies: SetCookies = {}): HttpRoute => ({
    ...routeTo(service, to, destinations(canary, service, weights, setCookies)),
    ...copies,
  });
  const having = (cookie: string) => narrowed(tried, { headers: { cookie: { regex: cookiePattern(cookie) } } });

  return [
    ...cookies.keep.map(({ cookie, at }) => route(having(cookie), at)),
    ...cookies.forget.map(({ cookie, setCookie }) =>
      route(having(cookie), routes, { primary: setCookie, canary: setCookie }),
    ),
    route(tried, routes, cookies.give),
    ...(match.length === 0 ? [] : [httpRouteTo(hostOf(canary, routes.rest ?? "primary"), service)]),
  ];
}

/** The route that sends all that is served to one Service. */
export function httpRouteTo(host: string, service: CanaryService): HttpRoute {
  return routeTo(service, service.match ?? [], only(host, service));
}

/** Values of the Set-Cookie header that the answers of a backend get. */
type SetCookies = Partial<Readonly<Record<Backend, string>>>;

function destinations(
  canary: Canary,
  service: CanaryService,
  weights: Weights,
  { primary, canary: tested }: SetCookies,
): readonly HttpDestination[] {
  const headers = [primary, tested].map((value): Headers | undefined =>
    value === undefined ? undefined : { response: { add: { "Set-Cookie": value } } },
  );
  return weighted(canary, service, weights).map((each, index) => ({ ...each, headers: headers[index] }));
}

function copiesOf(canary: Canary, service: CanaryService): Pick<HttpRoute, "mirror" | "mirrorPercentage"> {
  const { mirrorWeight = 0 } = canary.spec.analysis;
  return {
    mirror: destinationOf(hostOf(canary, "canary"), service),
    ...(mirrorWeight > 0 && { mirrorPercentage: { value: Math.min(100, mirrorWeight) } }),
  };
}

/** What `service` asks for on every route. The API server refuses empty durations, and Istio an empty rewrite. */
function routeTo(
  { rewrite, timeout, retries, corsPolicy, headers }: CanaryService,
  match: readonly HttpMatch[],
  route: readonly HttpDestination[],
): HttpRoute {
  const [uri, authority] = [given(rewrite?.uri), given(rewrite?.authority)];
  return {
    match: match.length === 0 ? undefined : match,
    rewrite: uri === undefined && authority === undefined ? undefined : { uri, authority },
    timeout: given(timeout),
    retries: retries && {
      attempts: retries.attempts,
      perTryTimeout: given(retries.perTryTimeout),
      retryOn: given(retries.retryOn),
    },
    corsPolicy: corsPolicy && { ...corsPolicy, maxAge: given(corsPolicy.maxAge) },
    headers,
    route,
  };
}
