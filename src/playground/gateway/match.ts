/** What a route may decide by. */
export interface Facts {
  readonly method: string;
  /** As asked for, in lower case, without a port. */
  readonly host: string;
  readonly port: number;
  /** Without the query. */
  readonly path: string;
  /** From the question mark on; empty without one. */
  readonly query: string;
  /** Names in lower case; lines of the same name in one. */
  readonly headers: Readonly<Record<string, string>>;
  /** Namespace of the caller, where it is known. */
  readonly caller: string | undefined;
  /** Whether the request was addressed to the gateway itself and names its host in the header only. */
  readonly direct: boolean;
}

/** A condition on requests. */
export type Test = (facts: Facts) => boolean;

/** A condition on one value; undefined where a request does not have it. */
export type ValueTest = (value: string | undefined) => boolean;

/** Whether all of the conditions hold; true of none. */
export function all(tests: readonly Test[]): Test {
  return (facts) => tests.every((test) => test(facts));
}

/** Whether one of the conditions holds; true of none, which is how routes say "always". */
export function anyOrAlways(tests: readonly Test[]): Test {
  return (facts) => tests.length === 0 || tests.some((test) => test(facts));
}

/** The whole value matches. Nothing does when the expression cannot be read. */
export function regex(expression: string): ValueTest {
  const compiled = compile(expression);
  return (value) => value !== undefined && compiled?.test(value) === true;
}

/** Routes are in RE2, which is JavaScript's but for flags for all that follows, such as `(?i)`. */
function compile(expression: string): RegExp | undefined {
  const [, flags = "", rest = ""] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(expression) ?? [];
  try {
    return new RegExp(`^(?:${rest})$`, flags);
  } catch {
    return undefined;
  }
}

/** A path as its segments: `/api` matches `/api` and `/api/info`, not `/apis`. Source: Gateway API, PathPrefix. */
export function pathPrefix(prefix: string): ValueTest {
  const whole = prefix.replace(/\/+$/, "");
  return (path) => path === whole || path?.startsWith(`${whole}/`) === true;
}

/** The path with the prefix replaced, one slash between what stands in its place and what follows. */
export function replacePrefix(path: string, prefix: string, replacement: string): string {
  const rest = path.slice(prefix.replace(/\/+$/, "").length).replace(/^\/+/, "");
  const start = replacement.replace(/\/+$/, "");
  if (rest === "" && start !== "") return start;
  return `${start}/${rest}`;
}

/** The first value of a parameter in a query. */
export function queryValue(query: string, name: string): string | undefined {
  return new URLSearchParams(query).get(name) ?? undefined;
}

/** Whether a host is what a route names: a name, `*.example.com` for all below it, or `*` for any. */
export function matchesHost(pattern: string, host: string): boolean {
  if (!pattern.startsWith("*")) return pattern === host;
  return host.length > pattern.length - 1 && host.endsWith(pattern.slice(1));
}
