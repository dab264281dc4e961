import type { HTTPIngressPath } from "kubernetes-types/networking/v1.d.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import type { RouterView } from "../router.ts";
import { canaryWith } from "./contract.ts";
import type { Given } from "./contract.ts";
import { source } from "./podinfo.ts";
import type { Ingress, Ingresses } from "../ingress.ts";

/** For tests: a Canary that names the Ingress `web`. */
export function ofWeb(given: Given = {}): Given {
  const ingressRef = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", name: "web" } as const;
  return { ...given, spec: { ingressRef, ...given.spec } };
}

/** For tests: what the router sees of it. */
export function viewOf(live: RouterView<Ingresses>["live"], given: Given = {}): RouterView<Ingresses> {
  return { ...source(), canary: canaryWith(ofWeb(given)), live };
}

/** For tests: one path of a rule. */
export function pathTo(service: string, path = "/"): HTTPIngressPath {
  return { path, pathType: "Prefix", backend: { service: { name: service, port: { number: 9898 } } } };
}

/** For tests: an Ingress of the user's through which requests come to these Services. */
export function ingress(
  name: string,
  services: readonly string[],
  fields: Partial<KubeObject["metadata"]> = {},
): Ingress {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, namespace: "test", ...fields },
    spec: {
      rules: [{ host: "app.example.com", http: { paths: services.map((service) => pathTo(service)) } }],
    },
  };
}


/** For tests: an Ingress with far more than a path to the apex. */
export const crowded: Ingress = {
  ...ingress("web", []),
  metadata: {
    name: "web",
    namespace: "test",
    labels: { team: "a", "kustomize.toolkit.fluxcd.io/name": "apps" },
    annotations: {
      "cert-manager.io/cluster-issuer": "letsencrypt",
      "kubectl.kubernetes.io/last-applied-configuration": "{}",
      "kustomize.toolkit.fluxcd.io/checksum": "1",
    },
  },
  spec: {
    ingressClassName: "public",
    defaultBackend: { service: { name: "podinfo", port: { name: "http" } } },
    tls: [{ hosts: ["app.example.com"], secretName: "app-tls" }],
    rules: [
      {
        host: "app.example.com",
        http: { paths: [pathTo("podinfo"), pathTo("shop", "/shop"), pathTo("podinfo", "/api")] },
      },
      { host: "files.example.com", http: { paths: [{ ...pathTo("podinfo"), backend: { resource: bucket() } }] } },
      { host: "bare.example.com" },
      { http: { paths: [pathTo("podinfo")] } },
    ],
  },
};

function bucket() {
  return { apiGroup: "example.com", kind: "Bucket", name: "podinfo" };
}
