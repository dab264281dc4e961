import { expect, test } from "vitest";
import type { CanaryService } from "../../api/canary.ts";
import { ownerReference } from "../../api/ownership.ts";
import { canaryWith } from "../testdata/contract.ts";
import { gatewayMetadata } from "./gateway-annotations.ts";

const canary = canaryWith();
const exposed = {
  "gateway.appmesh.k8s.aws/expose": "true",
  "gateway.appmesh.k8s.aws/domain": "example.com,www.example.com,",
};
const hosts = ["example.com", "www.example.com"];
const owned = { ownerReferences: [ownerReference(canary)] };

test.each<[string, Partial<CanaryService>, Readonly<Record<string, string>> | undefined]>([
  ["no hosts", {}, undefined],
  ["no hosts, whatever else there is", { hosts: [], timeout: "15s", retries: { attempts: 3 } }, undefined],
  ["hosts", { hosts, timeout: "" }, exposed],
  [
    "a timeout and retries",
    { hosts, timeout: "15s", retries: { attempts: 3 } },
    { ...exposed, "gateway.appmesh.k8s.aws/timeout": "15s", "gateway.appmesh.k8s.aws/retries": "3" },
  ],
  ["retries by default", { hosts, retries: {} }, { ...exposed, "gateway.appmesh.k8s.aws/retries": "1" }],
])("%s", (_, service, annotations) => {
  expect(gatewayMetadata(canary, { port: 80, ...service }, undefined)).toEqual({ annotations });
});

const before = { theirs: "1", ...exposed, "gateway.appmesh.k8s.aws/timeout": "5s" };

test.each([
  ["are taken back from an object of this Canary", owned, {}, { theirs: "1" }],
  ["stay on an object of somebody else", {}, {}, before],
  ["are corrected on an object of this Canary", owned, { hosts }, { theirs: "1", ...exposed }],
  [
    "are corrected on an object of somebody else",
    {},
    { hosts, timeout: "9s" },
    {
      ...before,
      "gateway.appmesh.k8s.aws/timeout": "9s",
    },
  ],
])("they %s", (_, owner, service, annotations) => {
  const live = { metadata: { name: "podinfo", annotations: before, ...owner } };
  expect(gatewayMetadata(canary, { port: 80, ...service }, live)).toEqual({ annotations });
});

test("none are left of none", () => {
  const live = { metadata: { name: "podinfo", annotations: exposed, ...owned } };
  expect(gatewayMetadata(canary, { port: 80 }, live)).toEqual({ annotations: undefined });
});
