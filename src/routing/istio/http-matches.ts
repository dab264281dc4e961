import type { MatchCondition } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import type { HttpMatch, StringMatch } from "./virtual-service.ts";

/** What is asked of a request beside its path and method. */
type Narrowing = Pick<HttpMatch, "headers" | "queryParams" | "sourceLabels">;

/**
 * The requests among the served ones (`service.match`, everything when empty) that a release is about (`analysis.match`):
 * all when it does not say.
 * @throws InvalidSpec for a condition that asks for nothing: everybody would meet it
 */
export function triedMatches(
  conditions: readonly MatchCondition[],
  served: readonly HttpMatch[],
): readonly HttpMatch[] {
  return conditions.length === 0
    ? served
    : conditions.flatMap((condition, index) => narrowed(served, narrowingOf(condition, index)));
}

/** Those of the requests that also meet these conditions, which replace conditions of the same name. */
export function narrowed(served: readonly HttpMatch[], conditions: Narrowing): readonly HttpMatch[] {
  return (served.length === 0 ? [{}] : served).map((match): HttpMatch => {
    const headers = united(conditions.headers, match.headers, (name) => name.toLowerCase());
    const queryParams = united(conditions.queryParams, match.queryParams);
    const sourceLabels = united(conditions.sourceLabels, match.sourceLabels);
    return {
      ...match,
      ...(headers !== undefined && { headers }),
      ...(queryParams !== undefined && { queryParams }),
      ...(sourceLabels !== undefined && { sourceLabels }),
    };
  });
}

function united<T>(
  first: Readonly<Record<string, T>> = {},
  second: Readonly<Record<string, T>> = {},
  key = (name: string) => name,
): Readonly<Record<string, T>> | undefined {
  const names = new Set(Object.keys(first).map(key));
  const others = Object.entries(second).filter(([name]) => !names.has(key(name)));
  const all = [...others, ...Object.entries(first)];
  return all.length === 0 ? undefined : Object.fromEntries(all);
}

function narrowingOf({ headers = {}, queryParams = {}, sourceLabels = {} }: MatchCondition, index: number): Narrowing {
  const counts = [headers, queryParams, sourceLabels].map((conditions) => Object.keys(conditions).length);
  if (counts.every((count) => count === 0)) {
    throw new InvalidSpec(
      `spec.analysis.match[${index}]: must have headers, queryParams or sourceLabels, or everybody gets the canary`,
    );
  }
  const values = Object.entries(headers).map(([name, value]) => [name, withoutSuffix(value)] as const);
  return { headers: Object.fromEntries(values), queryParams, sourceLabels };
}

/** Istio does not know how a value ends, and the API server would drop that. */
function withoutSuffix({ suffix, ...match }: StringMatch & { readonly suffix?: string }): StringMatch {
  if (suffix === undefined) return match;
  return { regex: `.*${suffix.replaceAll(/[.*+?^$|()[\]{}\\]/g, String.raw`\$&`)}` };
}
