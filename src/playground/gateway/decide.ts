import type { Tunnel } from "./ask.ts";
import { corsEdits, preflight } from "./cors.ts";
import { bothEdits, noHeaderRules } from "./headers.ts";
import type { HeaderRules } from "./headers.ts";
import { matchesHost } from "./match.ts";
import type { Facts } from "./match.ts";
import { noRetries } from "./rule.ts";
import type { Answer, Backend, Retries, Rule, ServicePortRef } from "./rule.ts";
import { fullName } from "./services.ts";
import type { ClusterService, Endpoint } from "./services.ts";
import type { Table } from "./table.ts";

/** The Service port that a request goes to, and who answers there. */
export interface Upstream {
  /** Full name of the Service. */
  readonly service: string;
  readonly port: number;
  readonly endpoints: readonly Endpoint[];
}

export interface Forward {
  readonly kind: "forward";
  readonly to: Upstream;
  readonly headers: HeaderRules;
  /** Path and query to ask for. */
  readonly path: string;
  /** The `Host` to ask for, where it is another than in the request. */
  readonly host: string | undefined;
  /** Who gets a copy of the request. */
  readonly mirrors: readonly Upstream[];
  readonly timeoutMs: number | undefined;
  readonly tryTimeoutMs: number | undefined;
  readonly retries: Retries;
}

export type Decision = Forward | (Answer & { readonly kind: "answer" });

/**
 * Where a request goes. `random` gives numbers from 0 to below 1; it is asked once for the backend, where there is a
 * choice, and once for each mirror that does not copy everything.
 */
export function decide(table: Table, facts: Facts, random: () => number): Decision {
  const { service, entries } = lookUp(table, facts);
  if (entries.length === 0) return service === undefined ? answer(unknown(table, facts)) : plain(service, facts);
  const entry = entries.find(({ rule }) => rule.test(facts));
  return entry === undefined
    ? answer(refuse(404, `no rule of the routes for ${facts.host} matches ${facts.method} ${facts.path}`))
    : byRule(table, entry.rule, facts, random);
}

/** Why a host is not served at all: there is no such name, or it is outside the cluster. Undefined when it is. */
export function refusal(table: Table, { host, port, caller }: Tunnel): Answer | undefined {
  const facts = { method: "CONNECT", host, port, path: "/", query: "", headers: {}, caller, direct: false };
  const { service, entries } = lookUp(table, facts);
  return service === undefined && entries.length === 0 ? unknown(table, facts) : undefined;
}

/** Who answers for a Service whatever the routes say; undefined where there is no such Service or port. */
export function upstreamOf({ services }: Table, { host, port, caller }: Tunnel): Upstream | undefined {
  const service = services.resolve(host, caller);
  return service && upstream(service, port);
}

/** The Service that the request names, and what routes say of it or, without one, of the host. */
function lookUp(table: Table, facts: Facts) {
  const service = table.services.resolve(facts.host, facts.caller);
  const host = service === undefined ? facts.host : fullName(service);
  // A route for any host serves only what is addressed to the gateway: no name leads to it.
  const isNamed = service !== undefined || facts.direct;
  const entries = (service === undefined ? table.gateway : table.mesh).filter(
    (entry) => matchesHost(entry.host, host) && (isNamed || entry.host !== "*") && entry.applies(facts),
  );
  return { service, entries };
}

function byRule(table: Table, rule: Rule, facts: Facts, random: () => number): Decision {
  const asked = rule.cors && preflight(rule.cors, facts);
  const made = asked ?? rule.redirect?.(facts);
  if (made !== undefined) return answer(made);
  const backend = choose(rule.backends, random);
  if (backend === undefined) return answer(refuse(500, `the route for ${facts.host} has no backend with a weight`));
  const to = backend.to && find(table, backend.to, facts);
  if (to === undefined)
    return answer(refuse(rule.missing, `the route for ${facts.host} leads to ${nameOf(backend.to)}`));
  const response = bothEdits(backend.headers.response, rule.headers.response);
  return {
    kind: "forward",
    to,
    headers: {
      request: bothEdits(rule.headers.request, backend.headers.request),
      response: rule.cors === undefined ? response : corsEdits(rule.cors, facts, response),
    },
    path: (rule.rewritePath?.(facts.path) ?? facts.path) + facts.query,
    host: rule.rewriteHost,
    mirrors: rule.mirrors
      .filter(({ share }) => share >= 1 || random() < share)
      .flatMap((mirror) => find(table, mirror.to, facts) ?? []),
    timeoutMs: rule.timeoutMs,
    tryTimeoutMs: rule.tryTimeoutMs,
    retries: rule.retries,
  };
}

/** One of the backends, by their weights; undefined when these sum to nothing. */
function choose(backends: readonly Backend[], random: () => number): Backend | undefined {
  const weighted = backends.filter(({ weight }) => weight > 0);
  if (weighted.length < 2) return weighted[0];
  const sum = weighted.reduce((total, { weight }) => total + weight, 0);
  const drawn = random() * sum;
  let reached = 0;
  return weighted.find(({ weight }) => (reached += weight) > drawn);
}

/** A Service without a route. */
function plain(service: ClusterService, facts: Facts): Decision {
  const to = upstream(service, facts.port);
  if (to === undefined) {
    const ports = service.ports.map(({ port }) => port).join(", ");
    return answer(refuse(502, `service ${service.name}.${service.namespace} has no port ${facts.port}, only ${ports}`));
  }
  return {
    kind: "forward",
    to,
    headers: noHeaderRules,
    path: facts.path + facts.query,
    host: undefined,
    mirrors: [],
    timeoutMs: undefined,
    tryTimeoutMs: undefined,
    retries: noRetries,
  };
}

function find({ services }: Table, { namespace, name, port }: ServicePortRef, facts: Facts): Upstream | undefined {
  const service = services.get(namespace, name);
  if (service === undefined) return undefined;
  const [first, ...more] = service.ports;
  return upstream(service, port ?? (more.length === 0 ? first?.port : undefined) ?? facts.port);
}

function upstream(service: ClusterService, port: number): Upstream | undefined {
  const found = service.ports.find((each) => each.port === port);
  return found && { service: fullName(service), port, endpoints: found.endpoints };
}

function nameOf(ref: ServicePortRef | undefined): string {
  if (ref === undefined) return "something that is not a Service";
  return `service ${ref.name}.${ref.namespace}${ref.port === undefined ? "" : `:${ref.port}`}, which does not exist`;
}

/** A name of the cluster that nobody has, or one outside, where nothing goes. */
function unknown({ services }: Table, { host, caller, direct }: Facts): Answer {
  const [name = "", namespace, ...more] = host.replace(/\.svc(\.cluster\.local)?$/, "").split(".");
  const inside = host.endsWith(".svc") || host.endsWith(".cluster.local");
  if (namespace === undefined && caller === undefined) {
    return refuse(502, `no such host: ${name} (the namespace of the caller is not known, so write ${name}.NAMESPACE)`);
  }
  if (inside || namespace === undefined || (more.length === 0 && services.hasNamespace(namespace))) {
    return refuse(502, `no such host: ${host} (there is no service ${name} in namespace ${namespace ?? caller ?? ""})`);
  }
  if (direct) return refuse(404, `no service and no route is for the host ${host}`);
  return refuse(403, `refused: ${host} is not in the cluster, and no request leaves it`);
}

function refuse(status: number, text: string): Answer {
  return { status, headers: {}, text };
}

function answer(made: Answer): Decision {
  return { kind: "answer", ...made };
}
