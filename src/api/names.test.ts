import { expect, test } from "vitest";
import type { Canary } from "./canary.ts";
import { apexName, canaryName, primaryName, sourceName, targetKind, targetName } from "./names.ts";

function canary(serviceName?: string): Canary {
  return {
    metadata: { name: "podinfo-release", namespace: "test" },
    spec: {
      targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "podinfo" },
      service: { port: 9898, ...(serviceName !== undefined && { name: serviceName }) },
      analysis: {},
    },
  };
}

test.each([
  ["the target's name without service.name", undefined, "podinfo"],
  ["the target's name for an empty service.name", "", "podinfo"],
  ["service.name", "frontend", "frontend"],
])("the apex has %s", (_, serviceName, expected) => {
  expect(apexName(canary(serviceName))).toBe(expected);
});

test("the apex of a Canary without service has the target's name", () => {
  const { targetRef, analysis } = canary().spec;
  expect(apexName({ ...canary(), spec: { targetRef, analysis } })).toBe("podinfo");
});

test("other names", () => {
  expect([targetName(canary()), targetKind(canary()), sourceName(canary())]).toEqual([
    "podinfo",
    "Deployment",
    "podinfo-release.test",
  ]);
  expect([primaryName("podinfo"), canaryName("podinfo")]).toEqual(["podinfo-primary", "podinfo-canary"]);
});
