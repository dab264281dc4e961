import { expect, test } from "vitest";
import { included } from "./metadata.ts";

const labels = {
  "app.kubernetes.io/name": "a",
  "helm.sh/chart": "b",
  tier: "c",
  "kustomize.toolkit.fluxcd.io/name": "d",
};

test.each<[string, string[], Record<string, string>]>([
  ["no prefix", [], {}],
  ["an empty prefix", [""], {}],
  ["prefixes", ["app.kubernetes.io", "tier"], { "app.kubernetes.io/name": "a", tier: "c" }],
  ["all", ["*"], { "app.kubernetes.io/name": "a", "helm.sh/chart": "b", tier: "c" }],
  ["a prefix of Flux", ["kustomize"], {}],
])("includes labels by %s", (_, prefixes, expected) => {
  expect(included(labels, prefixes)).toEqual(expected);
});
