import { expect, test } from "vitest";
import { rejectionOf } from "./rejection.ts";
import type { IstioStatus } from "./virtual-service.ts";

const error = { type: { code: "IST0101" }, level: "ERROR", documentationUrl: "https://istio.io/ist0101" };
const failed = {
  type: "PassedAnalysis",
  status: "False",
  reason: "errorsFound",
  message: "1 Error found",
};

test.each<[string, IstioStatus | undefined, string | undefined]>([
  ["is off", undefined, undefined],
  ["has found nothing", { observedGeneration: "2", validationMessages: [], conditions: [] }, undefined],
  ["has said nothing yet", { validationMessages: null, conditions: null }, undefined],
  [
    "finds errors",
    {
      observedGeneration: "2",
      validationMessages: [error, error, { level: "WARNING", type: { code: "IST0132" } }, { level: "Error" }],
    },
    "Istio's analysis finds IST0101 (https://istio.io/ist0101), an error",
  ],
  [
    "does not say what it has looked at",
    { validationMessages: [error] },
    "Istio's analysis finds IST0101 (https://istio.io/ist0101)",
  ],
  ["has found errors in what it was", { observedGeneration: "1", validationMessages: [error] }, undefined],
  ["has found errors at some time", { observedGeneration: "?", validationMessages: [error] }, undefined],
  [
    "warns",
    { observedGeneration: 2, validationMessages: [{ ...error, level: "WARNING" }], conditions: [failed] },
    undefined,
  ],
  ["finds messages without level", { validationMessages: [{ type: { code: "IST0130" } }] }, undefined],
  [
    "has failed",
    { observedGeneration: 2, conditions: [failed] },
    "it has not passed Istio's analysis, errorsFound: 1 Error found",
  ],
  [
    "has failed without a reason",
    { conditions: [{ type: "PassedAnalysis", status: "False" }] },
    "it has not passed Istio's analysis",
  ],
  [
    "has failed what it was",
    { observedGeneration: 2, conditions: [{ ...failed, observedGeneration: "1" }] },
    undefined,
  ],
  ["has passed", { conditions: [{ ...failed, status: "True" }] }, undefined],
  ["is about something else", { conditions: [{ ...failed, type: "Reconciled" }] }, undefined],
])("when analysis %s", (_, status, reason) => {
  const object = { metadata: { name: "podinfo", generation: 2 }, ...(status !== undefined && { status }) };
  expect(rejectionOf(object)).toBe(reason);
});
