import type { CanaryService } from "../../api/canary.ts";
import { parseDuration } from "../../api/duration.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { given } from "../../api/given.ts";
import type { CorsFilter, HeaderLine, HeaderModifier, HttpRouteFilter, ServiceRef, UrlRewrite } from "./http-route.ts";
import type { Version } from "./http-route.ts";

type HeaderOperations = NonNullable<NonNullable<CanaryService["headers"]>["request"]>;

/**
 * What `service` does to requests and answers: headers, rewrite, mirrors and, in v1, cross-origin requests, in Flagger's
 * order.
 * @throws InvalidSpec for a `corsPolicy.maxAge` that is no duration
 */
export function filtersOf(service: CanaryService, version: Version): readonly HttpRouteFilter[] {
  const { headers: { request, response } = {}, rewrite, mirror = [], corsPolicy } = service;
  return [
    ...(request === undefined
      ? []
      : [{ type: "RequestHeaderModifier", requestHeaderModifier: modifierOf(request) } as const]),
    ...(response === undefined
      ? []
      : [{ type: "ResponseHeaderModifier", responseHeaderModifier: modifierOf(response) } as const]),
    ...(rewrite === undefined ? [] : [{ type: "URLRewrite", urlRewrite: rewriteOf(rewrite) } as const]),
    ...mirror.map(({ backendRef }) => mirrorTo({ group: "", kind: "Service", ...backendRef })),
    ...(corsPolicy === undefined || version !== "v1" ? [] : [{ type: "CORS", cors: corsOf(corsPolicy) } as const]),
  ];
}

/** Sends a copy of every request there. */
export function mirrorTo(backendRef: ServiceRef): HttpRouteFilter {
  return { type: "RequestMirror", requestMirror: { backendRef } };
}

/** The filters with one more header on answers. */
export function addToAnswers(filters: readonly HttpRouteFilter[], header: HeaderLine): readonly HttpRouteFilter[] {
  const others = filters.filter(({ type }) => type !== "ResponseHeaderModifier");
  if (others.length === filters.length) {
    return [...filters, { type: "ResponseHeaderModifier", responseHeaderModifier: { add: [header] } }];
  }
  return filters.map((filter) => {
    if (filter.type !== "ResponseHeaderModifier") return filter;
    const { responseHeaderModifier: modifier } = filter;
    return { ...filter, responseHeaderModifier: { ...modifier, add: [...(modifier.add ?? []), header] } };
  });
}

function modifierOf({ add, set, remove }: HeaderOperations): HeaderModifier {
  return { add: linesOf(add), set: linesOf(set), remove: listOf(remove) };
}

function linesOf(headers: Readonly<Record<string, string>> = {}): readonly HeaderLine[] | undefined {
  const sorted = Object.entries(headers).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return listOf(sorted.map(([name, value]) => ({ name, value })));
}

function rewriteOf({ uri, authority, type }: NonNullable<CanaryService["rewrite"]>): UrlRewrite {
  const path = given(uri);
  return {
    hostname: given(authority),
    path:
      path === undefined
        ? undefined
        : type === "ReplacePrefixMatch"
          ? { type, replacePrefixMatch: path }
          : { type: "ReplaceFullPath", replaceFullPath: path },
  };
}

/** What the API server takes for no `maxAge`, in seconds. */
const defaultMaxAge = 5;

/** `allowOrigins` has conditions, which the Gateway API does not know. */
function corsOf(policy: NonNullable<CanaryService["corsPolicy"]>): CorsFilter {
  const maxAge = given(policy.maxAge);
  return {
    allowOrigins: listOf(policy.allowOrigin),
    allowMethods: listOf(policy.allowMethods),
    allowHeaders: listOf(policy.allowHeaders),
    exposeHeaders: listOf(policy.exposeHeaders),
    allowCredentials: policy.allowCredentials,
    maxAge: maxAge === undefined ? defaultMaxAge : secondsOf(maxAge),
  };
}

function secondsOf(maxAge: string): number {
  try {
    return Math.floor(parseDuration(maxAge) / 1000);
  } catch (cause) {
    throw new InvalidSpec(`spec.service.corsPolicy.maxAge: must be a duration such as 24h, not "${maxAge}"`, { cause });
  }
}

function listOf<T>(list: readonly T[] = []): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
