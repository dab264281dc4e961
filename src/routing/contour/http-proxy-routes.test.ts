import { describe, expect, test } from "vitest";
import type { Analysis, CanaryService } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { allToCanary, allToPrimary, everyoneToCanary } from "../../api/routes.ts";
import type { Routes } from "../../api/routes.ts";
import { canaryWith, share } from "../testdata/contract.ts";
import type { Given } from "../testdata/contract.ts";
import { routesOf } from "./http-proxy-routes.ts";
import type { HttpProxyRoute, RouteCondition } from "./http-proxy.ts";

const routes = (given: Given, wanted: Routes) => {
  const canary = canaryWith(given);
  return routesOf(canary, { port: 9898, ...given.service }, wanted);
};

/** A backend as it is written: without a weight when it has no share. */
const backend = (name: string, weight: number) => ({
  name,
  port: 9898,
  ...(weight > 0 && { weight }),
  requestHeadersPolicy: { set: [{ name: "l5d-dst-override", value: `${name}.test.svc.cluster.local:9898` }] },
});
const route = (conditions: readonly RouteCondition[], primary: number, canary: number): HttpProxyRoute => ({
  conditions,
  services: [backend("podinfo-primary", primary), backend("podinfo-canary", canary)],
});
const all = { prefix: "/" };

test.each<[string, Routes, number, number]>([
  ["at rest", allToPrimary, 100, 0],
  ["in a first step", share(1), 99, 1],
  ["in a further step", share(60), 40, 60],
  ["with all users on the canary", allToCanary, 0, 100],
  ["with everybody on the canary", everyoneToCanary, 0, 100],
  ["with a mirror, which it has not", { ...allToPrimary, mirrored: true }, 100, 0],
])("the one route %s", (_, wanted, primary, canary) => {
  expect(routes({}, wanted)).toEqual([route([all], primary, canary)]);
});

describe("the Canary's service says", () => {
  const [plain] = [route([all], 80, 20)];

  test.each<[string, Partial<CanaryService>, HttpProxyRoute]>([
    ["a path", { match: [{ uri: { prefix: "/shop" } }] }, route([{ prefix: "/shop" }], 80, 20)],
    ["no beginning of a path", { match: [{ uri: { exact: "/shop" } }, { uri: { prefix: "/shop" } }] }, plain],
    ["a timeout", { timeout: "15s" }, { ...plain, timeoutPolicy: { response: "15s", idle: "5m" } }],
    ["no timeout", { timeout: "" }, plain],
    [
      "retries",
      { retries: { attempts: 3, perTryTimeout: "1s", retryOn: "gateway-error" } },
      { ...plain, retryPolicy: { count: 3, perTryTimeout: "1s", retryOn: ["gateway-error"] } },
    ],
    [
      "several causes of retries",
      { retries: { attempts: 3, retryOn: "gateway-error, connect-failure" } },
      { ...plain, retryPolicy: { count: 3, retryOn: ["gateway-error", "connect-failure"] } },
    ],
    ["retries, but not which", { retries: {} }, { ...plain, retryPolicy: { count: 1 } }],
    ["no retries", { retries: { attempts: 0, perTryTimeout: "" } }, { ...plain, retryPolicy: { count: -1 } }],
  ])("%s", (_, service, expected) => {
    expect(routes({ service }, share(20))).toEqual([expected]);
  });
});

describe("an A/B test", () => {
  const insider = { header: { name: "x-user", exact: "insider" } };
  const test1: Partial<Analysis> = { match: [{ headers: { "x-user": { exact: "insider" } } }] };

  test.each<[string, Given, Routes, readonly HttpProxyRoute[]]>([
    ["at rest", { analysis: test1 }, allToPrimary, [route([all, insider], 100, 0), route([all], 100, 0)]],
    ["under way", { analysis: test1 }, allToCanary, [route([all, insider], 0, 100), route([all], 100, 0)]],
    ["in steps", { analysis: test1 }, share(20), [route([all, insider], 80, 20), route([all], 100, 0)]],
    [
      "that nobody may miss",
      { analysis: test1 },
      everyoneToCanary,
      [route([all, insider], 0, 100), route([all], 0, 100)],
    ],
    [
      "below a path",
      { analysis: test1, service: { match: [{ uri: { prefix: "/shop" } }] } },
      allToCanary,
      [route([{ prefix: "/shop" }, insider], 0, 100), route([{ prefix: "/shop" }], 100, 0)],
    ],
    [
      "by several headers together",
      { analysis: { match: [{ headers: { b: { suffix: "2" }, a: { prefix: "1" } } }] } },
      allToCanary,
      [
        route([all, { header: { name: "a", contains: "1" } }, { header: { name: "b", contains: "2" } }], 0, 100),
        route([all], 100, 0),
      ],
    ],
    [
      "by either of two headers",
      { analysis: { match: [{ headers: { a: { exact: "1" } } }, { headers: { b: { exact: "2" } } }] } },
      allToCanary,
      [
        route([all, { header: { name: "a", exact: "1" } }], 0, 100),
        route([all, { header: { name: "b", exact: "2" } }], 0, 100),
        route([all], 100, 0),
      ],
    ],
    [
      "by headers, or something that Contour does not know",
      { analysis: { match: [{ sourceLabels: { app: "web" } }, ...(test1.match ?? [])] } },
      allToCanary,
      [route([all, insider], 0, 100), route([all], 100, 0)],
    ],
  ])("%s", (_, given, wanted, expected) => {
    expect(routes(given, wanted)).toEqual(expected);
  });

  test("has the same timeout and retries for everybody", () => {
    const service = { timeout: "15s", retries: { attempts: 2 } };
    const policies = { timeoutPolicy: { response: "15s", idle: "5m" }, retryPolicy: { count: 2 } };
    expect(routes({ service, analysis: test1 }, allToCanary)).toEqual([
      { ...route([all, insider], 0, 100), ...policies },
      { ...route([all], 100, 0), ...policies },
    ]);
  });

  test.each<[string, NonNullable<Analysis["match"]>, string]>([
    [
      "an expression",
      [{ headers: { a: { exact: "1" } } }, { headers: { "x-user": { regex: ".*" } } }],
      "spec.analysis.match[1].headers.x-user: must have exact, prefix or suffix, as regex is not supported with Contour",
    ],
    [
      "an empty text",
      [{ headers: { "x-user": { exact: "" } } }],
      "spec.analysis.match[0].headers.x-user: must have exact, prefix or suffix, as regex is not supported with Contour",
    ],
    [
      "a query parameter",
      [{ headers: { a: { exact: "1" } }, queryParams: { q: { exact: "1" } } }],
      "spec.analysis.match[0].queryParams: not supported with Contour, use headers",
    ],
    [
      "labels alone",
      [{ sourceLabels: { app: "web" } }],
      "spec.analysis.match: must have headers, by which alone Contour can tell requests apart here",
    ],
  ])("cannot be by %s", (_, match, message) => {
    expect(() => routes({ analysis: { match } }, allToCanary)).toThrow(new InvalidSpec(message));
  });
});
