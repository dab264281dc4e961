import { expect, test } from "vitest";
import { notAccepted } from "./http-route-status.ts";
import type { ParentCondition, ParentRef, ParentStatus } from "./http-route.ts";

const yes: ParentCondition = { type: "Accepted", status: "True", observedGeneration: 2 };
const says = (parentRef: ParentRef, ...conditions: readonly ParentCondition[]): ParentStatus => ({
  parentRef,
  controllerName: "example.com/gateway",
  conditions,
});

test.each<[string, readonly ParentStatus[] | null | undefined, string | undefined]>([
  ["nobody has said anything", undefined, undefined],
  ["nobody has said anything yet", null, undefined],
  [
    "all parents have accepted it",
    [says({ name: "web" }, yes), says({ name: "mesh", kind: "Service", group: "" }, yes)],
    undefined,
  ],
  [
    "a parent refuses it",
    [says({ name: "web" }, { ...yes, status: "False", reason: "NotAllowedByListeners", message: "no listener" })],
    "gateway web has not accepted it, NotAllowedByListeners: no listener",
  ],
  [
    "a parent does not know yet",
    [says({ name: "mesh", kind: "Service", group: "" }, { ...yes, status: "Unknown", reason: "Pending" })],
    "service mesh has not accepted it, Pending",
  ],
  [
    "a parent says something else",
    [says({ name: "web" }, { type: "ResolvedRefs", status: "True" })],
    "gateway web has not accepted it",
  ],
  [
    "a parent has accepted what it was",
    [says({ name: "web" }, { ...yes, observedGeneration: 1 })],
    "gateway web has not yet taken its last change",
  ],
  [
    "a parent does not say what it has accepted",
    [says({ name: "web" }, { type: "Accepted", status: "True" })],
    undefined,
  ],
  [
    "the parent is written out",
    [
      says(
        { group: "gateway.networking.k8s.io", kind: "Gateway", namespace: "test", name: "web" },
        { ...yes, status: "False" },
      ),
    ],
    "gateway web has not accepted it",
  ],
  [
    "parents that it no longer has refuse it",
    [
      says({ name: "old" }, { ...yes, status: "False" }),
      says({ name: "web", namespace: "other" }, { ...yes, status: "False" }),
      says({ name: "web", sectionName: "https" }, { ...yes, status: "False" }),
      says({ name: "web", port: 80 }, { ...yes, status: "False" }),
    ],
    undefined,
  ],
])("when %s", (_, parents, reason) => {
  const route = {
    metadata: { name: "podinfo", namespace: "test", generation: 2 },
    spec: { parentRefs: [{ name: "web" }, { name: "mesh", kind: "Service", group: "" }] },
    ...(parents !== undefined && { status: { parents } }),
  };
  expect(notAccepted(route)).toBe(reason);
});
