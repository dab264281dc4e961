import { resolveAnalysis } from "../api/analysis.ts";
import type { Canary } from "../api/canary.ts";
import type { Routes } from "../api/routes.ts";
import { forget, maxAgeOf, sessionCookies, setCookie } from "./cookies.ts";
import type { Backend } from "./services.ts";

/** Weights of both backends, in percent. */
export type Weights = Pick<Routes, Backend>;

/** What session affinity asks for. A cookie is `NAME=VALUE`; `setCookie` is the value of a Set-Cookie header. */
export interface CookieRules {
  /** Whom to keep where. */
  readonly keep: readonly { readonly cookie: string; readonly at: Weights }[];
  /** From whom to take a cookie. */
  readonly forget: readonly { readonly cookie: string; readonly setCookie: string }[];
  /** Which answers give a cookie: those of a backend, each as `setCookie`. */
  readonly give: Partial<Readonly<Record<Backend, string>>>;
}

const nothing: CookieRules = { keep: [], forget: [], give: {} };

/** Nobody is kept on a version that has no share, nor on the primary where `keepsPrimary` says no. */
export function cookieRules(canary: Canary, routes: Routes, keepsPrimary = true): CookieRules {
  const affinity = canary.spec.analysis.sessionAffinity;
  if (affinity === undefined) return nothing;
  const cookies = sessionCookies(affinity, canary.status);
  if (routes.canary === 0) {
    const { previous: cookie } = cookies;
    if (cookie === undefined) return nothing;
    return { ...nothing, forget: [{ cookie, setCookie: setCookie(affinity, cookie, forget) }] };
  }
  const ofCanary = cookies.canary;
  const ofPrimary = keepsPrimary && routes.primary > 0 ? cookies.primary : undefined;
  const interval = resolveAnalysis(canary, "", 0).intervalMs / 1000;
  return {
    keep: [
      ...(ofCanary === undefined ? [] : [{ cookie: ofCanary, at: { primary: 0, canary: 100 } }]),
      ...(ofPrimary === undefined ? [] : [{ cookie: ofPrimary, at: { primary: 100, canary: 0 } }]),
    ],
    forget: [],
    give: {
      ...(ofCanary !== undefined && { canary: setCookie(affinity, ofCanary, maxAgeOf(affinity)) }),
      ...(ofPrimary !== undefined && { primary: setCookie(affinity, ofPrimary, interval) }),
    },
  };
}
