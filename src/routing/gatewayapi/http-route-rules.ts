import type { Canary, CanaryService } from "../../api/canary.ts";
import { given } from "../../api/given.ts";
import { apexName, canaryName, primaryName } from "../../api/names.ts";
import type { Routes } from "../../api/routes.ts";
import { cookiePattern } from "../cookies.ts";
import { cookieRules } from "../session-cookies.ts";
import type { Weights } from "../session-cookies.ts";
import { addToAnswers, filtersOf, mirrorTo } from "./http-route-filters.ts";
import { narrowed, servedMatches, triedMatches } from "./http-route-matches.ts";
import type {
  BackendRef,
  HeaderLine,
  HttpRouteFilter,
  HttpRouteMatch,
  HttpRouteRule,
  ServiceRef,
  Version,
} from "./http-route.ts";

/**
 * The rules of the HTTPRoute that bring these routes about. The last one with two backends has the weights; before it are
 * those for users with a cookie, and after it, where `analysis.match` says whom a release is about, one for everybody
 * else. v1beta1 has neither timeouts nor cookies of the primary's users.
 * @throws InvalidSpec for a match or a duration that the Gateway API does not have
 */
export function rulesOf(
  canary: Canary,
  service: CanaryService,
  routes: Routes,
  version: Version,
): readonly HttpRouteRule[] {
  const { match = [] } = canary.spec.analysis;
  const { primary, canary: tested } = backendsOf(canary, service);
  const timeouts = version === "v1" ? timeoutsOf(service) : undefined;
  const rule = (
    matches: readonly HttpRouteMatch[],
    backendRefs: readonly BackendRef[],
    filters: readonly HttpRouteFilter[],
  ): HttpRouteRule => ({ matches, filters: filters.length > 0 ? filters : undefined, backendRefs, timeouts });
  const weighted = (weights: Weights, added: Added = {}): readonly BackendRef[] => [
    { ...primary, weight: weights.primary, filters: added.primary },
    { ...tested, weight: weights.canary, filters: added.canary },
  ];

  const served = servedMatches(service.match);
  const tried = triedMatches(match, served);
  const always = filtersOf(service, version);
  const filters = routes.mirrored ? [...always, mirrorTo(tested)] : always;
  const cookies = cookieRules(canary, routes, version === "v1");

  const having = (cookie: string): readonly HttpRouteMatch[] =>
    narrowed(tried, { headers: [{ type: "RegularExpression", name: "Cookie", value: cookiePattern(cookie) }] });

  return [
    ...cookies.keep.map(({ cookie, at }) => rule(having(cookie), weighted(at), filters)),
    ...cookies.forget.map(({ cookie, setCookie: value }) =>
      rule(having(cookie), weighted(routes), addToAnswers(filters, setCookie(value))),
    ),
    rule(
      tried,
      weighted(routes, { primary: giving(cookies.give.primary), canary: giving(cookies.give.canary) }),
      filters,
    ),
    ...(match.length === 0
      ? []
      : [rule(served, [{ ...(routes.rest === "canary" ? tested : primary), weight: 100 }], always)]),
  ];
}

function backendsOf(canary: Canary, { port }: CanaryService): Readonly<Record<keyof Weights, ServiceRef>> {
  const apex = apexName(canary);
  const ref = (name: string): ServiceRef => ({ group: "", kind: "Service", name, port });
  return { primary: ref(primaryName(apex)), canary: ref(canaryName(apex)) };
}

function timeoutsOf({ timeout, backendTimeout }: CanaryService): HttpRouteRule["timeouts"] {
  const [request, backendRequest] = [given(timeout), given(backendTimeout)];
  return request === undefined && backendRequest === undefined ? undefined : { request, backendRequest };
}

/** Filters for the answers of one backend. */
type Added = Partial<Readonly<Record<keyof Weights, readonly HttpRouteFilter[] | undefined>>>;

const setCookie = (value: string): HeaderLine => ({ name: "Set-Cookie", value });

function giving(cookie: string | undefined): readonly HttpRouteFilter[] | undefined {
  return cookie === undefined ? undefined : addToAnswers([], setCookie(cookie));
}
