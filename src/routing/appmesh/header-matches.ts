import type { MatchCondition } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";

/** A condition on the value of a header, or of gRPC metadata. */
export interface HeaderMatch {
  readonly name: string;
  readonly match: HeaderMatchMethod;
}

/** One of these. */
export interface HeaderMatchMethod {
  readonly exact?: string;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly regex?: string;
}

/**
 * The headers by which the requests are told that a release is about (`analysis.match`): all conditions of any of these
 * lists. None when it does not say.
 * Source: docs.aws.amazon.com/app-mesh/latest/APIReference, HeaderMatchMethod.
 * @throws InvalidSpec for conditions on anything else
 */
export function triedHeaders(match: readonly MatchCondition[]): readonly (readonly HeaderMatch[])[] {
  const tried = match
    .map(({ headers = {}, queryParams = {} }, index) => {
      const field = `spec.analysis.match[${index}]`;
      if (Object.keys(queryParams).length > 0) {
        throw new InvalidSpec(`${field}.queryParams: not supported with App Mesh, use headers`);
      }
      return Object.entries(headers)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, condition]): HeaderMatch => ({ name, match: methodOf(condition, `${field}.headers.${name}`) }));
    })
    .filter((headers) => headers.length > 0);
  if (tried.length > 0 || match.length === 0) return tried;
  throw new InvalidSpec("spec.analysis.match: must have headers, by which alone App Mesh can tell requests apart here");
}

function methodOf(
  { exact = "", prefix = "", suffix = "", regex = "" }: HeaderMatchMethod,
  field: string,
): HeaderMatchMethod {
  if (exact !== "") return { exact };
  if (prefix !== "") return { prefix };
  if (suffix !== "") return { suffix };
  if (regex !== "") return { regex };
  throw new InvalidSpec(`${field}: must have exact, prefix, suffix or regex`);
}
