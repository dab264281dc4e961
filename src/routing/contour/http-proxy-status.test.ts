import { expect, test } from "vitest";
import { notTaken } from "./http-proxy-status.ts";
import type { HttpProxyStatus, ProxyCondition } from "./http-proxy.ts";

const valid: ProxyCondition = { type: "Valid", observedGeneration: 2 };
const unseen = "no Contour has looked at it: the flag -ingress-class must name Contour's ingress class";
const notYet = "Contour has not yet taken its last change";

test.each<[string, HttpProxyStatus | undefined, string | undefined]>([
  ["Contour calls it valid", { currentStatus: "valid", conditions: [valid] }, undefined],
  ["an old Contour, which knows no conditions, calls it valid", { currentStatus: "valid" }, undefined],
  [
    "Contour has called valid what it was",
    { currentStatus: "valid", conditions: [{ ...valid, observedGeneration: 1 }] },
    notYet,
  ],
  ["Contour does not say what it has seen", { currentStatus: "valid", conditions: [{ type: "Valid" }] }, undefined],
  [
    "somebody else has not seen it yet",
    { currentStatus: "valid", conditions: [{ type: "example.com/Seen", observedGeneration: 1 }, valid] },
    undefined,
  ],
  ["nothing includes it", { currentStatus: "orphaned", description: "no root", conditions: [valid] }, undefined],
  [
    "nothing included what it was",
    { currentStatus: "orphaned", conditions: [{ ...valid, observedGeneration: 1 }] },
    notYet,
  ],
  [
    "Contour refuses it",
    {
      currentStatus: "invalid",
      description: "At least one error present",
      conditions: [{ ...valid, errors: [{ message: "no such service" }, {}, { message: "no such port" }] }],
    },
    "Contour calls it invalid, no such service; no such port",
  ],
  [
    "Contour has refused what it was",
    { currentStatus: "invalid", conditions: [{ ...valid, observedGeneration: 1 }] },
    notYet,
  ],
  [
    "an old Contour refuses it",
    { currentStatus: "invalid", description: "no such service" },
    "Contour calls it invalid, no such service",
  ],
  ["Contour does not say why", { currentStatus: "invalid" }, "Contour calls it invalid"],
  ["nobody has said anything", undefined, unseen],
  ["its status is empty", {}, unseen],
  ["no Contour has come by", { currentStatus: "NotReconciled", description: "Waiting for controller" }, unseen],
])("when %s", (_, status, reason) => {
  const metadata = { name: "podinfo", namespace: "test", generation: 2 };
  expect(notTaken({ metadata, ...(status !== undefined && { status }) })).toBe(reason);
});
