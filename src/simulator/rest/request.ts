import type { ApiRequest } from "../../kubernetes/transport.ts";
import type { ServedResource } from "../resource.ts";

/** A request as the verbs see it. */
export interface Call {
  readonly method: ApiRequest["method"];
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where there is none. */
  readonly body: string;
  readonly signal: AbortSignal;
  /** What the client is told beside the answer, in the order in which it comes up. */
  readonly warnings: string[];
}

/** What a path under `/api` or `/apis` names. */
export interface Place {
  readonly resource: ServedResource;
  /** Empty for all namespaces, and for what has none. */
  readonly namespace: string;
  /** Empty for the collection. */
  readonly name: string;
  /** Empty for the object itself. */
  readonly subresource: string;
}

/** The parts of a path of a resource, before it is known whether that is served. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly plural: string;
  readonly name: string;
  readonly subresource: string;
}

export function callOf({ method, path, headers = {}, body = "", signal }: ApiRequest): Call {
  const { pathname, searchParams } = new URL(path, "http://api");
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    method,
    path: pathname,
    query: searchParams,
    headers: Object.fromEntries(lower),
    body,
    signal,
    warnings: [],
  };
}

/** The parts of a path, or undefined for one that names no resource. */
export function resourcePath(path: string): ResourcePath | undefined {
  const parts = path.split("/").slice(1).map(decodeURIComponent);
  const [root, ...rest] = parts;
  if (root !== "api" && root !== "apis") return undefined;
  const [group, version = "", ...within] = root === "api" ? ["", ...rest] : rest;
  if (group === undefined || within.length === 0 || within.length > 5) return undefined;
  const [first = "", second = "", third = ""] = within;
  // Two subresources of the namespace itself look like resources in it.
  const isNamespaced =
    first === "namespaces" && within.length > 2 && !(within.length === 3 && ["status", "finalize"].includes(third));
  const [plural = "", name = "", subresource = "", ...more] = isNamespaced ? within.slice(2) : within;
  if (more.length > 0 || plural === "") return undefined;
  return { group, version, namespace: isNamespaced ? second : "", plural, name, subresource };
}
