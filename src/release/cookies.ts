import type { CanaryStatus } from "../api/canary.ts";
import type { Observation } from "./observation.ts";
import { routesOf } from "./status.ts";

/**
 * The cookies by which routers keep a user on the version first met (`analysis.sessionAffinity`). While the canary has
 * a share there is one for its users, new in each run, and one for the primary's, made once. When it has none, its
 * cookie becomes the previous one, which routers let expire.
 */
export function withCookies({ canary, freshId }: Observation, status: CanaryStatus): CanaryStatus {
  const affinity = canary.spec.analysis.sessionAffinity;
  if (affinity === undefined) return status;
  const { sessionAffinityCookie: current = "", primarySessionAffinityCookie: primary = "" } = status;
  if (routesOf(status).canary > 0) {
    const [ofCanary, ofPrimary] = letters(freshId);
    return {
      ...status,
      sessionAffinityCookie: current === "" ? `${affinity.cookieName}=${ofCanary}` : current,
      primarySessionAffinityCookie: primary === "" ? `${affinity.primaryCookieName ?? ""}=${ofPrimary}` : primary,
    };
  }
  if (current === "") return status;
  return { ...status, sessionAffinityCookie: "", previousSessionAffinityCookie: current };
}

const alphabet = "abcdefghijklmnopqrstuvwxyz";

/** Two texts of ten letters, made of an identifier with at least twenty random digits, such as a UUID. */
function letters(id: string): readonly [string, string] {
  const letter = (digit: string): string => alphabet.charAt(digit.charCodeAt(0) % alphabet.length);
  const text = id.replaceAll("-", "").replaceAll(/./g, letter);
  return [text.slice(0, 10), text.slice(-10)];
}
