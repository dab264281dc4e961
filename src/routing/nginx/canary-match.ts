import type { MatchCondition } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { given } from "../../api/given.ts";

/**
 * The annotations, without their prefix, by which ingress-nginx tells whom an A/B test is about: those with the header or
 * the cookie. It knows one of each. Of several headers the last one counts, as in Flagger, and of several cookies, too.
 * Source: kubernetes.github.io/ingress-nginx, annotations, Canary.
 * @throws InvalidSpec for a condition that would select other requests than it says
 */
export function matchAnnotations(match: readonly MatchCondition[]): Readonly<Record<string, string>> {
  const conditions = match.map(conditionOf);
  return { ...conditions.findLast(isForCookie), ...conditions.findLast((condition) => !isForCookie(condition)) };
}

const byCookie = "canary-by-cookie";
const byHeader = "canary-by-header";

type Condition = Readonly<Record<string, string>>;

function isForCookie(condition: Condition): boolean {
  return condition[byCookie] !== undefined;
}

function conditionOf({ headers = {}, queryParams = {}, sourceLabels = {} }: MatchCondition, index: number): Condition {
  const field = `spec.analysis.match[${index}]`;
  const [[name, value] = [], ...further] = Object.entries(headers);
  const others = Object.keys({ ...queryParams, ...sourceLabels });
  if (name === undefined || value === undefined || further.length + others.length > 0) {
    throw new InvalidSpec(
      `${field}: must be about one header and nothing else, as NGINX cannot ask for two things at once`,
    );
  }
  const [exact, regex] = [given(value.exact), given(value.regex)];
  if (name.toLowerCase() === "cookie") {
    if (exact !== undefined) return { [byCookie]: exact };
    throw new InvalidSpec(
      `${field}.headers.${name}: must have exact: the name of a cookie, whose value is to be always`,
    );
  }
  if (exact !== undefined) return { [byHeader]: name, "canary-by-header-value": exact };
  if (regex !== undefined) return { [byHeader]: name, "canary-by-header-pattern": regex };
  throw new InvalidSpec(`${field}.headers.${name}: must have exact or regex, as NGINX compares in no other way`);
}
