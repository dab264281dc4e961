import { expect, test } from "vitest";
import { withCookies } from "./cookies.ts";
import { observe, running, share } from "./testing.ts";

const freshId = "00112233-4455-6677-8899-aabbccddeeff";
const affinity = { cookieName: "canary-cookie", primaryCookieName: "primary-cookie" };
const cookies = (
  sessionAffinity: typeof affinity | { cookieName: string } | undefined,
  weight: number,
  before = {},
) => {
  const analysis = { stepWeight: 20, ...(sessionAffinity !== undefined && { sessionAffinity }) };
  const status = running(before, share(weight));
  const after = withCookies(observe({ analysis, status, seen: { freshId } }), status);
  return [after.sessionAffinityCookie, after.primarySessionAffinityCookie, after.previousSessionAffinityCookie];
};

test.each([
  ["none without session affinity", undefined, 20, {}, [undefined, undefined, undefined]],
  ["none before the canary has a share", affinity, 0, {}, [undefined, undefined, undefined]],
  ["one each when it gets one", affinity, 20, {}, ["canary-cookie=wwxxyyzzaa", "primary-cookie=uuvvwwxxyy", undefined]],
  [
    "the primary's has one even without a name",
    { cookieName: "canary-cookie" },
    20,
    {},
    ["canary-cookie=wwxxyyzzaa", "=uuvvwwxxyy", undefined],
  ],
  [
    "the same as the share grows",
    affinity,
    40,
    { sessionAffinityCookie: "canary-cookie=a", primarySessionAffinityCookie: "primary-cookie=b" },
    ["canary-cookie=a", "primary-cookie=b", undefined],
  ],
  [
    "the canary's is the previous one once it has none",
    affinity,
    0,
    { sessionAffinityCookie: "canary-cookie=a", primarySessionAffinityCookie: "primary-cookie=b" },
    ["", "primary-cookie=b", "canary-cookie=a"],
  ],
  [
    "a new one in the next run, beside the primary's",
    affinity,
    20,
    {
      sessionAffinityCookie: "",
      primarySessionAffinityCookie: "primary-cookie=b",
      previousSessionAffinityCookie: "canary-cookie=a",
    },
    ["canary-cookie=wwxxyyzzaa", "primary-cookie=b", "canary-cookie=a"],
  ],
] as const)("%s", (_, sessionAffinity, weight, before, expected) => {
  expect(cookies(sessionAffinity, weight, before)).toEqual(expected);
});

test("no two runs have the same", () => {
  const one = cookies(affinity, 20)[0];
  const status = running({}, share(20));
  const seen = observe({
    analysis: { stepWeight: 20, sessionAffinity: affinity },
    status,
    seen: { freshId: "f".repeat(32) },
  });
  expect(withCookies(seen, status).sessionAffinityCookie).not.toBe(one);
});
