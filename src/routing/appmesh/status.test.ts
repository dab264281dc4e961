import { expect, test } from "vitest";
import { canaryWith } from "../testdata/contract.ts";
import { notInEffect } from "./status.ts";
import type { Condition, Reported } from "./status.ts";
import { virtualNodes } from "./v1beta2/virtual-node.ts";
import { virtualRouters } from "./v1beta2/virtual-router.ts";
import { objectAt } from "./write.ts";

const at = objectAt(virtualNodes, canaryWith(), "podinfo");
const active = (status: string, more: Partial<Condition> = {}): Condition => ({
  type: "VirtualNodeActive",
  status,
  ...more,
});

function reported(status: Reported["status"], generation?: number): Reported {
  const metadata = { name: "podinfo", namespace: "test", ...(generation !== undefined && { generation }) };
  return { metadata, ...(status !== undefined && { status }) };
}

const unseen = "VirtualNode podinfo.test not ready: no App Mesh controller has looked at it";

test.each<[string, Reported | undefined, string | undefined]>([
  ["missing", undefined, "VirtualNode podinfo.test does not exist"],
  ["without status", reported(undefined), unseen],
  ["with an empty status", reported(null), unseen],
  ["with null for conditions", reported({ conditions: null }), unseen],
  ["with conditions on other things", reported({ conditions: [{ type: "Odd", status: "True" }] }), unseen],
  ["active", reported({ conditions: [active("True")] }), undefined],
  ["active of a generation that the status does not name", reported({ conditions: [active("True")] }, 4), undefined],
  ["active as it stands", reported({ conditions: [active("True")], observedGeneration: 4 }, 4), undefined],
  [
    "changed since",
    reported({ conditions: [active("True")], observedGeneration: 3 }, 4),
    "VirtualNode podinfo.test not ready: the App Mesh controller has not yet taken its last change",
  ],
  [
    "refused",
    reported({ conditions: [active("False", { reason: "BadRequest", message: "no such mesh" })] }),
    "VirtualNode podinfo.test not ready: VirtualNodeActive is False, BadRequest: no such mesh",
  ],
  [
    "active in part",
    reported({ conditions: [active("True"), { type: "RoutesActive", status: "Unknown" }] }),
    "VirtualNode podinfo.test not ready: RoutesActive is Unknown",
  ],
])("an object %s", (_, object, reason) => {
  expect(notInEffect([at], [object])).toBe(reason);
});

test("all objects must be in effect", () => {
  const router = objectAt(virtualRouters, canaryWith(), "podinfo");
  expect(notInEffect([at, router], [reported({ conditions: [active("True")] }), undefined])).toBe(
    "VirtualRouter podinfo.test does not exist",
  );
});
