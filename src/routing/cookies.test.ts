import { expect, test } from "vitest";
import type { Analysis, CanaryStatus } from "../api/canary.ts";
import { cookiePattern, maxAgeOf, sessionCookies, setCookie } from "./cookies.ts";

type SessionAffinity = NonNullable<Analysis["sessionAffinity"]>;

test.each<[string, SessionAffinity, CanaryStatus | undefined, ReturnType<typeof sessionCookies>]>([
  ["no status", { cookieName: "c" }, undefined, { canary: undefined, primary: undefined, previous: undefined }],
  [
    "a run",
    { cookieName: "c", primaryCookieName: "p" },
    { sessionAffinityCookie: "c=a", primarySessionAffinityCookie: "p=b", previousSessionAffinityCookie: "" },
    { canary: "c=a", primary: "p=b", previous: undefined },
  ],
  [
    "a run that keeps none of the primary's users",
    { cookieName: "c", primaryCookieName: "" },
    { sessionAffinityCookie: "c=a", primarySessionAffinityCookie: "=b", previousSessionAffinityCookie: "c=z" },
    { canary: "c=a", primary: undefined, previous: "c=z" },
  ],
])("finds the cookies of %s", (_, affinity, status, cookies) => {
  expect(sessionCookies(affinity, status)).toEqual(cookies);
});

test.each<[SessionAffinity, string]>([
  [{ cookieName: "c" }, "c=a; Max-Age=60"],
  [{ cookieName: "c", domain: "", path: "", httpOnly: false, partitioned: false, secure: false }, "c=a; Max-Age=60"],
  [
    {
      cookieName: "c",
      secure: true,
      sameSite: "Strict",
      path: "/app",
      partitioned: true,
      httpOnly: true,
      domain: "example.com",
    },
    "c=a; Max-Age=60; Domain=example.com; HttpOnly; Partitioned; Path=/app; SameSite=Strict; Secure",
  ],
])("sets a cookie with the attributes of %j", (affinity, header) => {
  expect(setCookie(affinity, "c=a", 60)).toBe(header);
});

test.each([
  [undefined, 86_400],
  [0, 86_400],
  [3600, 3600],
])("for maxAge %j, a cookie lives %i s", (maxAge, seconds) => {
  expect(maxAgeOf({ cookieName: "c", ...(maxAge !== undefined && { maxAge }) })).toBe(seconds);
});

test.each([
  ["flagger-cookie=abc", ".*flagger-cookie.*abc.*"],
  ["my.cookie+=abc", String.raw`.*my\.cookie\+.*abc.*`],
])("finds %s by %s", (cookie, pattern) => {
  expect(cookiePattern(cookie)).toBe(pattern);
  expect(`a=b; ${cookie}; c=d`).toMatch(new RegExp(`^(?:${pattern})$`));
});
