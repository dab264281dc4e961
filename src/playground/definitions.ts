import type { Manifest } from "../kubernetes/objects.ts";

/** Kinds of meshes and gateways that the playground's gateway understands; the rest of their fields is kept as it is. */
const kinds = [
  ["gateway.networking.k8s.io", "v1", "Gateway", "gateways"],
  ["gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes"],
  ["networking.istio.io", "v1beta1", "VirtualService", "virtualservices"],
  ["networking.istio.io", "v1beta1", "DestinationRule", "destinationrules"],
] as const;

/** CustomResourceDefinitions of the Gateway API and of Istio, without validation. */
export const meshDefinitions: readonly Manifest[] = kinds.map(([group, version, kind, plural]) => {
  const free = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object", properties: { spec: free, status: free } } },
          subresources: { status: {} },
        },
      ],
    },
  };
});
