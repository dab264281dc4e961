import type { MatchCondition } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import type { Matcher, NamedMatch } from "./route-table.ts";

type Conditions = Readonly<Record<string, { readonly exact?: string; readonly regex?: string }>>;

/**
 * The requests that a release is about (`analysis.match`): any of these. Empty when it does not say.
 * @throws InvalidSpec for a comparison that Gloo does not have, or none that it has
 */
export function matchersOf(conditions: readonly MatchCondition[]): readonly Matcher[] {
  const matchers = conditions.flatMap(({ headers, queryParams }, index): readonly Matcher[] => {
    const field = `spec.analysis.match[${index}]`;
    const ofHeaders = namedMatches(headers, `${field}.headers`);
    const ofParams = namedMatches(queryParams, `${field}.queryParams`);
    const matcher = {
      ...(ofHeaders.length > 0 && { headers: ofHeaders }),
      ...(ofParams.length > 0 && { queryParameters: ofParams }),
    };
    return Object.keys(matcher).length === 0 ? [] : [matcher];
  });
  if (conditions.length > 0 && matchers.length === 0) {
    throw new InvalidSpec(
      "spec.analysis.match: must have headers or queryParams, which are all that Gloo can tell apart",
    );
  }
  return matchers;
}

/** In the order of their names: the order of a map's keys means nothing. */
function namedMatches(conditions: Conditions = {}, field: string): readonly NamedMatch[] {
  return Object.entries(conditions)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { exact = "", regex = "" }]): NamedMatch => {
      if (exact !== "") return { name, value: exact };
      if (regex !== "") return { name, value: regex, regex: true };
      throw new InvalidSpec(`${field}.${name}: must have exact or regex, as Gloo compares in no other way`);
    });
}
