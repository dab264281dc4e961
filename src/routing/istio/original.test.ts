import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../kubernetes/objects.ts";
import { canaryWith } from "../testdata/contract.ts";
import type { Given } from "../testdata/contract.ts";
import { originalAnnotation, restored } from "./original.ts";
import type { VirtualService, VirtualServiceSpec } from "./virtual-service.ts";

const saved = "flagger.kubernetes.io/original-configuration";
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";
const flux = {
  "kustomize.toolkit.fluxcd.io/reconcile": "disabled",
  "helm.toolkit.fluxcd.io/driftDetection": "disabled",
};

const to = (host: string) => ({ route: [{ destination: { host }, weight: 100 }] });
/** As the user had it. */
const before: VirtualServiceSpec = { hosts: ["old.example.com"], gateways: ["public"], http: [to("podinfo")] };
/** As the router has written it. */
const during: VirtualServiceSpec = { hosts: ["podinfo"], gateways: ["mesh"], http: [to("podinfo-primary")] };

const applied = (spec: unknown, annotations?: unknown) => ({
  [lastApplied]: JSON.stringify({ kind: "VirtualService", metadata: { name: "podinfo", annotations }, spec }),
});
const having = (
  spec: VirtualServiceSpec,
  annotations?: Readonly<Record<string, string>>,
  metadata?: Partial<KubeObject["metadata"]>,
): VirtualService => ({
  metadata: { name: "podinfo", namespace: "test", ...(annotations !== undefined && { annotations }), ...metadata },
  spec,
});

describe("keeps", () => {
  const mine = {
    ownerReferences: [{ apiVersion: "", kind: "Canary", name: "podinfo", uid: "uid-1", controller: true }],
  };

  test.each<[string, VirtualService, object]>([
    ["what nobody has kept", having(before), { [saved]: JSON.stringify(before) }],
    ["what kubectl has kept in part", having(before, applied(undefined)), { [saved]: JSON.stringify(before) }],
    ["what kubectl cannot have kept", having(before, { [lastApplied]: "{" }), { [saved]: JSON.stringify(before) }],
    ["nothing that kubectl has kept", having(before, applied(before)), {}],
    ["nothing twice", having(before, { [saved]: JSON.stringify(before) }), {}],
    ["nothing that it has written itself", having(during), {}],
    ["nothing of the Canary's own", having(before, undefined, mine), {}],
    ["nothing where there is nothing", { metadata: { name: "podinfo" } }, {}],
  ])("%s", (_, live, annotations) => {
    expect(originalAnnotation(canaryWith(), live)).toEqual(annotations);
  });
});

describe("gives back", () => {
  const later: VirtualServiceSpec = { hosts: ["new.example.com"], tcp: [to("podinfo")] };

  test.each<[string, Given, VirtualService, object]>([
    ["what it has kept", {}, having(during, { ...flux, [saved]: JSON.stringify(before) }), having(before)],
    [
      "what kubectl applied, also later, and the annotations that were there",
      {},
      having(during, { ...flux, ...applied(later, flux), [saved]: JSON.stringify(before) }),
      having(later, { ...flux, ...applied(later, flux) }),
    ],
    [
      "what it has kept, where kubectl applied routes to the backends",
      {},
      having(during, { ...applied(during), [saved]: JSON.stringify(before) }),
      having(before, applied(during)),
    ],
    [
      "fields of others as they are",
      {},
      having(
        { ...during, ...{ exportTo: ["."] } },
        { [saved]: JSON.stringify({ ...before, exportTo: ["*"] }), note: "n" },
      ),
      having({ ...before, ...{ exportTo: ["."] } }, { note: "n" }),
    ],
    [
      "the apex, when nothing is known",
      {},
      having(during, { [saved]: "?" }),
      having({ ...during, http: [to("podinfo")] }),
    ],
    [
      "the apex, with what the Canary asks for",
      { service: { match: [{ uri: { prefix: "/a" } }], timeout: "15s" } },
      having(during),
      having({ ...during, http: [{ ...to("podinfo"), match: [{ uri: { prefix: "/a" } }], timeout: "15s" }] }),
    ],
    [
      "the apex for TCP",
      { service: { appProtocol: "tcp" } },
      having({ tcp: [to("podinfo-canary")] }),
      having({ tcp: [to("podinfo")] }),
    ],
    ["what has been given back already", {}, having(before, { note: "n" }), having(before, { note: "n" })],
    ["nothing", {}, { metadata: { name: "podinfo" } }, { metadata: { name: "podinfo" }, spec: {} }],
  ])("%s", (_, given, live, expected) => {
    const canary = canaryWith(given);
    expect(restored(canary, canary.spec.service ?? { port: 80 }, live)).toEqual(expected);
  });
});
