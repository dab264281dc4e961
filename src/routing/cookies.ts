import type { Analysis, CanaryStatus } from "../api/canary.ts";
import { given } from "../api/given.ts";

type SessionAffinity = NonNullable<Analysis["sessionAffinity"]>;

/** The cookies by which users are kept on the version that they first met, each `NAME=VALUE`. */
export interface SessionCookies {
  /** Of users who met the canary in this run. */
  readonly canary: string | undefined;
  /** Of users who met the primary; undefined where these are not kept. */
  readonly primary: string | undefined;
  /** Of users who met the canary in the run before: to be taken from them. */
  readonly previous: string | undefined;
}

/** The cookies that the status holds. */
export function sessionCookies({ primaryCookieName }: SessionAffinity, status: CanaryStatus = {}): SessionCookies {
  const keepsPrimary = given(primaryCookieName) !== undefined;
  return {
    canary: given(status.sessionAffinityCookie),
    primary: keepsPrimary ? given(status.primarySessionAffinityCookie) : undefined,
    previous: given(status.previousSessionAffinityCookie),
  };
}

const defaultMaxAge = 86_400;

/** How long a cookie of the canary's users lives, in seconds. */
export function maxAgeOf({ maxAge = 0 }: SessionAffinity): number {
  return maxAge > 0 ? maxAge : defaultMaxAge;
}

/** In place of a lifetime: the browser forgets the cookie. */
export const forget = -1;

/**
 * The value of a Set-Cookie header. `maxAge` is in seconds. A browser forgets a cookie only if domain and path are those
 * with which it was set.
 */
export function setCookie(affinity: SessionAffinity, cookie: string, maxAge: number): string {
  const { domain, httpOnly, partitioned, path, sameSite, secure } = affinity;
  return [
    cookie,
    `Max-Age=${maxAge}`,
    ...(given(domain) === undefined ? [] : [`Domain=${domain}`]),
    ...(httpOnly === true ? ["HttpOnly"] : []),
    ...(partitioned === true ? ["Partitioned"] : []),
    ...(given(path) === undefined ? [] : [`Path=${path}`]),
    ...(sameSite === undefined ? [] : [`SameSite=${sameSite}`]),
    ...(secure === true ? ["Secure"] : []),
  ].join("; ");
}

/** An RE2 expression for the whole of a Cookie header that has this cookie among others. */
export function cookiePattern(cookie: string): string {
  const end = cookie.indexOf("=");
  const [name, value] = [cookie.slice(0, end), cookie.slice(end + 1)];
  return `.*${quoted(name)}.*${quoted(value)}.*`;
}

function quoted(text: string): string {
  return text.replaceAll(/[.*+?^$|()[\]{}\\]/g, String.raw`\$&`);
}
