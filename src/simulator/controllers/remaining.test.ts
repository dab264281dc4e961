import { expect, test } from "vitest";
import { kinds } from "./kinds.ts";
import { remainingConditions } from "./remaining.ts";

const [earlier, now] = ["2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"];
const held = { metadata: { name: "a", finalizers: ["example.com/wait"] } };

test("tells what is left and which finalizers it waits for, and since when", () => {
  const remaining = [
    { resource: kinds.pods, objects: [held, { metadata: { name: "b" } }] },
    { resource: kinds.services, objects: [] },
  ];
  const first = remainingConditions(remaining, [], earlier);
  expect(first).toEqual([
    {
      type: "NamespaceContentRemaining",
      status: "True",
      reason: "SomeResourcesRemain",
      message: "Some resources are remaining: pods. has 2 resource instances",
      lastTransitionTime: earlier,
    },
    {
      type: "NamespaceFinalizersRemaining",
      status: "True",
      reason: "SomeFinalizersRemain",
      message: "Some content in the namespace has finalizers remaining: example.com/wait in 1 resource instances",
      lastTransitionTime: earlier,
    },
  ]);
  expect(remainingConditions([{ resource: kinds.pods, objects: [{ metadata: { name: "b" } }] }], first, now)).toEqual([
    { ...first[0], message: "Some resources are remaining: pods. has 1 resource instances" },
    {
      type: "NamespaceFinalizersRemaining",
      status: "False",
      reason: "ContentHasNoFinalizers",
      message: "All content-preserving finalizers finished",
      lastTransitionTime: now,
    },
  ]);
});
