import { expect, test } from "vitest";
import type { Canary } from "./canary.ts";
import { isControlledBy, ownerReference } from "./ownership.ts";

const canary: Canary = {
  metadata: { name: "podinfo", namespace: "test", uid: "uid-1" },
  spec: {
    targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "podinfo" },
    analysis: { interval: "1m", threshold: 1, iterations: 1 },
  },
};

test("names the Canary as controller", () => {
  expect(ownerReference(canary)).toEqual({
    apiVersion: "flagger.app/v1beta1",
    kind: "Canary",
    name: "podinfo",
    uid: "uid-1",
    controller: true,
    blockOwnerDeletion: true,
  });
});

test.each([
  ["its own", [ownerReference(canary)], true],
  ["one that it shares", [{ ...ownerReference(canary), controller: false }], false],
  ["that of an earlier Canary of the name", [{ ...ownerReference(canary), uid: "uid-0" }], false],
  ["that of nobody", undefined, false],
] as const)("tells %s", (_, owners, expected) => {
  const ownerReferences = owners === undefined ? {} : { ownerReferences: [...owners] };
  expect(isControlledBy(canary, { metadata: { name: "x", ...ownerReferences } })).toBe(expected);
});
