import type { Service } from "kubernetes-types/core/v1.d.ts";
import type { Canary, CanaryService } from "../../api/canary.ts";
import type { Change } from "../../kubernetes/change.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import type { Stored } from "../../kubernetes/resources.ts";
import { mergePatch } from "../../kubernetes/testdata/mergepatch.ts";
import type { RouteSource } from "../router.ts";

/** What the Services of a Canary are made from, by default with port 9898 alone. */
export function source(service: CanaryService = { port: 9898 }, ports: RouteSource["ports"] = {}): RouteSource {
  const canary: Canary = {
    apiVersion: "flagger.app/v1beta1",
    kind: "Canary",
    metadata: { name: "podinfo", namespace: "test", uid: "uid-1" },
    spec: {
      provider: "kubernetes",
      targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "podinfo" },
      service,
      analysis: { interval: "30s", threshold: 3, iterations: 3 },
    },
  };
  return { canary, selector: { label: "app", value: "podinfo" }, ports };
}

/** For tests: by these, Flux leaves an object alone. */
export const fluxOptOut = {
  "kustomize.toolkit.fluxcd.io/reconcile": "disabled",
  "helm.toolkit.fluxcd.io/driftDetection": "disabled",
};

/** For tests: what names the Canary as the controller of an object. */
export const ownerReferences = [
  {
    apiVersion: "flagger.app/v1beta1",
    kind: "Canary",
    name: "podinfo",
    uid: "uid-1",
    controller: true,
    blockOwnerDeletion: true,
  },
];

/** The object that a change leaves. */
export function after<T extends KubeObject = Stored<Service>>(change: Change | undefined, live?: NoInfer<T>): T {
  if (change?.kind === "create") return change.object as KubeObject as T;
  if (change?.kind === "patch") return mergePatch(live, change.patch.body) as T;
  return live ?? ({ metadata: { name: "" } } as T);
}
