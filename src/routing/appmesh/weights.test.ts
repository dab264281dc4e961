import { expect, test } from "vitest";
import { canaryWith, share } from "../testdata/contract.ts";
import { routesIn } from "./weights.ts";

const [primary, canary] = ["podinfo-primary", "podinfo-canary"];
const neither = { notReady: "VirtualRouter podinfo.test sends requests to neither primary nor canary" };
const both = (first: number | undefined, second: number | undefined) => [
  { node: canary, weight: second },
  { node: primary, weight: first },
];

test.each<[string, Parameters<typeof routesIn>[0], ReturnType<typeof routesIn>]>([
  ["weights", [both(80, 20)], share(20)],
  ["weights that do not sum to 100", [both(2, 1)], share(33)],
  ["a weight that is left out", [both(undefined, 7)], share(100)],
  ["a weight below 0", [both(-5, 7)], share(100)],
  ["the first route with both", [[{ node: primary, weight: 100 }], both(60, 40), both(0, 100)], share(40)],
  ["no weights", [both(0, 0)], neither],
  ["no routes", [], neither],
  ["the routes of others", [[{ node: "other", weight: 1 }], [{ node: undefined, weight: 1 }]], neither],
  ["only the canary", [[{ node: canary, weight: 1 }]], neither],
])("%s", (_, routes, expected) => {
  expect(routesIn(routes, canaryWith(), "VirtualRouter podinfo.test")).toEqual(expected);
});
