import type { CorsPolicy } from "./cors.ts";
import { boundOf } from "./duration.ts";
import { noHeaderRules } from "./headers.ts";
import type { HeaderEdits, HeaderRules } from "./headers.ts";
import type {
  Destination,
  HeaderOperations,
  HttpMatchRequest,
  IstioCorsPolicy,
  IstioHeaders,
  IstioHttpRoute,
  StringMatch,
  VirtualService,
} from "./istio.ts";
import { all, anyOrAlways, queryValue, regex, replacePrefix } from "./match.ts";
import type { Test, ValueTest } from "./match.ts";
import { retriesOf } from "./retries.ts";
import type { Backend, Mirror, Route, Rule, ServicePortRef } from "./rule.ts";
import { fullName } from "./services.ts";
import type { Services } from "./services.ts";

/** What a VirtualService is read with: the names that it uses are looked up in these. */
export interface Mesh {
  readonly services: Services;
  /** For those that delegate. */
  readonly virtualServices: readonly VirtualService[];
}

type Via = Route["via"];

/**
 * The routes that a VirtualService makes: for the mesh, for gateways, or both. One without hosts makes none: it serves
 * those that delegate to it.
 */
export function compileVirtualService({ metadata, spec }: VirtualService, mesh: Mesh): readonly Route[] {
  const { namespace = "default", name, creationTimestamp = "" } = metadata;
  const { hosts = [], gateways: given = [], http = [] } = spec ?? {};
  const gateways = given.length === 0 ? ["mesh"] : given;
  const ways: readonly Via[] = [
    ...(gateways.includes("mesh") ? (["mesh"] as const) : []),
    ...(gateways.some((gateway) => gateway !== "mesh") ? (["gateway"] as const) : []),
  ];
  return ways.map((via) => ({
    via,
    hosts: hosts.map((host) => canonicalHost(host, namespace, mesh.services)),
    applies: () => true,
    rules: http.flatMap((route) => compileRoute(route, namespace, via, mesh)).map((rule) => ({ rule, rank: [] })),
    age: creationTimestamp,
    name: `${namespace}/${name}`,
  }));
}

/** The full name where the host is that of a Service, or a short one. */
function canonicalHost(host: string, namespace: string, services: Services): string {
  const lower = host.toLowerCase();
  const service = services.resolve(lower, namespace);
  if (service !== undefined) return fullName(service);
  return lower.includes(".") || lower === "*" ? lower : fullName({ namespace, name: lower });
}

function compileRoute(route: IstioHttpRoute, namespace: string, via: Via, mesh: Mesh): readonly Rule[] {
  const { match = [], delegate } = route;
  // Each condition makes a rule of its own, as a rewrite replaces the prefix that was matched.
  const conditions = match.length === 0 ? [{}] : match;
  if (delegate === undefined) {
    return conditions.map((condition) => compileRule(route, condition, namespace, via, mesh.services));
  }
  const { name, namespace: of = namespace } = delegate;
  const target = mesh.virtualServices.find(({ metadata }) => metadata.name === name && metadata.namespace === of);
  const outer = anyOrAlways(match.map((condition) => compileMatch(condition, via)));
  // A delegate may not delegate in turn.
  const rules = (target?.spec?.http ?? []).filter((inner) => inner.delegate === undefined);
  return rules
    .flatMap((inner) => compileRoute(inner, of, via, mesh))
    .map((rule) => ({ ...rule, test: all([outer, rule.test]) }));
}

function compileRule(
  route: IstioHttpRoute,
  match: HttpMatchRequest,
  namespace: string,
  via: Via,
  services: Services,
): Rule {
  const { rewrite, retries, corsPolicy, headers } = route;
  const { uri } = rewrite ?? {};
  const destination = (to: Destination) => serviceOf(to, namespace, services);
  return {
    test: compileMatch(match, via),
    redirect: undefined,
    rewritePath: uri === undefined ? undefined : (path) => rewritten(path, match.uri, uri),
    rewriteHost: rewrite?.authority,
    headers: headerRules(headers),
    backends: backendsOf(route, destination),
    mirrors: mirrorsOf(route, destination),
    cors: corsPolicy && compileCors(corsPolicy),
    timeoutMs: boundOf(route.timeout),
    tryTimeoutMs: boundOf(retries?.perTryTimeout),
    retries: retriesOf(retries?.attempts, retries?.retryOn),
    missing: 503,
  };
}

type ServiceOf = (destination: Destination) => ServicePortRef;

/** The weight of a single destination does not matter, not even when it is 0. */
function backendsOf({ route = [] }: IstioHttpRoute, serviceOf: ServiceOf): readonly Backend[] {
  return route.map(({ destination, weight = 0, headers }) => ({
    to: serviceOf(destination),
    weight: route.length === 1 ? 1 : weight,
    headers: headerRules(headers),
  }));
}

function mirrorsOf({ mirror, mirrorPercentage }: IstioHttpRoute, serviceOf: ServiceOf): readonly Mirror[] {
  // A percentage that is there without a value is zero, as protobuf has it.
  const percent = mirrorPercentage === undefined ? 100 : (mirrorPercentage.value ?? 0);
  return mirror === undefined ? [] : [{ to: serviceOf(mirror), share: percent / 100 }];
}

function serviceOf({ host, port }: Destination, namespace: string, services: Services): ServicePortRef {
  const found = services.resolve(host.toLowerCase(), namespace) ?? { namespace, name: host };
  return { namespace: found.namespace, name: found.name, port: port?.number };
}

function compileMatch(match: HttpMatchRequest, via: Via): Test {
  const { headers = {}, withoutHeaders = {}, queryParams = {}, sourceLabels = {} } = match;
  const { uri, scheme, method, authority, port, gateways = [], sourceNamespace } = match;
  const isHere = gateways.length === 0 || gateways.some((gateway) => (gateway === "mesh") === (via === "mesh"));
  // Labels of callers are not known here.
  if (!isHere || Object.keys(sourceLabels).length > 0) return () => false;
  const caseless = match.ignoreUriCase === true;
  return all([
    given(uri, ({ path }) => path, caseless),
    given(scheme, () => "http"),
    given(method, (facts) => facts.method),
    given(authority, (facts) => facts.headers["host"]),
    ...Object.entries(headers).map(([name, value]) => given(value, (facts) => facts.headers[name.toLowerCase()])),
    ...Object.entries(withoutHeaders).map(([name, value]): Test => {
      const test = given(value, (facts) => facts.headers[name.toLowerCase()]);
      return (facts) => !test(facts);
    }),
    ...Object.entries(queryParams).map(([name, value]) => given(value, ({ query }) => queryValue(query, name))),
    (facts) => (port ?? facts.port) === facts.port,
    ({ caller }) => sourceNamespace === undefined || sourceNamespace === caller,
  ]);
}

/** True where the route has no such condition. */
function given(
  match: StringMatch | undefined,
  valueOf: (facts: Parameters<Test>[0]) => string | undefined,
  caseless = false,
): Test {
  if (match === undefined) return () => true;
  const test = compileString(match, caseless);
  return (facts) => test(valueOf(facts));
}

function compileString({ exact, prefix, regex: expression }: StringMatch, caseless: boolean): ValueTest {
  if (expression !== undefined) return regex(expression);
  const folded = (text: string) => (caseless ? text.toLowerCase() : text);
  if (exact !== undefined) return (value) => value !== undefined && folded(value) === folded(exact);
  return (value) => value !== undefined && folded(value).startsWith(folded(prefix ?? ""));
}

/** Takes the place of the prefix that was matched, or of the whole path where it was matched in another way. */
function rewritten(path: string, matched: StringMatch | undefined, uri: string): string {
  if (matched !== undefined && matched.prefix === undefined) return uri;
  return replacePrefix(path, matched?.prefix ?? "/", uri);
}

function headerRules({ request, response }: IstioHeaders = {}): HeaderRules {
  if (request === undefined && response === undefined) return noHeaderRules;
  return { request: editsOf(request), response: editsOf(response) };
}

function editsOf({ set = {}, add = {}, remove = [] }: HeaderOperations = {}): HeaderEdits {
  const lines = (map: Readonly<Record<string, string>>) =>
    Object.entries(map).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { set: lines(set), add: lines(add), remove: remove.map((name) => name.toLowerCase()) };
}

function compileCors(policy: IstioCorsPolicy): CorsPolicy {
  const { allowOrigins = [], allowOrigin = [], allowMethods = [], allowHeaders = [], exposeHeaders = [] } = policy;
  const tests = allowOrigins.map((origin) => compileString(origin, false));
  const maxAgeMs = boundOf(policy.maxAge);
  return {
    allows: (origin) => tests.some((test) => test(origin)) || allowOrigin.some((one) => one === "*" || one === origin),
    methods: allowMethods,
    headers: allowHeaders,
    expose: exposeHeaders,
    credentials: policy.allowCredentials ?? false,
    maxAge: maxAgeMs === undefined ? undefined : Math.round(maxAgeMs / 1000),
  };
}
