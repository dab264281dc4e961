import { expect, test } from "vitest";
import { allToCanary, everyoneToCanary } from "../../api/routes.ts";
import { canaryWith, share } from "../testdata/contract.ts";
import { apexRoutes, canaryRoute } from "./planned-routes.ts";

const targets = (primary: number, canary: number) => [
  { node: "podinfo-canary", weight: canary },
  { node: "podinfo-primary", weight: primary },
];
const header = (exact: string) => ({ headers: { "x-user": { exact } } });
const named = (exact: string) => [{ name: "x-user", match: { exact } }];
const insiders = canaryWith({ analysis: { match: [header("insider")], iterations: 3 } });

test("one route has the weights", () => {
  expect(apexRoutes(canaryWith(), share(20))).toEqual([{ name: "podinfo", targets: targets(80, 20) }]);
});

test.each([
  ["the primary", allToCanary, "podinfo-primary"],
  ["the canary", everyoneToCanary, "podinfo-canary"],
])("whom an A/B test is not about go to %s", (_, routes, node) => {
  expect(apexRoutes(insiders, routes)).toEqual([
    { name: "podinfo-a", priority: 10, headers: named("insider"), targets: targets(0, 100) },
    { name: "podinfo-b", priority: 20, targets: [{ node, weight: 100 }] },
  ]);
});

test("any of several matches will do", () => {
  const match = Array.from({ length: 12 }, (_, index) => header(`u${index}`));
  const routes = apexRoutes(canaryWith({ analysis: { match } }), share(30));
  expect(routes.slice(0, 2)).toEqual([
    { name: "podinfo-a", priority: 10, headers: named("u0"), targets: targets(70, 30) },
    { name: "podinfo-a2", priority: 11, headers: named("u1"), targets: targets(70, 30) },
  ]);
  expect(routes.map(({ priority }) => priority)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22]);
});

test("tests always reach the canary", () => {
  expect(canaryRoute(insiders)).toEqual({ name: "podinfo-canary", targets: targets(0, 100) });
});
