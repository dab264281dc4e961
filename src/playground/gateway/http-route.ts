import { attach } from "./attach.ts";
import type { Parents } from "./attach.ts";
import type { CorsPolicy } from "./cors.ts";
import { boundOf } from "./duration.ts";
import type {
  BackendRef,
  CorsFilter,
  HeaderModifier,
  HttpRoute,
  HttpRouteFilter,
  HttpRouteMatch,
  HttpRouteRule,
  NamedMatch,
  NamedValue,
  PathModifier,
  RequestMirror,
  RequestRedirect,
} from "./gateway-api.ts";
import { bothEdits, noHeaderRules } from "./headers.ts";
import type { HeaderEdits, HeaderRules } from "./headers.ts";
import { all, pathPrefix, queryValue, regex, replacePrefix } from "./match.ts";
import type { Facts, Test, ValueTest } from "./match.ts";
import { noRetries } from "./rule.ts";
import type { Answer, Mirror, Route, ServicePortRef } from "./rule.ts";
import { fullName } from "./services.ts";

type Namespace = string;

/** The routes that an HTTPRoute makes, one for each parent that takes it. */
export function compileHttpRoute(object: HttpRoute, parents: Parents): readonly Route[] {
  const { namespace = "default", name, creationTimestamp = "" } = object.metadata;
  const rules = (object.spec.rules ?? []).flatMap((rule) =>
    (rule.matches?.length ? rule.matches : [{}]).map((match) => compileRule(namespace, rule, match)),
  );
  const known = { age: creationTimestamp, name: `${namespace}/${name}` };
  return (object.spec.parentRefs ?? []).flatMap((parent): readonly Route[] => {
    const attachment = attach(object, parent, parents);
    switch (attachment.kind) {
      case "none":
      case "refused":
        return [];
      case "gateway":
        return [{ ...known, via: "gateway", hosts: attachment.hosts, applies: () => true, rules }];
      case "service": {
        const { service, port: only } = attachment;
        // Of a Service in another namespace, a route concerns the callers of its own namespace, and these first.
        const foreign = service.namespace !== namespace;
        const applies: Test = ({ port, caller }) => (only ?? port) === port && (!foreign || caller === namespace);
        const ranked = rules.map(({ rule, rank }) => ({ rule, rank: [foreign ? 1 : 0, ...rank] }));
        return [{ ...known, via: "mesh", hosts: [fullName(service)], applies, rules: ranked }];
      }
    }
  });
}

function compileRule(namespace: Namespace, rule: HttpRouteRule, match: HttpRouteMatch): Route["rules"][number] {
  const { filters = [], backendRefs = [], timeouts } = rule;
  const prefix = (match.path?.type ?? "PathPrefix") === "PathPrefix" ? (match.path?.value ?? "/") : undefined;
  const rewrite = filters.find(({ urlRewrite }) => urlRewrite)?.urlRewrite;
  const redirect = filters.find(({ requestRedirect }) => requestRedirect)?.requestRedirect;
  const cors = filters.find(({ cors }) => cors)?.cors;
  const { path } = rewrite ?? {};
  return {
    rank: rankOf(match),
    rule: {
      test: compileMatch(match),
      redirect: redirect && ((facts) => redirected(facts, redirect, prefix)),
      rewritePath: path && ((from) => modifiedPath(from, path, prefix)),
      rewriteHost: rewrite?.hostname,
      headers: headerRules(filters),
      backends: backendRefs.map((ref) => ({
        to: serviceOf(namespace, ref),
        weight: ref.weight ?? 1,
        headers: headerRules(ref.filters ?? []),
      })),
      mirrors: filters.flatMap(({ requestMirror }) => (requestMirror ? mirrorsOf(namespace, requestMirror) : [])),
      cors: cors && corsPolicy(cors),
      timeoutMs: boundOf(timeouts?.request),
      tryTimeoutMs: boundOf(timeouts?.backendRequest),
      retries: noRetries,
      missing: 500,
    },
  };
}

/**
 * Which match goes first: the exact path, then an expression, then the longest prefix; then one with a method, the most
 * headers, the most query parameters. Source: Gateway API, HTTPRouteRule.matches, which leaves the place of expressions
 * open: after the prefixes, `/` would hide them all.
 */
function rankOf({ path, method, headers = [], queryParams = [] }: HttpRouteMatch): readonly number[] {
  const { type = "PathPrefix", value = "/" } = path ?? {};
  const kind = { Exact: 2, RegularExpression: 1 }[type] ?? 0;
  return [kind, kind === 1 ? 0 : value.length, method === undefined ? 0 : 1, headers.length, queryParams.length];
}

function compileMatch({ path, headers = [], queryParams = [], method }: HttpRouteMatch): Test {
  const pathTest = compilePath(path);
  return all([
    (facts) => pathTest(facts.path),
    (facts) => (method ?? facts.method) === facts.method,
    ...named(headers, ({ headers }, name) => headers[name.toLowerCase()]),
    ...named(queryParams, ({ query }, name) => queryValue(query, name)),
  ]);
}

function compilePath({ type = "PathPrefix", value = "/" }: NonNullable<HttpRouteMatch["path"]> = {}): ValueTest {
  switch (type) {
    case "Exact":
      return (path) => path === value;
    case "RegularExpression":
      return regex(value);
    default:
      return pathPrefix(value);
  }
}

/** Of several matches of the same name only the first counts. */
function named(
  matches: readonly NamedMatch[],
  valueOf: (facts: Facts, name: string) => string | undefined,
): readonly Test[] {
  return matches
    .filter(({ name }, index) => matches.findIndex((other) => other.name === name) === index)
    .map(({ type = "Exact", name, value }): Test => {
      const test: ValueTest = type === "RegularExpression" ? regex(value) : (given) => given === value;
      return (facts) => test(valueOf(facts, name));
    });
}

function headerRules(filters: readonly HttpRouteFilter[]): HeaderRules {
  return filters.reduce<HeaderRules>(
    ({ request, response }, { requestHeaderModifier, responseHeaderModifier }) => ({
      request: bothEdits(request, editsOf(requestHeaderModifier)),
      response: bothEdits(response, editsOf(responseHeaderModifier)),
    }),
    noHeaderRules,
  );
}

function editsOf({ set = [], add = [], remove = [] }: HeaderModifier = {}): HeaderEdits {
  const line = ({ name, value }: NamedValue) => [name.toLowerCase(), value] as const;
  return { set: set.map(line), add: add.map(line), remove: remove.map((name) => name.toLowerCase()) };
}

function serviceOf(routeNamespace: Namespace, ref: BackendRef): ServicePortRef | undefined {
  const { group = "", kind = "Service", name, namespace = routeNamespace, port } = ref;
  return group === "" && kind === "Service" ? { namespace, name, port } : undefined;
}

function mirrorsOf(namespace: Namespace, { backendRef, percent = 100, fraction }: RequestMirror): readonly Mirror[] {
  const to = serviceOf(namespace, backendRef);
  const { numerator, denominator = 100 } = fraction ?? { numerator: percent };
  return to === undefined ? [] : [{ to, share: numerator / denominator }];
}

function modifiedPath(path: string, { replaceFullPath, replacePrefixMatch }: PathModifier, prefix = "/"): string {
  return replaceFullPath ?? replacePrefix(path, prefix, replacePrefixMatch ?? prefix);
}

/** Source: Gateway API, HTTPRequestRedirectFilter. What the filter leaves out is as in the request. */
function redirected(facts: Facts, redirect: RequestRedirect, prefix: string | undefined): Answer {
  const { scheme = "http", hostname = facts.host, path, statusCode = 302 } = redirect;
  const port = redirect.port ?? (redirect.scheme === undefined ? facts.port : undefined);
  const usual = { http: 80, https: 443 }[scheme];
  const authority = port === undefined || port === usual ? hostname : `${hostname}:${port}`;
  const target = path === undefined ? facts.path : modifiedPath(facts.path, path, prefix);
  return { status: statusCode, headers: { location: `${scheme}://${authority}${target}${facts.query}` }, text: "" };
}

function corsPolicy(filter: CorsFilter): CorsPolicy {
  const { allowOrigins = [], allowMethods = [], allowHeaders = [], exposeHeaders = [] } = filter;
  return {
    allows: (origin) => allowOrigins.some((pattern) => matchesOrigin(pattern, origin)),
    methods: allowMethods,
    headers: allowHeaders,
    expose: exposeHeaders,
    credentials: filter.allowCredentials ?? false,
    maxAge: filter.maxAge ?? 5,
  };
}

/** An origin may have a `*` for any host, or for the first labels of one. */
function matchesOrigin(pattern: string, origin: string): boolean {
  const [start = "", end] = pattern.split("*");
  if (end === undefined) return pattern === origin;
  return origin.length > start.length + end.length && origin.startsWith(start) && origin.endsWith(end);
}
