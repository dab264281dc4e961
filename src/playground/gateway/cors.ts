import { bothEdits } from "./headers.ts";
import type { HeaderEdits } from "./headers.ts";
import type { Facts } from "./match.ts";
import type { Answer } from "./rule.ts";

/** Which pages of other origins may call. Source: fetch.spec.whatwg.org, CORS protocol. */
export interface CorsPolicy {
  readonly allows: (origin: string) => boolean;
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly expose: readonly string[];
  readonly credentials: boolean;
  /** How long browsers may remember the answer, in seconds. */
  readonly maxAge: number | undefined;
}

/** The answer to a browser that asks before it calls; undefined for any other request, and for other origins. */
export function preflight(policy: CorsPolicy, { method, headers }: Facts): Answer | undefined {
  const origin = headers["origin"];
  const wanted = headers["access-control-request-method"];
  if (method !== "OPTIONS" || origin === undefined || wanted === undefined || !policy.allows(origin)) return undefined;
  const { methods, headers: names, maxAge } = policy;
  return {
    status: 204,
    text: "",
    headers: {
      ...Object.fromEntries(allowing(policy, origin)),
      vary: "Origin",
      ...(methods.length > 0 && {
        "access-control-allow-methods": methods.includes("*") ? wanted : methods.join(", "),
      }),
      ...(names.length > 0 && {
        "access-control-allow-headers": names.includes("*")
          ? (headers["access-control-request-headers"] ?? "*")
          : names.join(", "),
      }),
      ...(maxAge !== undefined && { "access-control-max-age": maxAge.toString() }),
    },
  };
}

/** What the answer to a call of another origin must say, after what the route does to it. */
export function corsEdits(policy: CorsPolicy, { headers }: Facts, edits: HeaderEdits): HeaderEdits {
  const origin = headers["origin"];
  if (origin === undefined || !policy.allows(origin)) return edits;
  const expose = policy.expose.join(", ");
  return bothEdits(edits, {
    set: [
      ...allowing(policy, origin),
      ...(expose === "" ? [] : ([["access-control-expose-headers", expose]] as const)),
    ],
    add: [["vary", "Origin"]],
    remove: [],
  });
}

function allowing({ credentials }: CorsPolicy, origin: string): readonly (readonly [string, string])[] {
  return [
    ["access-control-allow-origin", origin],
    ...(credentials ? ([["access-control-allow-credentials", "true"]] as const) : []),
  ];
}
