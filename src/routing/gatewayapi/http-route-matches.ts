import type { CanaryService, MatchCondition } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import type { HttpRouteMatch, NamedMatch } from "./http-route.ts";

type RouteCondition = NonNullable<CanaryService["match"]>[number];
type Conditions = Readonly<Record<string, { readonly exact?: string; readonly regex?: string }>>;

/** What is asked of a request beside its path and method. */
type NamedConditions = Pick<HttpRouteMatch, "headers" | "queryParams">;

const anyPath = { type: "PathPrefix", value: "/" } as const;

/**
 * The requests that the route takes (`service.match`): any of these, all when there are none. A condition on nothing
 * that the Gateway API knows, such as one on `sourceLabels` alone, is left out.
 * @throws InvalidSpec for a comparison that the Gateway API does not have
 */
export function servedMatches(conditions: readonly RouteCondition[] = []): readonly HttpRouteMatch[] {
  const matches = conditions.flatMap((condition, index): readonly HttpRouteMatch[] => {
    const field = `spec.service.match[${index}]`;
    const { uri, method } = condition;
    const match = {
      ...(uri !== undefined && { path: pathOf(uri, `${field}.uri`) }),
      ...(method !== undefined && { method: methodOf(method, `${field}.method`) }),
      ...namedConditions(condition, field),
    };
    return Object.keys(match).length === 0 ? [] : [{ path: anyPath, ...match }];
  });
  return matches.length === 0 ? [{ path: anyPath }] : matches;
}

/**
 * The requests among the served ones that a release is about (`analysis.match`): all when it does not say.
 * @throws InvalidSpec for a comparison that the Gateway API does not have, or none that it has
 */
export function triedMatches(
  conditions: readonly MatchCondition[],
  served: readonly HttpRouteMatch[],
): readonly HttpRouteMatch[] {
  const named = conditions
    .map((condition, index) => namedConditions(condition, `spec.analysis.match[${index}]`))
    .filter((each) => Object.keys(each).length > 0);
  if (named.length > 0) return named.flatMap((each) => narrowed(served, each));
  if (conditions.length === 0) return served;
  throw new InvalidSpec(
    "spec.analysis.match: must have headers or queryParams, which are all that the Gateway API knows",
  );
}

/** Those of the requests that also meet these conditions, which replace conditions of the same name. */
export function narrowed(
  matches: readonly HttpRouteMatch[],
  { headers = [], queryParams = [] }: NamedConditions,
): readonly HttpRouteMatch[] {
  return matches.map((match) => {
    const allHeaders = united(headers, match.headers, (name) => name.toLowerCase());
    const allParams = united(queryParams, match.queryParams, (name) => name);
    return {
      ...match,
      ...(allHeaders.length > 0 && { headers: allHeaders }),
      ...(allParams.length > 0 && { queryParams: allParams }),
    };
  });
}

function united(first: readonly NamedMatch[], second: readonly NamedMatch[] = [], key: (name: string) => string) {
  const names = new Set(first.map(({ name }) => key(name)));
  return [...first, ...second.filter(({ name }) => !names.has(key(name)))];
}

function pathOf({ regex = "", exact = "", prefix = "" }: NonNullable<RouteCondition["uri"]>, field: string) {
  if (regex !== "") return { type: "RegularExpression", value: regex } as const;
  if (exact !== "") return { type: "Exact", value: exact } as const;
  if (prefix !== "") return { type: "PathPrefix", value: prefix } as const;
  throw new InvalidSpec(`${field}: must have exact, prefix or regex`);
}

function methodOf({ exact = "" }: NonNullable<RouteCondition["method"]>, field: string): string {
  if (exact !== "") return exact;
  throw new InvalidSpec(`${field}: must have exact, as the Gateway API compares methods in no other way`);
}

function namedConditions({ headers, queryParams }: RouteCondition | MatchCondition, field: string): NamedConditions {
  const ofHeaders = namedMatches(headers, `${field}.headers`);
  const ofParams = namedMatches(queryParams, `${field}.queryParams`);
  return {
    ...(ofHeaders.length > 0 && { headers: ofHeaders }),
    ...(ofParams.length > 0 && { queryParams: ofParams }),
  };
}

/** In the order of their names: the order of a map's keys means nothing. */
function namedMatches(conditions: Conditions = {}, field: string): readonly NamedMatch[] {
  return Object.entries(conditions)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { exact = "", regex = "" }]): NamedMatch => {
      if (exact !== "") return { type: "Exact", name, value: exact };
      if (regex !== "") return { type: "RegularExpression", name, value: regex };
      throw new InvalidSpec(`${field}.${name}: must have exact or regex, as the Gateway API compares in no other way`);
    });
}
